/** What a run may reach, as it goes to the process that alone dials for it. */
import * as z from "zod/mini";

const Method = z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** `host` is exact, or `*.` and a domain: the labels below it, never the domain itself or a look-alike. */
export const EgressRule = z.strictObject({
  host: z.string().check(z.regex(/^(?:\*\.)?[a-z0-9](?:[a-z0-9.:-]{0,251}[a-z0-9])?$|^\[[0-9a-f:.]+\]$/)),
  /** Absent: 443 and 80. */
  port: z.optional(z.int().check(z.positive(), z.maximum(65_535))),
  /** Absent: all. Methods and paths can be judged only where the traffic is plain or inspected; else such a rule refuses. */
  methods: z.optional(z.array(Method)),
  /** Prefixes of the path, by whole segments. */
  paths: z.optional(z.array(z.string().check(z.startsWith("/"), z.maxLength(500)))),
});
export type EgressRule = z.infer<typeof EgressRule>;

/** A server's keys, one of which the certificate that it shows must have. */
export const Pin = z.strictObject({
  host: z.string().check(z.maxLength(253)),
  /** SHA-256 of the SubjectPublicKeyInfo, base64 (RFC 7469 2.4). */
  keys: z.array(z.string().check(z.regex(/^[A-Za-z0-9+/]{43}=$/))).check(z.minLength(1), z.maxLength(10)),
});
export type Pin = z.infer<typeof Pin>;

/** Where the value of a placeholder is put in on the way out. */
export const Swap = z.strictObject({
  placeholder: z.string().check(z.maxLength(100)),
  value: z.string().check(z.maxLength(65_536)),
  host: z.string().check(z.maxLength(253)),
  header: z.string().check(z.maxLength(64)),
  methods: z.array(Method),
  path: z.string().check(z.maxLength(500)),
});
export type Swap = z.infer<typeof Swap>;

/** An empty `rules` is a proxy that refuses everything. */
export const Egress = z.strictObject({
  rules: z.array(EgressRule).check(z.maxLength(100)),
  /** Hosts as in `rules`, and what is below them; each wins over every rule. */
  deny: z.optional(z.array(z.string().check(z.maxLength(255))).check(z.maxLength(1000))),
  /** True: TLS is opened by a certificate authority of this run alone, so that methods, paths and headers can be judged. */
  inspect: z.boolean(),
  pins: z.optional(z.array(Pin).check(z.maxLength(100))),
  swaps: z.array(Swap).check(z.maxLength(100)),
  /** Values that must not leave, beside what looks like a secret. */
  known: z.array(z.string().check(z.maxLength(65_536))).check(z.maxLength(1000)),
});
export type Egress = z.infer<typeof Egress>;

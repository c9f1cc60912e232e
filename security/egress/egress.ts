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
  /** True: TLS is opened by a certificate authority of this run alone, so that methods, paths and headers can be judged. */
  inspect: z.boolean(),
  swaps: z.array(Swap).check(z.maxLength(100)),
  /** Values that must not leave, beside what looks like a secret. */
  known: z.array(z.string().check(z.maxLength(65_536))).check(z.maxLength(1000)),
});
export type Egress = z.infer<typeof Egress>;

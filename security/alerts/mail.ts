/** A message to the owner's own mail server, as it goes to the process that sends it. */
import * as z from "zod/mini";

/** A mail address or a display form of one; no line break can come in. */
const Address = z.string().check(z.regex(/^[^\r\n\0]{3,320}$/), z.includes("@"));

export const MailServer = z.strictObject({
  host: z.string().check(z.regex(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/)),
  port: z.int().check(z.positive(), z.maximum(65_535)),
  /** `tls` from the first byte; `starttls` must succeed; `none` sends no password and is for this machine or house. */
  security: z.enum(["tls", "starttls", "none"]),
  user: z.optional(z.string().check(z.maxLength(320))),
  password: z.optional(z.string().check(z.maxLength(4096))),
});
export type MailServer = z.infer<typeof MailServer>;

export const Mail = z.strictObject({
  server: MailServer,
  from: Address,
  to: z.array(Address).check(z.minLength(1), z.maxLength(20)),
  subject: z.string().check(z.regex(/^[^\r\n\0]{1,300}$/)),
  text: z.string().check(z.maxLength(100_000)),
});
export type Mail = z.infer<typeof Mail>;

/** What the process says, one JSON line. `again`: the server may take it later (a 4xx, or it was not reached). */
export const MailSaid = z.union([
  z.object({ taken: z.string() }),
  z.object({ failed: z.string(), again: z.boolean() }),
]);
export type MailSaid = z.infer<typeof MailSaid>;

/** Milliseconds for one message, from the first byte to the server's yes. */
export const MAIL_MS = 60_000;

/** The server that `url` names: `smtps://user:password@host`, `smtp://host:587` (STARTTLS), `smtp+plain://host`. Null if it is none. */
export function mailServerOf(url: string): MailServer | null {
  const parsed = URL.parse(url);
  const schemes = { "smtps:": ["tls", 465], "smtp:": ["starttls", 587], "smtp+plain:": ["none", 25] } as const;
  if (parsed === null || !(parsed.protocol in schemes)) return null;
  const [security, port] = schemes[parsed.protocol as keyof typeof schemes];
  const text = (value: string) => value === "" ? undefined : decodeURIComponent(value);
  const server = MailServer.safeParse({
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: parsed.port === "" ? port : Number(parsed.port),
    security,
    user: text(parsed.username),
    password: text(parsed.password),
  });
  return server.success && (security !== "none" || server.data.password === undefined) ? server.data : null;
}

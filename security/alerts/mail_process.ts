/**
 * The process that speaks SMTP: one message on standard input as one JSON line, one answer on standard output, then it ends.
 *
 * `deno run --allow-net=HOST:PORT mail_process.ts`; the launcher names host and port from the owner's settings.
 */
import { createTransport } from "nodemailer";
import { jsonLine, jsonLines } from "../sandbox/json_lines.ts";
import { Mail, type Mail as Message, MAIL_MS, type MailSaid } from "./mail.ts";

const LONGEST_LINE = 1 << 20;

/** Hands `mail` to its server. Never rejects. */
async function send({ server, ...mail }: Message): Promise<MailSaid> {
  const { host, port, security, user, password } = server;
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    connectionTimeout: MAIL_MS / 4,
    greetingTimeout: MAIL_MS / 4,
    socketTimeout: MAIL_MS / 2,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { response, rejected } = await transport.sendMail({ ...mail, textEncoding: "base64" });
    if (rejected.length > 0) return { failed: `the server refused ${rejected.length} of its recipients`, again: false };
    return { taken: String(response).slice(0, 200) };
  } catch (error) {
    const { message, responseCode } = error as { message?: string; responseCode?: number };
    const text = String(message).replaceAll(/\s+/g, " ").slice(0, 300);
    const hidden = password === undefined ? text : text.replaceAll(password, "[password]");
    return { failed: hidden, again: responseCode === undefined || responseCode < 500 };
  } finally {
    transport.close();
  }
}

if (import.meta.main) {
  for await (const line of jsonLines(Deno.stdin.readable, LONGEST_LINE)) {
    const parsed = Mail.safeParse(line);
    const said = parsed.success ? await send(parsed.data) : { failed: "Cannot send: it is no message", again: false };
    await Deno.stdout.write(jsonLine(said));
    break;
  }
  Deno.exit(0);
}

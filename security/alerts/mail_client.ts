/** Main's side of the mail process. */
import { jsonLine, jsonLines } from "../sandbox/json_lines.ts";
import { DEFAULT_LIMITS, type Grant, type Run } from "../sandbox/grant.ts";
import { type Mail, MAIL_MS, MailSaid } from "./mail.ts";

/** Sends one message. Resolves to what the server said; throws an `Error` with the reason where no process could be had. */
export type SendMail = (mail: Mail, signal: AbortSignal) => Promise<MailSaid>;

const GRANT: Grant = {
  program: "mail",
  source: "",
  folder: "none",
  cwd: "",
  env: {},
  limits: { ...DEFAULT_LIMITS, ms: MAIL_MS },
};

/** Sends by way of `run`, the launcher's: a process for each message. Aborting kills it. */
export function mailOver(run: (grant: Grant, signal: AbortSignal) => Run): SendMail {
  return async (mail, signal) => {
    signal.throwIfAborted();
    const ended = new AbortController();
    const started = run(GRANT, AbortSignal.any([signal, ended.signal, AbortSignal.timeout(MAIL_MS)]));
    const drained = started.stderr.pipeTo(new WritableStream()).catch(() => {});
    try {
      await started.write(jsonLine(mail));
      await started.closeInput();
      for await (const line of jsonLines(started.stdout, 1 << 16)) {
        const said = MailSaid.safeParse(line);
        if (said.success) return said.data;
        break;
      }
      signal.throwIfAborted();
      const { code } = await started.outcome;
      return { failed: `the mail process ended with ${code}`, again: true };
    } finally {
      ended.abort();
      await started.outcome.catch(() => {});
      await drained;
    }
  };
}

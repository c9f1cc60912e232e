/** `audit` and `sessions`: from the command line to the stores and back, without an agent. */
import { openSessions } from "../agent/memory/sessions.ts";
import { openAuditKey } from "../security/audit/key.ts";
import { readAudit } from "../security/audit/query.ts";
import { verifyAudit } from "../security/audit/verify.ts";
import { printable } from "../security/display.ts";
import { runAudit } from "./commands/audit.ts";
import { done, failed, type Outcome, usage } from "./commands/outcome.ts";
import { runSessions } from "./commands/sessions.ts";
import { stateDirectory } from "./config.ts";
import type { Io } from "./io.ts";
import { exists, readableError, statePaths } from "./stores.ts";
import type { Args } from "./talk.ts";

/** Runs `audit VERB`; the exit code. A log that was never begun is empty, and `verify` says that there is nothing. */
export async function auditCommand(verb: string, args: Args, io: Io): Promise<number> {
  const directory = stateDirectory(io.env);
  const { debug: _, ...given } = args;
  try {
    return await auditVerb(verb, given, statePaths(directory), io);
  } catch (error) {
    throw readableError(directory, error);
  }
}

async function auditVerb(verb: string, given: Args, paths: ReturnType<typeof statePaths>, io: Io): Promise<number> {
  if (!exists(paths.audit)) return show(noLog(verb, exists(paths.head)), io);
  const audit = readAudit(paths.audit);
  try {
    const verify = (signal: AbortSignal) =>
      verifyAudit(paths.audit, { key: openAuditKey(paths.key, { create: false }), headPath: paths.head }, signal);
    return show(await runAudit(verb, given, { audit, verify, printable, now: io.now }, io.signal), io);
  } finally {
    audit.close();
  }
}

/** Without a signed head nothing was ever recorded; with one, the log was taken away. */
function noLog(verb: string, headIsThere: boolean): Outcome {
  if (headIsThere) return failed("Cannot read the audit log: it is gone, but its signed head is there");
  return verb === "show" ? usage("Cannot show a record: nothing was recorded yet") : done("");
}

/** Runs `sessions VERB`; the exit code. */
export async function sessionsCommand(verb: string, args: Args, io: Io): Promise<number> {
  const { sessions: path } = statePaths(stateDirectory(io.env));
  const { debug: _, ...given } = args;
  const sessions = openSessions(path, { now: io.now });
  try {
    return show(await runSessions(verb, given, { sessions, printable }, io.signal), io);
  } finally {
    sessions.close();
  }
}

/** Prints an outcome; its exit code. */
export function show({ out, err, code }: Outcome, io: Pick<Io, "stdout" | "stderr">): number {
  if (out !== "") io.stdout.write(out.endsWith("\n") ? out : `${out}\n`);
  if (err !== "") io.stderr.write(`harombe: ${err}\n`);
  return code;
}

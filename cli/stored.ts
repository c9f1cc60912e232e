/** `audit` and `sessions`: from the command line to the stores and back, without an agent. */
import { openSessions } from "../agent/memory/sessions.ts";
import { openAuditKey } from "../security/audit/key.ts";
import { type AuditReader, readAudit } from "../security/audit/query.ts";
import { verifyAudit } from "../security/audit/verify.ts";
import { printable } from "../security/display.ts";
import { runAudit } from "./commands/audit.ts";
import { done, failed, type Outcome } from "./commands/outcome.ts";
import { runSessions } from "./commands/sessions.ts";
import { writeExport } from "./export/write.ts";
import { stateDirectory } from "./config.ts";
import { plainLines } from "./failure.ts";
import type { Io } from "./io.ts";
import { exists } from "./exists.ts";
import { readableError, statePaths } from "./state/stores.ts";
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
  if (!exists(paths.audit)) return show(await withoutLog(verb, given, exists(paths.head), io), io);
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
async function withoutLog(verb: string, given: Args, headIsThere: boolean, io: Io): Promise<Outcome> {
  if (headIsThere) return failed("Cannot read the audit log: it is gone, but its signed head is there");
  if (verb === "verify") return done(given.json ? "null" : "There is no audit log yet.");
  const verify = () => Promise.reject(new RangeError("Cannot verify the audit log: there is none yet"));
  return await runAudit(verb, given, { audit: NO_RECORDS, verify, printable, now: io.now }, io.signal);
}

/** A log that was never begun. */
const NO_RECORDS: AuditReader = {
  list: () => Promise.resolve([]),
  record: () => Promise.resolve(null),
  stats: () =>
    Promise.resolve({ records: 0, from: null, to: null, verdicts: { allow: 0, approved: 0, refused: 0 }, tools: [] }),
  async *records() {},
  close() {},
};

/** Runs `sessions VERB`; the exit code. */
export async function sessionsCommand(verb: string, args: Args, io: Io): Promise<number> {
  const { sessions: path } = statePaths(stateDirectory(io.env));
  const { debug: _, ...given } = args;
  // A tool that is not known counts as one that changes something.
  const tools = verb === "branch" ? (await import("./tools.ts")).READ_ONLY : new Set<string>();
  const sessions = openSessions(path, { now: io.now });
  const deps = { sessions, printable, readOnly: (tool: string) => tools.has(tool), write: writeExport };
  try {
    return show(await runSessions(verb, given, deps, io.signal), io);
  } finally {
    sessions.close();
  }
}

/** Prints an outcome; its exit code. */
export function show({ out, err, code }: Outcome, io: Pick<Io, "stdout" | "stderr">): number {
  if (out !== "") io.stdout.write(out.endsWith("\n") ? out : `${out}\n`);
  if (err !== "") io.stderr.write(`harombe: ${plainLines(err)}\n`);
  return code;
}

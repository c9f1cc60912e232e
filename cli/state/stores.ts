/** What harombe keeps on this machine: one folder, 0700, with a file for each thing. */
import { join } from "node:path";
import { type Facts, openFacts } from "../../agent/memory/facts.ts";
import { openSessions, type Sessions } from "../../agent/memory/sessions.ts";
import { type AuditKey, openAuditKey } from "../../security/audit/key.ts";
import { type AuditLog, openAudit } from "../../security/audit/log.ts";
import { type AuditReader, readAudit } from "../../security/audit/query.ts";
import { diskReason } from "../disk_reason.ts";
import { exists } from "../exists.ts";
import { EXIT, Exit } from "../failure.ts";

/** The files in the state directory. `head` is the signed end of the audit log, outside its database. */
export function statePaths(directory: string) {
  return {
    sessions: join(directory, "sessions.db"),
    memory: join(directory, "memory.db"),
    audit: join(directory, "audit.db"),
    head: join(directory, "audit.head"),
    key: join(directory, "audit.key"),
    measures: join(directory, "measures.db"),
    placeholderKey: join(directory, "placeholder.key"),
  };
}

export type Stores = {
  sessions: Sessions;
  facts: Facts;
  audit: AuditLog;
  reader: AuditReader;
  key: AuditKey;
  close(): void;
};

/** Opens or creates everything. `scrub` takes secrets out: what it would change is not remembered. Throws one clear error for whatever cannot be opened; then nothing stays open. */
export function openStores(directory: string, now: () => number, scrub: (text: string) => string): Stores {
  const paths = statePaths(directory);
  const opened: { close(): void }[] = [];
  const keep = <T extends { close(): void }>(store: T): T => {
    opened.push(store);
    return store;
  };
  const close = () => opened.toReversed().forEach((store) => store.close());
  try {
    const key = keyAt(paths);
    const audit = keep(openAudit(paths.audit, { key, headPath: paths.head, now }));
    const reader = keep(readAudit(paths.audit));
    const sessions = keep(openSessions(paths.sessions, { now }));
    const facts = keep(openFacts(paths.memory, { now, scrub }));
    return { sessions, facts, audit, reader, key, close };
  } catch (error) {
    close();
    throw readableError(directory, error);
  }
}

/** The key, made at the first start. Throws if a log of earlier days has lost its key or its records: nothing is begun anew beside its signed head. */
function keyAt({ audit, head, key }: ReturnType<typeof statePaths>): AuditKey {
  const begun = exists(head);
  for (const [path, what] of [[audit, "the audit log"], [key, "the audit key"]] as const) {
    if (begun && isEmpty(path)) {
      throw new Exit(
        EXIT.failed,
        `Cannot trust the audit log: ${what} ${path} is gone or empty, but its signed head is there`,
      );
    }
  }
  return openAuditKey(key, { create: !exists(key) });
}

/** `error` as one line: what the file system refused is said with the directory and in words. */
export function readableError(directory: string, error: unknown): unknown {
  const reason = error instanceof Error && !error.message.startsWith("Cannot") ? diskReason(error) : null;
  if (reason === null) return error;
  return new Exit(EXIT.failed, `Cannot use harombe's files in ${directory}: ${reason}`, { cause: error });
}

function isEmpty(path: string): boolean {
  return !exists(path) || Deno.statSync(path).size === 0;
}

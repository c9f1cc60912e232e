/** What harombe keeps on this machine: one folder, 0700, with a file for each thing. */
import { join } from "node:path";
import { type Facts, openFacts } from "../../agent/memory/facts.ts";
import { openSessions, type Sessions } from "../../agent/memory/sessions.ts";
import { type AuditKey, openAuditKey } from "../../security/audit/key.ts";
import { type AuditLog, openAudit } from "../../security/audit/log.ts";
import { openQueue, type Queue } from "../../security/approvals/queue.ts";
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
    approvals: join(directory, "approvals.db"),
    measures: join(directory, "measures.db"),
    delivered: join(directory, "delivered.json"),
    secrets: join(directory, "secrets.age"),
    secretsKey: join(directory, "secrets.key"),
    secretsLock: join(directory, "secrets.lock"),
    placeholderKey: join(directory, "placeholder.key"),
  };
}

/** The audit log alone, opened or begun, for a command that talks to nobody. */
export function openLog(directory: string, now: () => number): { audit: AuditLog; reader: AuditReader; close(): void } {
  const paths = statePaths(directory);
  try {
    const audit = openAudit(paths.audit, { key: keyAt(paths), headPath: paths.head, now });
    try {
      const reader = readAudit(paths.audit);
      const close = () => {
        reader.close();
        audit.close();
      };
      return { audit, reader, close };
    } catch (error) {
      audit.close();
      throw error;
    }
  } catch (error) {
    throw readableError(directory, error);
  }
}

export type Stores = {
  sessions: Sessions;
  facts: Facts;
  audit: AuditLog;
  reader: AuditReader;
  key: AuditKey;
  queue: Queue;
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
    const queue = keep(openQueue(paths.approvals, { now }));
    return { sessions, facts, audit, reader, key, queue, close };
  } catch (error) {
    close();
    throw readableError(directory, error);
  }
}

/** What answers approvals: the queue, and the log that keeps each answer. Throws as `openStores`. */
export type ApprovalStores = Pick<Stores, "queue" | "audit" | "close">;

export function openApprovals(directory: string, now: () => number): ApprovalStores {
  const paths = statePaths(directory);
  try {
    const audit = openAudit(paths.audit, { key: keyAt(paths), headPath: paths.head, now });
    try {
      const queue = openQueue(paths.approvals, { now });
      return { queue, audit, close: () => [queue, audit].forEach((store) => store.close()) };
    } catch (error) {
      audit.close();
      throw error;
    }
  } catch (error) {
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

/** What harombe keeps on this machine: one folder, 0700, with a file for each thing. */
import { join } from "node:path";
import { openSessions, type Sessions } from "../agent/memory/sessions.ts";
import { type AuditKey, openAuditKey } from "../security/audit/key.ts";
import { type AuditLog, openAudit } from "../security/audit/log.ts";
import { type AuditReader, readAudit } from "../security/audit/query.ts";

/** The files in the state directory. `head` is the signed end of the audit log, outside its database. */
export function statePaths(directory: string) {
  return {
    sessions: join(directory, "sessions.db"),
    audit: join(directory, "audit.db"),
    head: join(directory, "audit.head"),
    key: join(directory, "audit.key"),
  };
}

export type Stores = { sessions: Sessions; audit: AuditLog; reader: AuditReader; key: AuditKey; close(): void };

/** Opens or creates everything. Throws one clear error for whatever cannot be opened; then nothing stays open. */
export function openStores(directory: string, now: () => number): Stores {
  Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const paths = statePaths(directory);
  const opened: { close(): void }[] = [];
  const keep = <T extends { close(): void }>(store: T): T => {
    opened.push(store);
    return store;
  };
  const close = () => opened.toReversed().forEach((store) => store.close());
  try {
    const key = openAuditKey(paths.key, { create: true });
    const audit = keep(openAudit(paths.audit, { key, headPath: paths.head, now }));
    const reader = keep(readAudit(paths.audit));
    const sessions = keep(openSessions(paths.sessions, { now }));
    return { sessions, audit, reader, key, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The audit log: appended to, never edited. Several processes may hold one open. */
import type { DatabaseSync } from "node:sqlite";
import { openDatabase, storeError } from "../database.ts";
import { inTransaction } from "../transaction.ts";
import { asciiJson, bodyOf, type Link, sha256 } from "./chain.ts";
import { baseOf, type Checkpoint, readCheckpoint, readHead, signHead } from "./head.ts";
import { createHeadFile, openHeadFile, readHeadFile } from "./head_file.ts";
import type { AuditKey } from "./key.ts";
import { pruneBefore } from "./prune.ts";
import type { Audit, AuditEntry, AuditRecord } from "./record.ts";
import { AUDIT_STORE } from "./schema.ts";

export type AuditOptions = {
  key: AuditKey;
  /** The signed head's file; outside the database, best on another disk or at least in another folder. */
  headPath: string;
  /** Milliseconds since 1970 UTC. */
  now: () => number;
};

export type AuditLog = Audit & {
  /**
   * Removes the records older than `days` from the front of the chain, leaving a signed checkpoint in their
   * place; the newest record always stays. Resolves to the number removed and what was removed ever.
   */
  prune(days: number, signal: AbortSignal): Promise<{ removed: number; checkpoint: Checkpoint | null }>;
  /** Commits what waits, syncs the head and closes. Later calls reject. */
  close(): void;
};

type Waiting = {
  entry: AuditEntry;
  json: string;
  signal: AbortSignal;
  resolve(record: AuditRecord): void;
  reject(reason: unknown): void;
};

const HEAD_SYNC_MS = 1_000;
const DAY_MS = 86_400_000;

/**
 * Opens or begins the log at `path`. Fails closed: throws if the log's end is not the one that was signed
 * (records added, changed or rolled back), if the head file is gone, or if `key` is not its key. To go on
 * after such a finding a person moves database and head aside.
 */
export function openAudit(path: string, options: AuditOptions): AuditLog {
  const { key, headPath, now } = options;
  const db = openDatabase(path, AUDIT_STORE);
  try {
    return logOver(db, { path, key, headPath, now });
  } catch (error) {
    db.close();
    throw error;
  }
}

function logOver(db: DatabaseSync, options: AuditOptions & { path: string }): AuditLog {
  const { key, now } = options;
  const last = db.prepare("SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1");
  const seal = db.prepare("SELECT line FROM seal");
  const putSeal = db.prepare("INSERT OR REPLACE INTO seal VALUES (1, ?)");
  const insert = db.prepare("INSERT INTO record VALUES (?, ?, ?)");
  const checkpoint = db.prepare("SELECT line FROM checkpoint");
  const state = { sealLine: "", waiting: [] as Waiting[], closed: false, syncedAt: now() };

  function readBase(): Checkpoint | null {
    const row = checkpoint.get();
    if (!row) return null;
    const read = readCheckpoint(String(row.line), key);
    if (read.state !== "ok") throw new Error(tampered(options.path, `the checkpoint is not signed by this key`));
    return read.value;
  }

  /** The chain's end, proved by its seal. Only inside a transaction. */
  function tail(): Link {
    const row = last.get();
    const end = row ? { seq: Number(row.seq), hash: String(row.hash) } : baseOf(readBase());
    const line = seal.get()?.line;
    if (line === undefined && state.sealLine === "" && end.seq === 0) return end;
    if (line !== state.sealLine || line === "") {
      const read = readHead(String(line ?? ""), key);
      if (read.state !== "ok") throw new Error(tampered(options.path, sealFault(read.state)));
      if (read.value.seq < known()) throw new Error(tampered(options.path, rolledBack(known(), read.value.seq)));
    }
    const { seq, hash } = JSON.parse(String(line)) as Link;
    if (end.seq < seq) throw new Error(tampered(options.path, rolledBack(seq, end.seq)));
    if (end.seq > seq) {
      throw new Error(tampered(options.path, `record ${seq + 1} and later are not covered by its seal`));
    }
    if (end.hash !== hash) throw new Error(tampered(options.path, `record ${seq} is not the one that was signed`));
    return end;
  }

  function known(): number {
    return state.sealLine === "" ? 0 : (JSON.parse(state.sealLine) as Link).seq;
  }

  inTransaction(db, () => {
    const end = tail();
    if (end.seq === 0 && readHeadFile(options.headPath, key).state === "missing") {
      createHeadFile(options.headPath, signHead(end, now(), key));
    }
    const head = readHeadFile(options.headPath, key);
    if (head.state !== "ok") throw new Error(tampered(options.path, headFault(head.state, options.headPath)));
    if (head.value.seq > end.seq) throw new Error(tampered(options.path, rolledBack(head.value.seq, end.seq)));
    const at = db.prepare("SELECT hash FROM record WHERE seq = ?").get(head.value.seq)?.hash;
    if (at !== undefined && at !== head.value.hash) {
      throw new Error(tampered(options.path, `record ${head.value.seq} is not the one that was signed`));
    }
    state.sealLine = String(seal.get()?.line ?? "");
  });
  const headFile = openHeadFile(options.headPath, key);
  if (state.sealLine !== "") headFile.advance(state.sealLine, known());

  function commit(batch: Waiting[]): AuditRecord[] {
    const records: AuditRecord[] = [];
    const at = now();
    const line = inTransaction(db, () => {
      const end = batch.reduce((link: Link, { entry, json }) => {
        const body = bodyOf(link, at, json);
        const next = { seq: link.seq + 1, hash: sha256(body) };
        insert.run(next.seq, body, next.hash);
        records.push({ ...next, at, entry });
        return next;
      }, tail());
      const sealed = signHead(end, at, key);
      putSeal.run(sealed);
      return sealed;
    });
    state.sealLine = line;
    headFile.advance(line, known());
    if (at - state.syncedAt >= HEAD_SYNC_MS) {
      headFile.sync();
      state.syncedAt = at;
    }
    return records;
  }

  function flush(): void {
    const batch = state.waiting.splice(0).filter((one) => {
      if (one.signal.aborted) one.reject(one.signal.reason);
      return !one.signal.aborted;
    });
    if (batch.length === 0) return;
    try {
      const records = commit(batch);
      for (const [i, one] of batch.entries()) one.resolve(records[i]);
    } catch (error) {
      const clear = error instanceof Error && error.message.startsWith("Cannot ");
      for (const one of batch) {
        one.reject(clear ? error : storeError(`append to the audit log at ${options.path}`, error));
      }
    }
  }

  return {
    append(entry, signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (state.closed) throw new Error(`Cannot append to the audit log at ${options.path}: it is closed`);
        state.waiting.push({ entry, json: asciiJson(entry), signal, resolve, reject });
        if (state.waiting.length === 1) queueMicrotask(flush);
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async prune(days, signal) {
      signal.throwIfAborted();
      if (!(days > 0)) throw new RangeError(`Cannot prune the audit log: ${days} days`);
      flush();
      const before = now() - days * DAY_MS;
      const result = inTransaction(db, () => {
        const end = tail();
        // The head may not point at a pruned record, or a verifier could not place it.
        if (end.seq > 0) headFile.advance(String(seal.get()!.line), end.seq);
        return pruneBefore(db, { before, at: now(), end, base: readBase(), key });
      });
      if (result.removed > 0) db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      return result;
    },

    close() {
      if (state.closed) return;
      flush();
      state.closed = true;
      headFile.sync();
      headFile.close();
      db.close();
    },
  };
}

function tampered(path: string, finding: string): string {
  return `Cannot trust the audit log at ${path}: ${finding}; run \`harombe audit verify\``;
}

function rolledBack(from: number, to: number): string {
  return `its tail was rolled back from record ${from} to ${to}`;
}

function sealFault(state: "damaged" | "key" | "signature"): string {
  return {
    damaged: "its seal is missing or damaged",
    key: "it was signed by another key",
    signature: "its seal is forged",
  }[
    state
  ];
}

function headFault(state: "missing" | "damaged" | "key" | "signature", path: string): string {
  return {
    missing: `its signed head ${path} is missing`,
    damaged: `its signed head ${path} is damaged`,
    key: `its signed head ${path} was signed by another key`,
    signature: `its signed head ${path} is forged`,
  }[state];
}

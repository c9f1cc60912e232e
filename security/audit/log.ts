/** The audit log: appended to, never edited. Several processes may hold one open. */
import type { DatabaseSync } from "node:sqlite";
import { clearError, clearWal, openDatabase } from "../database.ts";
import { inTransaction } from "../transaction.ts";
import { asciiJson, bodyOf, type Link, sha256, type Stored } from "./chain.ts";
import { type ChainEnd, chainEnd, rolledBack, type Seal, tampered } from "./end.ts";
import { type Checkpoint, signHead } from "./head.ts";
import { createHeadFile, openHeadFile, readHeadFile } from "./head_file.ts";
import type { AuditKey } from "./key.ts";
import { pruneBefore } from "./prune.ts";
import type { Audit, AuditEntry, AuditRecord } from "./record.ts";
import { sameFiles } from "../same_file.ts";
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
   * Removes the records older than `days` from the front of the chain, up to number `through` (all, if absent), leaving a signed
   * checkpoint in their place; the newest record always stays. Resolves to the number removed and what was removed ever.
   */
  prune(
    { days, through }: { days: number; through?: number },
    signal: AbortSignal,
  ): Promise<{ removed: number; checkpoint: Checkpoint | null }>;
  /** Commits what waits, syncs the head and closes. Later calls reject. */
  close(): void;
};

type Waiting = {
  entry: AuditEntry;
  stored: Stored;
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
    throw clearError(`open the audit log at ${path} with its head ${headPath}`, error);
  }
}

function logOver(db: DatabaseSync, options: AuditOptions & { path: string }): AuditLog {
  const { path, key, now } = options;
  const insert = db.prepare("INSERT INTO record VALUES (?, ?, ?, ?)");
  const chain = chainEnd(db, key, path);
  const begin = inTransaction(db, () => provedEnd(db, chain, options));
  chain.keep(begin);
  const headFile = openHeadFile(options.headPath, key);
  const state = { waiting: [] as Waiting[], closed: false, syncedAt: now() };
  publish(begin);
  const stillThere = sameFiles([path, options.headPath]);

  /** Brings the head file up to `seal`, which is durable. */
  function publish(seal: Seal): void {
    if (seal.line !== "") headFile.advance(seal.line, seal.seq);
  }

  function commit(batch: Waiting[]): AuditRecord[] {
    const records: AuditRecord[] = [];
    const at = now();
    const seal = inTransaction(db, () => {
      const end = batch.reduce((link: Link, { entry, stored }) => {
        const body = bodyOf(link, at, stored);
        const next = { seq: link.seq + 1, hash: sha256(body) };
        insert.run(next.seq, body, next.hash, stored.call);
        records.push({ seq: next.seq, at, entry, hash: next.hash });
        return next;
      }, chain.read());
      return chain.put(end, at);
    });
    chain.keep(seal);
    publish(seal);
    stillThere();
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
      const said = clearError(`append to the audit log at ${options.path}`, error);
      for (const one of batch) one.reject(said);
    }
  }

  return {
    append(entry, signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (state.closed) throw new Error(`Cannot append to the audit log at ${options.path}: it is closed`);
        const stored = { call: asciiJson(entry.callId), entry: asciiJson(entry) };
        state.waiting.push({ entry, stored, signal, resolve, reject });
        if (state.waiting.length === 1) queueMicrotask(flush);
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async prune({ days, through = Infinity }, signal) {
      signal.throwIfAborted();
      if (!(days > 0)) throw new RangeError(`Cannot prune the audit log: ${days} days`);
      flush();
      const before = now() - days * DAY_MS;
      const result = inTransaction(db, () => {
        const end = chain.read();
        // The head may not point at a pruned record, or a verifier could not place it.
        publish(end);
        return pruneBefore(db, { before, most: through, at: now(), end, base: chain.checkpoint(), key });
      });
      if (result.removed > 0) clearWal(db);
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

/** The chain's end as the head file bears it out; begins the head file of a log without records. In a transaction. */
function provedEnd(
  db: DatabaseSync,
  chain: ChainEnd,
  { path, headPath, key, now }: AuditOptions & { path: string },
): Seal {
  const end = chain.read();
  if (end.seq === 0 && readHeadFile(headPath, key).state === "missing") {
    createHeadFile(headPath, signHead(end, now(), key));
  }
  const head = readHeadFile(headPath, key);
  if (head.state !== "ok") throw tampered(path, `its signed head ${headPath} ${HEAD_FAULTS[head.state]}`);
  const { seq, hash } = head.value;
  if (seq > end.seq) throw tampered(path, rolledBack(seq, end.seq));
  const pruned = chain.checkpoint()?.seq ?? 0;
  if (seq < pruned) throw tampered(path, `its signed head ${headPath} was put back to an older one, of record ${seq}`);
  const stored = db.prepare("SELECT hash FROM record WHERE seq = ?").get(seq)?.hash;
  if (stored !== undefined && stored !== hash) throw tampered(path, `record ${seq} is not the one that was signed`);
  return end;
}

const HEAD_FAULTS = {
  missing: "is missing",
  damaged: "is damaged",
  key: "was signed by another key",
  signature: "is forged",
};

/** The end of the chain in the database, believed only as far as its seal goes. */
import type { DatabaseSync } from "node:sqlite";
import { GENESIS, type Link } from "./chain.ts";
import { baseOf, type Checkpoint, readCheckpoint, readHead, signHead } from "./head.ts";
import type { AuditKey } from "./key.ts";

/** A signed head as it stands in the database. `line` is "" before the first record. */
export type Seal = Link & { line: string };

export type ChainEnd = {
  /**
   * The last record's place and seal. Call inside a transaction. Throws if records were added, changed or
   * rolled back since the seal, if the seal is not signed by the key, or if it is older than one seen before.
   */
  read(): Seal;
  /** Signs `end` and stores that as the seal, in the transaction that appended it. */
  put(end: Link, at: number): Seal;
  /** Says that `seal` is durable: no older one is accepted from now on. */
  keep(seal: Seal): void;
  /** What retention took away; null = nothing. Throws if its checkpoint is not signed by the key. */
  checkpoint(): Checkpoint | null;
};

const UNSIGNED = {
  damaged: "its seal is missing or damaged",
  key: "it was signed by another key",
  signature: "its seal is forged",
};

/** The end of the chain in `db`, signed by `key`; `path` is for the errors. */
export function chainEnd(db: DatabaseSync, key: AuditKey, path: string): ChainEnd {
  const last = db.prepare("SELECT seq, hash FROM record ORDER BY seq DESC LIMIT 1");
  const seal = db.prepare("SELECT line FROM seal");
  const putSeal = db.prepare("INSERT OR REPLACE INTO seal VALUES (1, ?)");
  const pruned = db.prepare("SELECT line FROM checkpoint");
  const known: Seal = { seq: 0, hash: GENESIS, line: "" };

  function checkpoint(): Checkpoint | null {
    const row = pruned.get();
    if (!row) return null;
    const read = readCheckpoint(String(row.line), key);
    if (read.state !== "ok") throw tampered(path, "its checkpoint is not signed by this key");
    return read.value;
  }

  function readSeal(line: string | null): Seal {
    if (line !== null && line === known.line) return known;
    const read = readHead(line ?? "", key);
    if (read.state !== "ok") throw tampered(path, UNSIGNED[read.state]);
    if (read.value.seq < known.seq) throw tampered(path, rolledBack(known.seq, read.value.seq));
    return { seq: read.value.seq, hash: read.value.hash, line: line ?? "" };
  }

  return {
    checkpoint,

    read() {
      const row = last.get();
      const end = row ? { seq: Number(row.seq), hash: String(row.hash) } : baseOf(checkpoint());
      const stored = seal.get()?.line;
      // Where nothing is left at all, what was last known tells how far the log reached.
      const signed = readSeal(stored !== undefined ? String(stored) || null : end.seq === 0 ? known.line : null);
      if (end.seq < signed.seq) throw tampered(path, rolledBack(signed.seq, end.seq));
      if (end.seq > signed.seq) throw tampered(path, `record ${signed.seq + 1} and later are not covered by its seal`);
      if (end.hash !== signed.hash) throw tampered(path, `record ${end.seq} is not the one that was signed`);
      return signed;
    },

    put(end, at) {
      const line = signHead(end, at, key);
      putSeal.run(line);
      return { seq: end.seq, hash: end.hash, line };
    },

    keep(seal) {
      known.seq = seal.seq;
      known.hash = seal.hash;
      known.line = seal.line;
    },
  };
}

/** The one error for a log that is not as it was signed. */
export function tampered(path: string, finding: string): Error {
  return new Error(`Cannot trust the audit log at ${path}: ${finding}; run \`harombe audit verify\``);
}

/** The finding that a log which reached `from` ends at `to`. */
export function rolledBack(from: number, to: number): string {
  return `its tail was rolled back from record ${from} to ${to}`;
}

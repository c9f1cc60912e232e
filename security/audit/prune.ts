/** Retention: the front of the chain goes, a signed checkpoint says what it was and where the chain goes on. */
import type { DatabaseSync } from "node:sqlite";
import type { Link } from "./chain.ts";
import { baseOf, Checkpoint, signCheckpoint } from "./head.ts";
import type { AuditKey } from "./key.ts";

export type Pruning = {
  /** Records made before this go, up to the first that was not; milliseconds since 1970 UTC. */
  before: number;
  /** No record with a higher number goes. */
  most: number;
  at: number;
  /** The newest record, which stays. */
  end: Link;
  base: Checkpoint | null;
  key: AuditKey;
};

type Counts = Checkpoint["counts"];
const COUNTED = Object.keys(Checkpoint.shape.counts.shape) as (keyof Counts)[];

/** Call inside a transaction, on a log whose end is proved. `removed` counts this pruning, the checkpoint all. */
export function pruneBefore(db: DatabaseSync, options: Pruning): { removed: number; checkpoint: Checkpoint | null } {
  const { before, most, at, end, base, key } = options;
  const went: Counts = { intent: 0, outcome: 0, refusal: 0, ...base?.counts };
  const from = baseOf(base).seq;
  const old = db.prepare(
    `SELECT seq, hash, body ->> '$.entry.kind' AS kind FROM record WHERE seq < ? AND seq <
       coalesce((SELECT min(seq) FROM record WHERE (body ->> '$.at') >= ?), 9e15) ORDER BY seq`,
  );
  const through = { seq: from, hash: "" };
  for (const row of old.iterate(Math.min(end.seq, most + 1), before)) {
    through.seq = Number(row.seq);
    through.hash = String(row.hash);
    const kind = String(row.kind) as keyof typeof went;
    went[kind] = (went[kind] ?? 0) + 1;
  }
  if (through.seq === from) return { removed: 0, checkpoint: base };
  // In the order of the schema: a line is believed only if it is written as it is read.
  const counts = Object.fromEntries(COUNTED.flatMap((kind) => went[kind] === undefined ? [] : [[kind, went[kind]]]));
  const line = signCheckpoint({ ...through, at, counts: counts as Counts }, key);
  db.prepare("INSERT OR REPLACE INTO checkpoint VALUES (1, ?)").run(line);
  db.prepare("DELETE FROM record WHERE seq <= ?").run(through.seq);
  return { removed: through.seq - from, checkpoint: JSON.parse(line) };
}

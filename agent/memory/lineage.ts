/** What a branch is made of: a stretch of each session above it, then its own events. Call with an open store. */
import type { DatabaseSync } from "node:sqlite";
import type { Envelope } from "../../node/event.ts";
import type { AgentEvent } from "../event.ts";
import { envelopeOf, type StoredEvent } from "./stored_event.ts";

/** The events of `session` with `after < seq <= upTo`. */
export type Stretch = { session: string; after: number; upTo: number };

/** Above every number of an event. */
const ALL = Number.MAX_SAFE_INTEGER;

/** The stretches of `session`, oldest first; the last one is its own. */
export function lineage(db: DatabaseSync, session: string): Stretch[] {
  const rows = db.prepare(
    `WITH RECURSIVE line (session, up_to, depth) AS (
       SELECT ?1, ${ALL}, 0
       UNION ALL SELECT branch.parent, min(line.up_to, branch.at), depth + 1 FROM line JOIN branch USING (session))
     SELECT line.session, coalesce(branch.at, 0) AS after, up_to AS upTo
     FROM line LEFT JOIN branch USING (session) ORDER BY depth DESC`,
  ).all(session) as Stretch[];
  return rows.map((row) => ({ ...row }));
}

/** The events of `stretches` with `from <= seq < to`, in order. Throws for a damaged one, naming it. */
export function eventsBetween(
  db: DatabaseSync,
  stretches: readonly Stretch[],
  { from, to }: { from: number; to: number },
): Envelope<AgentEvent>[] {
  const read = db.prepare("SELECT seq, at, json FROM event WHERE session = ? AND seq > ? AND seq <= ? ORDER BY seq");
  return stretches.flatMap(({ session, after, upTo }) => {
    const rows = read.all(session, Math.max(after, from - 1), Math.min(upTo, to - 1)) as StoredEvent[];
    return rows.map((row) => envelopeOf(session, row));
  });
}

/** The number of the last event, inherited ones too; 0 if there is none. */
export function lastSeq(db: DatabaseSync, session: string): number {
  const { seq } = db.prepare("SELECT max(seq) AS seq FROM event WHERE session = ?").get(session)!;
  if (seq !== null) return Number(seq);
  return Number(db.prepare("SELECT at FROM branch WHERE session = ?").get(session)?.at ?? 0);
}

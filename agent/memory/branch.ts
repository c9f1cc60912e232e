/** Begins a session that goes on from a place in another one. Call inside a transaction. */
import type { DatabaseSync } from "node:sqlite";
import { Part, textOf } from "../../node/chat.ts";
import * as z from "zod";
import { lastSeq, lineage, type Stretch } from "./lineage.ts";

/** A message of the person: its number in the session from 1 on, and where its turn begins. */
export type SaidMessage = { n: number; seq: number; at: number; message: Part[] };

const Started = z.object({ type: z.literal("turn_started"), message: z.array(Part) });

/** The person's messages, inherited ones too, oldest first; at most the last `limit`. One that is damaged is empty. */
export function saidIn(db: DatabaseSync, session: string, limit: number = Number.MAX_SAFE_INTEGER): SaidMessage[] {
  const read = db.prepare(
    `SELECT event.seq, event.at, json FROM turn JOIN event USING (session, seq)
     WHERE session = ? AND seq > ? AND seq <= ? ORDER BY seq DESC LIMIT ?`,
  );
  const newest: Omit<SaidMessage, "n">[] = [];
  const left = { from: 0 };
  for (const { session: owner, after, upTo } of lineage(db, session).toReversed()) {
    const room = limit - newest.length;
    if (room <= 0) {
      left.from += turnsOf(db, { session: owner, after, upTo });
      continue;
    }
    const rows = read.all(owner, after, upTo, room) as { seq: number; at: number; json: string }[];
    if (rows.length === room) left.from += turnsOf(db, { session: owner, after, upTo }) - rows.length;
    newest.push(...rows.flatMap(({ seq, at, json }) => {
      const message = messageIn(json);
      return message === null ? [] : [{ seq, at, message }];
    }));
  }
  return newest.toReversed().map((one, i) => ({ n: left.from + i + 1, ...one }));
}

function turnsOf(db: DatabaseSync, { session, after, upTo }: Stretch): number {
  const count = db.prepare(
    "SELECT count(*) AS n FROM turn WHERE session = ? AND seq > ? AND seq <= ? AND ended IS NOT seq",
  );
  return Number(count.get(session, after, upTo)!.n);
}

/** Null for an event that begins no turn: the log began with it. */
function messageIn(json: string): Part[] | null {
  try {
    const value: unknown = JSON.parse(json);
    const read = Started.safeParse(value);
    if (read.success) return read.data.message;
    return (value as { type?: unknown } | null)?.type === "turn_started" ? [] : null;
  } catch {
    return [];
  }
}

/** Where the last turn begins if it has not ended; null if it has, and where there is none. */
export function cutTurn(db: DatabaseSync, session: string): number | null {
  const last = db.prepare("SELECT seq, ended FROM turn WHERE session = ? ORDER BY seq DESC LIMIT 1").get(session);
  return last !== undefined && last.ended === null ? Number(last.seq) : null;
}

const TITLE = / \(branch \d+\)$/;

/**
 * Adds the row of a branch of `session` after its event `at`: the end, or the last event before a message. `id` is a
 * session that was just created. Its parent is whoever owns that event. Throws a `RangeError` for any other place.
 */
export function addBranch(db: DatabaseSync, session: string, { id, at }: { id: string; at: number }): void {
  const end = lastSeq(db, session);
  const starts = saidIn(db, session).some(({ seq }) => seq === at + 1);
  if (at === end && !starts) {
    if (cutTurn(db, session) !== null) {
      throw new RangeError(`Cannot branch session ${session} at its end: its last turn was cut off`);
    }
  } else if (!starts) throw new RangeError(`Cannot branch session ${session} at ${at}: no message begins after it`);
  const line = lineage(db, session);
  const owner = line.find((one) => at > one.after && at <= one.upTo) ?? line[0];
  db.prepare("INSERT INTO branch VALUES (?, ?, ?)").run(id, owner.session, at);
}

/** The title of the next branch of `session`, whose title is `title`; it counts the branches of the whole family. */
export function branchTitle(db: DatabaseSync, session: string, title: string): string {
  const n = family(db, session).length;
  return `${title.replace(TITLE, "")} (branch ${n})`;
}

/** The ids of the session that all of them come from and of every branch below it, `session` too; the first is the root. */
export function family(db: DatabaseSync, session: string): string[] {
  const root = lineageRoot(db, session);
  return db.prepare(
    `WITH RECURSIVE tree (session, depth) AS (
       SELECT ?1, 0 UNION ALL SELECT branch.session, depth + 1 FROM branch JOIN tree ON branch.parent = tree.session)
     SELECT tree.session FROM tree JOIN session ON session.id = tree.session ORDER BY depth > 0, session.rowid`,
  ).all(root).map((row) => String(row.session));
}

function lineageRoot(db: DatabaseSync, session: string): string {
  return lineage(db, session)[0]?.session ?? session;
}

/** The branches that go on from `session` itself. */
export function childrenOf(db: DatabaseSync, session: string): string[] {
  return db.prepare("SELECT session FROM branch WHERE parent = ? ORDER BY session").all(session)
    .map((row) => String(row.session));
}

/** Whether nothing was ever said in `session`, nor in what it goes on from. */
export function isEmpty(db: DatabaseSync, session: string): boolean {
  return lastSeq(db, session) === 0;
}

/** The person's words of `said`. */
export function wordsOf({ message }: SaidMessage): string {
  return textOf(message);
}

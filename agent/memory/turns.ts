/** Keeps the `turn` and `compaction` rows true to the events. Call inside the transaction that appends them. */
import type { DatabaseSync } from "node:sqlite";
import { tokensOf } from "../context.ts";
import type { AgentEvent } from "../event.ts";
import { countTokens } from "../tokens.ts";
import { messagesOf, openCalls } from "./history.ts";
import { eventsBetween } from "./lineage.ts";

/** Events that change what a model is given of their turn, except results, which a whole turn takes none of. */
const CHANGES: ReadonlySet<AgentEvent["type"]> = new Set(["text", "step_ended", "turn_resumed", "turn_ended"]);

export type Appended = { session: string; from: number; events: readonly AgentEvent[] };

/** Call with the events in the store: the first of `events` has the number `from`. */
export function keepTurns(db: DatabaseSync, { session, from, events }: Appended): void {
  if (events.length === 0) return;
  const last = Number(db.prepare("SELECT max(seq) AS seq FROM turn WHERE session = ?").get(session)?.seq ?? 0);
  const begun = last === 0 ? [] : [last];
  const touched = new Set<number>();
  const insert = db.prepare("INSERT INTO turn (session, seq, ended) VALUES (?, ?, ?)");
  const end = db.prepare("UPDATE turn SET ended = ? WHERE session = ? AND seq = ?");
  for (const [i, event] of events.entries()) {
    const seq = from + i;
    const starts = event.type === "turn_started";
    if (starts || begun.length === 0) {
      insert.run(session, seq, starts ? null : seq);
      if (begun.length > 0) touched.add(begun.at(-1)!);
      begun.push(seq);
    }
    const turn = begun.at(-1)!;
    if (event.type === "turn_resumed") end.run(null, session, turn);
    if (event.type === "turn_ended") end.run(seq, session, turn);
    if (event.type === "compacted") db.prepare("INSERT INTO compaction VALUES (?, ?)").run(session, seq);
    if (CHANGES.has(event.type)) touched.add(turn);
  }
  for (const seq of touched) {
    const next = begun[begun.indexOf(seq) + 1];
    settle(db, session, { seq, next, closes: next !== undefined || events.some((e) => e.type === "turn_ended") });
  }
}

/** Keeps the messages of a turn that is over and whole, and forgets those of one that goes on. */
function settle(
  db: DatabaseSync,
  session: string,
  { seq, next, closes }: { seq: number; next: number | undefined; closes: boolean },
): void {
  const whole = closes ? wholeTurn(db, session, { seq, next }) : null;
  if (whole === null) {
    db.prepare(
      "UPDATE turn SET messages = NULL, last = NULL, tokens = NULL WHERE session = ? AND seq = ? AND messages IS NOT NULL",
    ).run(session, seq);
    return;
  }
  db.prepare("UPDATE turn SET messages = ?, last = ?, tokens = ? WHERE session = ? AND seq = ?").run(
    JSON.stringify(whole.messages),
    whole.last,
    whole.messages.reduce((sum, m) => sum + tokensOf(m, countTokens), 0),
    session,
    seq,
  );
}

/** Null while the turn goes on, has a call without its result, or holds an event that cannot be read. */
function wholeTurn(db: DatabaseSync, session: string, { seq, next }: { seq: number; next: number | undefined }) {
  const own = [{ session, after: 0, upTo: Number.MAX_SAFE_INTEGER }];
  try {
    const kept = eventsBetween(db, own, { from: seq, to: next ?? Number.MAX_SAFE_INTEGER });
    const events = kept.map(({ event }) => event);
    const over = next !== undefined || events.findLast((e) => CHANGES.has(e.type))?.type === "turn_ended";
    if (!over || openCalls(events).length > 0) return null;
    return { messages: messagesOf(events), last: kept.at(-1)!.seq };
  } catch {
    return null;
  }
}

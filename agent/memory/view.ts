/**
 * What a model is given of a session. `viewOf` reads every event and says what is right; `readPast` gives the same of
 * the newest turns alone, from the rows that `turns.ts` keeps.
 */
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { Message } from "../../node/chat.ts";
import type { Envelope } from "../../node/event.ts";
import { tokensOf } from "../context.ts";
import type { AgentEvent } from "../event.ts";
import { type Compacted, compactedBy, type Past, type PastTurn } from "../past.ts";
import { countTokens } from "../tokens.ts";
import { messagesIn } from "./history.ts";
import { envelopeOf, type StoredEvent } from "./stored_event.ts";
import { eventsBetween, lastSeq, lineage, type Stretch } from "./lineage.ts";

const Messages = z.array(Message);

/** The view after all of `events`, in order from the first. */
export function viewOf(events: readonly Envelope<AgentEvent>[]): Past {
  const past = { summary: null, turns: turnsIn(events), unread: 0, end: events.at(-1)?.seq ?? 0 };
  const last = events.findLast(({ event }) => event.type === "compacted")?.event;
  return last?.type === "compacted" ? compactedBy(past, last) : past;
}

function turnsIn(events: readonly Envelope<AgentEvent>[]): PastTurn[] {
  return messagesIn(events.map(({ event }) => event))
    .map(({ first, messages }) => ({ first: events[first].seq, messages }));
}

type Row = { seq: number; last: number | null; tokens: number | null; messages: string | null };

/**
 * The newest turns whose messages take at most `room` tokens by our own count (the newest turn always), after the
 * last compaction. Reads the events of turns that are not whole, and of all that follow such a turn; throws if one of
 * those is damaged. What lies before is not looked at.
 */
export function readPast(db: DatabaseSync, session: string, { room }: { room: number }): Past {
  const stretches = lineage(db, session);
  const end = lastSeq(db, session);
  const summary = lastCompaction(db, stretches);
  const floor = summary?.to ?? 0;
  const rows = db.prepare(
    "SELECT seq, last, tokens, messages FROM turn WHERE session = ? AND seq > ? AND seq <= ? ORDER BY seq DESC",
  );
  /** Read from rows, newest first, all before `region`. */
  let kept: PastTurn[] = [];
  /** The events from the oldest turn without a row's messages on, newest batch first. */
  const region = { from: end + 1, batches: [] as Envelope<AgentEvent>[][] };
  let used = 0;
  let oldest = end + 1;
  read: for (const { session: owner, after, upTo } of stretches.toReversed()) {
    for (const found of rows.iterate(owner, Math.max(after, floor), upTo)) {
      const row = found as Row;
      const whole = row.messages !== null && row.last! <= upTo ? parsed(row.messages) : null;
      const batch = whole === null ? eventsBetween(db, stretches, { from: row.seq, to: region.from }) : [];
      const own = batch.filter(({ seq }) => seq < oldest).map(({ event }) => event);
      const tokens = whole !== null
        ? row.tokens!
        : messagesIn(own).flatMap((turn) => turn.messages).reduce((sum, m) => sum + tokensOf(m, countTokens), 0);
      if (oldest <= end && used + tokens > room) break read;
      used += tokens;
      oldest = row.seq;
      if (whole === null) {
        region.batches.push(batch);
        region.from = row.seq;
        kept = [];
      } else kept.push({ first: row.seq, messages: whole });
    }
  }
  const events = region.batches.toReversed().flat();
  const turns = joined([...kept.toReversed(), ...(events.length === 0 ? [] : turnsIn(events))]);
  const count = db.prepare(
    "SELECT count(*) AS n FROM turn WHERE session = ? AND seq > ? AND seq <= ? AND seq < ? AND ended IS NOT seq",
  );
  const unread = stretches.reduce(
    (sum, { session: owner, after, upTo }) => sum + Number(count.get(owner, Math.max(after, floor), upTo, oldest)!.n),
    0,
  );
  return { summary, turns, unread, end };
}

/** The last compaction in sight; null if there is none, or if it is damaged: then everything counts as not compacted. */
export function lastCompaction(db: DatabaseSync, stretches: readonly Stretch[]): Compacted | null {
  const find = db.prepare(
    `SELECT event.seq, at, json FROM compaction JOIN event USING (session, seq)
     WHERE session = ? AND seq > ? AND seq <= ? ORDER BY seq DESC LIMIT 1`,
  );
  for (const { session, after, upTo } of stretches.toReversed()) {
    const row = find.get(session, after, upTo) as StoredEvent | undefined;
    if (row === undefined) continue;
    try {
      const { event } = envelopeOf(session, row);
      return event.type === "compacted" ? event : null;
    } catch {
      return null;
    }
  }
  return null;
}

function parsed(messages: string): Message[] | null {
  try {
    return Messages.parse(JSON.parse(messages));
  } catch {
    return null;
  }
}

/** Events of a branch before its first turn belong to the turn that it continues. */
function joined(turns: readonly PastTurn[]): PastTurn[] {
  const result: PastTurn[] = [];
  for (const turn of turns) {
    const before = result.at(-1);
    const continues = turn.messages[0]?.role !== "user";
    if (before !== undefined && continues) before.messages = [...before.messages, ...turn.messages];
    else if (turn.messages.length > 0) result.push({ ...turn });
  }
  return result;
}

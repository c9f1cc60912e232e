/**
 * The audit log to a receiver outside, each record at least once. The log is its own spool: nothing is copied, a cursor says how
 * far the receiver has it, and it moves only when the receiver has taken a batch. While it is down nothing is lost.
 */
import type { AuditReader } from "../audit/query.ts";
import type { AuditRecord } from "../audit/record.ts";
import { type Cursor, readCursors, writeCursors } from "./cursor.ts";
import type { Delivered } from "./otlp.ts";

/** Who receives: takes a batch, in order. A throw counts as `later`. */
export type Destination = {
  /** Names the cursor. */
  name: string;
  send(records: readonly AuditRecord[], signal: AbortSignal): Promise<Delivered>;
  /** True: a batch that is refused is given up as it is; else it is halved until the record that is refused stands alone. */
  whole?: boolean;
};

export type Delivery = {
  destination: string;
  sent: number;
  waiting: boolean;
  why: string | null;
  again: number | null;
};

export type DeliverOptions = {
  audit: Pick<AuditReader, "list" | "records">;
  /** The file of the cursors. */
  cursors: string;
  /** Records in a batch at most. */
  batch?: number;
};

const BATCH = 500;
const REMEMBERED = 100;

/**
 * Sends what each destination has not yet, batch by batch, until all is taken or it says later. One process at a time: another
 * that is under way makes this one do nothing (null).
 */
export async function deliver(
  destinations: readonly Destination[],
  options: DeliverOptions,
  signal: AbortSignal,
): Promise<Delivery[] | null> {
  const lock = await Deno.open(`${options.cursors}.lock`, { write: true, create: true, mode: 0o600 });
  try {
    if (!await lock.tryLock(true)) return null;
    const made: Delivery[] = [];
    for (const destination of destinations) made.push(await deliverTo(destination, options, signal));
    return made;
  } finally {
    lock.close();
  }
}

async function deliverTo(
  destination: Destination,
  { audit, cursors, batch = BATCH }: DeliverOptions,
  signal: AbortSignal,
): Promise<Delivery> {
  const { name } = destination;
  const told: Delivery = { destination: name, sent: 0, waiting: false, why: null, again: null };
  const state: { cursor: Cursor } = { cursor: (await readCursors(cursors, signal))[name] ?? { seq: 0, refused: [] } };
  const keep = async (cursor: Cursor) => {
    state.cursor = cursor;
    await writeCursors(cursors, { ...await readCursors(cursors, signal), [name]: cursor });
  };
  /** True if the cursor moved over `records`. */
  const take = async (records: readonly AuditRecord[]): Promise<boolean> => {
    const answer = await destination.send(records, signal).catch((error): Delivered => {
      signal.throwIfAborted();
      return { state: "later", why: error instanceof Error ? error.message : String(error), ms: null };
    });
    if (answer.state === "later") {
      Object.assign(told, { waiting: true, why: answer.why, again: answer.ms });
      return false;
    }
    const [first, last] = [records[0].seq, records.at(-1)!.seq];
    if (answer.state === "taken") {
      told.sent += records.length;
      await keep({ ...state.cursor, seq: last });
      return true;
    }
    // One record that a receiver cannot take must not hold back the others for ever.
    if (records.length > 1 && destination.whole !== true) {
      const half = records.length >> 1;
      return await take(records.slice(0, half)) && await take(records.slice(half));
    }
    told.why = answer.why;
    const refused = [...state.cursor.refused, [first, last, answer.why.slice(0, 300)] as [number, number, string]];
    await keep({ seq: last, refused: refused.slice(-REMEMBERED) });
    return true;
  };
  while (true) {
    const records: AuditRecord[] = [];
    for await (const record of audit.records({ after: state.cursor.seq }, signal)) {
      if (records.push(record) === batch) break;
    }
    if (records.length === 0 || !await take(records)) return told;
  }
}

/** The last record that every one of `names` has; what comes after it must be kept. Infinity where nobody receives. */
export async function deliveredTo(path: string, names: readonly string[], signal: AbortSignal): Promise<number> {
  if (names.length === 0) return Infinity;
  const cursors = await readCursors(path, signal);
  return Math.min(...names.map((name) => cursors[name]?.seq ?? 0));
}

/** Walks stored rows against the chain, row by row; pure. */
import { bodyStart, type Link, namesCall, placeOf, sha256 } from "./chain.ts";
import type { Fault } from "./fault.ts";

/** `seq`, `body`, `hash`, `call` as stored; a damaged file may hold any type in any of them. */
export type Row = readonly [seq: unknown, body: unknown, hash: unknown, call: unknown];

/** No more faults than this are listed; `omitted` counts the others. */
const MAX_FAULTS = 1_000;

export type Scan = {
  /** Takes the next row in order of `seq`. */
  row(row: Row): void;
  /** Asks for the hash of row `seq`, for a head to be compared with: "" unless that row passes. Before the first row. */
  watch(seq: number): void;
  /** After the last row. */
  end(): {
    records: number;
    last: Link;
    /** Whether the last row passed every check. */
    lastSound: boolean;
    watched: Map<number, string>;
    faults: Fault[];
    omitted: number;
  };
};

/** A scan of the chain that goes on after `base`. */
export function scanFrom(base: Link): Scan {
  const faults: Fault[] = [];
  const moved = new Map<number, number>();
  const watched = new Map<number, string>();
  const at = { seq: base.seq, prev: base.hash as string | null, records: 0, hash: base.hash, sound: true, omitted: 0 };

  function fault(found: Fault) {
    if (faults.length < MAX_FAULTS) faults.push(found);
    else at.omitted++;
    at.sound = false;
  }

  function check(seq: number, [, body, hash, call]: Row): void {
    if (typeof body !== "string" || typeof hash !== "string" || typeof call !== "string" || sha256(body) !== hash) {
      return fault({ kind: "changed", seq });
    }
    const start = at.prev === null ? null : bodyStart(at.prev, seq);
    if (start !== null && body.startsWith(start) && namesCall(body, start.length, call)) return;
    const place = placeOf(body);
    if (place === null || !namesCall(body, place.length, call)) return fault({ kind: "changed", seq });
    if (place.seq !== seq) {
      moved.set(seq, place.seq);
      at.sound = false;
      return;
    }
    if (at.prev !== null) fault({ kind: "unlinked", seq });
  }

  return {
    watch: (seq) => void watched.set(seq, ""),

    row(row) {
      at.records++;
      const seq = Number(row[0]);
      if (seq <= base.seq) return fault({ kind: "extra", from: seq, to: seq });
      if (seq <= at.seq) return fault({ kind: "corrupt", message: `record ${seq} is found after record ${at.seq}` });
      if (seq > at.seq + 1) {
        fault({ kind: "missing", from: at.seq + 1, to: seq - 1 });
        at.prev = null;
      }
      at.sound = true;
      check(seq, row);
      at.seq = seq;
      at.hash = String(row[2]);
      // What follows a faulty record names its true predecessor, which is not here to be compared with.
      at.prev = at.sound ? at.hash : null;
      if (at.sound && watched.has(seq)) watched.set(seq, at.hash);
    },

    end() {
      const { sound } = at;
      for (const [seq, record] of moved) {
        const back = moved.get(record) === seq;
        if (!back) fault({ kind: "moved", seq, record });
        else if (seq < record) fault({ kind: "swapped", a: seq, b: record });
      }
      const last = { seq: at.seq, hash: at.hash };
      return { records: at.records, last, lastSound: sound, watched, faults, omitted: at.omitted };
    },
  };
}

/**
 * The signed head outside the database: a 0600 file of two 512-byte lines, each a head padded with spaces.
 *
 * The older line is overwritten in place, so a write torn by a power cut leaves the other line, and a full
 * disk cannot stop it. It is written after every commit and synced to disk at most once a second and at
 * close: after `kill -9` it is at most one commit behind the database, after a power cut about a second.
 * A head behind the log is no fault; a head ahead of the log means that the tail was rolled back.
 */
import { dirname } from "node:path";
import { type Head, readHead, type Signed } from "./head.ts";
import type { AuditKey } from "./key.ts";

const LINE = 512;

/** What the file says. `state` is of the best line; `damaged` tells that one of the two is not whole. */
export type HeadFileState = { state: "missing" } | (Signed<Head> & { damaged: boolean });

function judge(text: string, key: AuditKey): HeadFileState & { best: number; worst: number } {
  const lines = [text.slice(0, LINE), text.slice(LINE, 2 * LINE)];
  const read = lines.map((line) =>
    line === pad(line.trimEnd()) ? readHead(line.trimEnd(), key) : { state: "damaged" as const }
  );
  const rank = (one: Signed<Head>) =>
    one.state === "ok" ? one.value.seq : ({ signature: -1, key: -2, damaged: -3 })[one.state];
  const best = rank(read[1]) > rank(read[0]) ? 1 : 0;
  const damaged = text.length !== 2 * LINE || read.some((one) => one.state !== "ok");
  return { ...read[best], damaged, best, worst: 1 - best };
}

/** Reads the head file at `path`, never in the middle of a write. Throws only if a file that is there cannot be read. */
export function readHeadFile(path: string, key: AuditKey): HeadFileState {
  const text = readLocked(path);
  if (text === null) return { state: "missing" };
  const { best: _best, worst: _worst, ...state } = judge(text, key);
  return state;
}

function readLocked(path: string): string | null {
  try {
    using file = Deno.openSync(path);
    file.lockSync(false);
    // One byte more than the file should have, so that a longer one is seen.
    const bytes = new Uint8Array(2 * LINE + 1);
    return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Makes the file at `path`, and its folder, with `line` in both places, on disk when it returns. Throws if there is one. */
export function createHeadFile(path: string, line: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = Deno.openSync(path, { createNew: true, write: true, mode: 0o600 });
  try {
    file.writeSync(new TextEncoder().encode(pad(line).repeat(2)));
    file.syncSync();
  } finally {
    file.close();
  }
}

function pad(line: string): string {
  return line.padEnd(LINE - 1) + "\n";
}

export type HeadFile = {
  /** Puts `line`, the head at `seq`, in the file unless the file is already as far. Several processes may. */
  advance(line: string, seq: number): void;
  /** Waits until what was written is on disk. */
  sync(): void;
  close(): void;
};

/** Opens the head file at `path` for writing. It must exist. */
export function openHeadFile(path: string, key: AuditKey): HeadFile {
  const file = Deno.openSync(path, { read: true, write: true });
  const bytes = new Uint8Array(2 * LINE + 1);
  const known = { text: "", state: judge("", key) };

  function read() {
    file.seekSync(0, Deno.SeekMode.Start);
    const length = file.readSync(bytes) ?? 0;
    const text = new TextDecoder().decode(bytes.subarray(0, length));
    if (text !== known.text) Object.assign(known, { text, state: judge(text, key) });
    return known.state;
  }

  return {
    advance(line, seq) {
      file.lockSync(true);
      try {
        const now = read();
        if (now.state === "ok" && now.value.seq >= seq && !now.damaged) return;
        file.seekSync(now.worst * LINE, Deno.SeekMode.Start);
        file.writeSync(new TextEncoder().encode(pad(line)));
        const other = known.text.slice(now.best * LINE, (now.best + 1) * LINE);
        if (now.state !== "ok") return;
        // What was just written needs no verifying at the next turn.
        known.text = now.worst === 0 ? pad(line) + other : other + pad(line);
        known.state = { state: "ok", value: JSON.parse(line), damaged: false, best: now.worst, worst: now.best };
      } finally {
        file.unlockSync();
      }
    },
    sync: () => file.syncDataSync(),
    close: () => file.close(),
  };
}

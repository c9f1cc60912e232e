/** A scrub of text that comes in pieces. Where it cuts depends only on the text, never on how it came. */
import { goesOn, MOST_CHARACTERS, MOST_LINES, valuesBelow } from "./blocks.ts";
import { acrossLines, findSecrets, lookAt } from "./find_secrets.ts";
import { type Found, merged } from "./found.ts";
import type { FindKnown } from "./known.ts";
import type { Stand } from "./placeholder.ts";
import { KEY_BEGINS, keyExtent, withoutMargin } from "./private_key.ts";
import { LONGEST_SECRET } from "./shapes.ts";

export type ScrubStream = {
  push(piece: string): string;
  end(): string;
};

/** Characters without a line break that are held back at most, and those of them that the next look sees again. */
const WINDOW = 65_536;
const OVERLAP = 2 * LONGEST_SECRET + 512;
/** Characters of a private key that are kept; of a longer one the rest is dropped. */
const LONGEST_KEY = 65_537;

/** Lines that are looked at together with one where a secret began and did not end. */
const UNFINISHED_LINES = 3;

type Line = { start: number; end: number; next: number };

/** Replaces what `known` and the search find by what `stand` gives. Private keys go over any number of lines. */
export function scrubStream(known: FindKnown, stand: Stand): ScrubStream {
  const state = { held: "", key: null as string | null, keyLength: 0 };

  /** Takes what is complete off the front of `held`; `last` = nothing follows. */
  const take = (last: boolean): string => {
    const out: string[] = [];
    let at = 0;
    while (at < state.held.length) {
      const line = lineAt(state.held, at);
      if (line.end - at >= WINDOW) {
        const cut = scrubLine(state.held.slice(at, at + WINDOW), WINDOW - OVERLAP);
        out.push(cut.text);
        at += cut.used;
        continue;
      }
      if (line.next === line.end && !last) break;
      const taken = state.key === null && !hasKey(state.held, line) ? block(line, last) : single(line);
      if (taken === null) break;
      out.push(taken.text);
      at = taken.next;
    }
    state.held = state.held.slice(at);
    if (last) out.push(closeKey());
    return out.join("");
  };

  const single = (line: Line): { text: string; next: number } => {
    const written = bareEnd(state.held, line);
    const { text } = scrubLine(state.held.slice(line.start, written), Infinity);
    const rest = state.held.slice(written, line.next);
    if (state.key === null) return { text: text + rest, next: line.next };
    addToKey(rest);
    return { text, next: line.next };
  };

  /** `first` and the lines that belong to it; null = the rest of them has not come yet. */
  const block = (first: Line, last: boolean): { text: string; next: number } | null => {
    const found: Found[] = [];
    let line = first;
    let more = 0;
    for (let count = 1;; count++) {
      const text = state.held.slice(line.start, bareEnd(state.held, line));
      const looked = lookAt(text, known);
      const shift = line.start - first.start;
      for (const { start, end, kind } of looked.found) found.push({ start: start + shift, end: end + shift, kind });
      more = looked.open ? UNFINISHED_LINES : Math.max(more - 1, goesOn(text) ? 1 : 0);
      if (more === 0 || count >= MOST_LINES || line.end - first.start >= MOST_CHARACTERS) break;
      if (line.next === line.end) break;
      const next = lineAt(state.held, line.next);
      if (next.end - next.start > MOST_CHARACTERS) break;
      if (next.next === next.end && !last) return null;
      if (next.end === next.start || hasKey(state.held, next)) break;
      line = next;
    }
    const end = bareEnd(state.held, line);
    const text = state.held.slice(first.start, end);
    if (line !== first) found.push(...acrossLines(text, found, known), ...valuesBelow(text));
    return { text: replaced(text, merged(found)) + state.held.slice(end, line.next), next: line.next };
  };

  const replaced = (text: string, found: readonly Found[]): string => {
    if (found.length === 0) return text;
    const out: string[] = [];
    let at = 0;
    for (const { start, end, kind } of found) {
      out.push(text.slice(at, start), stand(kind, text.slice(start, end), end - start));
      at = end;
    }
    out.push(text.slice(at));
    return out.join("");
  };

  const addToKey = (text: string) => {
    if (state.key === null) return;
    state.keyLength += text.length;
    state.key += text.slice(0, Math.max(0, LONGEST_KEY - state.key.length));
  };

  /** The placeholder of the key that was read so far, and the white space after it. */
  const closeKey = (): string => {
    if (state.key === null) return "";
    const value = state.key.trimEnd();
    const rest = state.key.slice(value.length);
    state.key = null;
    return stand("private key", withoutMargin(value), state.keyLength - rest.length) + rest;
  };

  /** `line` scrubbed up to `limit`, or up to the end of the secret that lies across it. */
  const scrubLine = (line: string, limit: number): { text: string; used: number } => {
    const out: string[] = [];
    let at = 0;
    while (at < line.length && at < limit) {
      const begins = beginsAfter(line, at);
      if (state.key !== null) {
        const { end, closed } = keyExtent(line.slice(at, begins.start));
        addToKey(line.slice(at, at + end));
        at += end;
        if (closed || end === 0) out.push(closeKey());
        continue;
      }
      const from = at;
      for (const { start, end, kind } of findSecrets(line.slice(at, begins.start), known)) {
        if (from + start >= limit) break;
        out.push(line.slice(at, from + start), stand(kind, line.slice(from + start, from + end), end - start));
        at = from + end;
      }
      if (begins.start >= limit && line.length > limit) {
        const used = Math.max(at, limit);
        out.push(line.slice(at, used));
        return { text: out.join(""), used };
      }
      out.push(line.slice(at, begins.start));
      at = begins.end;
      if (begins.start === line.length) break;
      const after = line.slice(at, beginsAfter(line, at).start);
      const { end, closed } = keyExtent(after);
      const isKey = end > 0 || after.trim() === "";
      if (isKey) {
        state.key = line.slice(begins.start, at + end);
        state.keyLength = state.key.length;
        if (closed) out.push(closeKey());
      } else out.push(line.slice(begins.start, begins.end));
      at += end;
    }
    return { text: out.join(""), used: at };
  };

  return {
    push(piece) {
      state.held += piece;
      return piece.includes("\n") || state.held.length >= WINDOW ? take(false) : "";
    },
    end: () => take(true),
  };
}

/** The line that begins at `start`; `next` is where the following one begins, or its own end where no line break is. */
function lineAt(text: string, start: number): Line {
  const newline = text.indexOf("\n", start);
  return newline < 0 ? { start, end: text.length, next: text.length } : { start, end: newline, next: newline + 1 };
}

/** The line's end without CR. */
function bareEnd(text: string, { start, end, next }: Line): number {
  return next > end && end > start && text[end - 1] === "\r" ? end - 1 : end;
}

/** `-----BEGIN … PRIVATE KEY` and the other beginnings all hold this. */
function hasKey(text: string, { start, end }: Line): boolean {
  const line = text.slice(start, end);
  return (line.includes("PRIVATE KEY") || line.includes("Private-Lines")) && beginsAfter(line, 0).start < line.length;
}

/** The next beginning of a private key at or after `at`; both ends are the line's end where there is none. */
function beginsAfter(line: string, at: number): { start: number; end: number } {
  KEY_BEGINS.lastIndex = at;
  const match = KEY_BEGINS.exec(line);
  return match ? { start: match.index, end: match.index + match[0].length } : { start: line.length, end: line.length };
}

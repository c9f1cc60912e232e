/** A text as somebody else reads it, with the way back: invisible letters gone, escapes undone, pieces put together. */
import type { Found } from "./found.ts";

export type View = {
  text: string;
  /** Where each character of `text` begins and ends in the original; null = the same place. */
  places: { from: Int32Array; to: Int32Array } | null;
};

export const asWritten = (text: string): View => ({ text, places: null });

/** `view` with every match of `pattern` (global) replaced; null from `by` leaves it as it is. Returns `view` itself if nothing changed. */
export function rewritten(view: View, pattern: RegExp, by: (match: string) => string | null): View {
  const { text } = view;
  const pieces: { at: number; end: number; put: string }[] = [];
  let size = text.length;
  for (const match of text.matchAll(pattern)) {
    const put = by(match[0]);
    if (put === null) continue;
    const end = match.index + match[0].length;
    pieces.push({ at: match.index, end, put });
    size += put.length - match[0].length;
  }
  if (pieces.length === 0) return view;
  const [from, to] = [new Int32Array(size), new Int32Array(size)];
  const out: string[] = [];
  const old = view.places;
  let at = 0;
  let filled = 0;
  const copy = (end: number) => {
    out.push(text.slice(at, end));
    if (old === null) { for (let i = at; i < end; i++) [from[filled], to[filled++]] = [i, i + 1]; }
    else {
      from.set(old.from.subarray(at, end), filled);
      to.set(old.to.subarray(at, end), filled);
      filled += end - at;
    }
  };
  for (const piece of pieces) {
    copy(piece.at);
    out.push(piece.put);
    const first = old === null ? piece.at : old.from[piece.at];
    const last = old === null ? piece.end : old.to[piece.end - 1];
    for (let i = 0; i < piece.put.length; i++) [from[filled], to[filled++]] = [first, last];
    at = piece.end;
  }
  copy(text.length);
  return { text: out.join(""), places: { from, to } };
}

/** What was found in `view`, by its place in the original. */
export function inOriginal({ places }: View, found: readonly Found[]): Found[] {
  if (places === null) return [...found];
  return found.filter(({ start, end }) => end > start).map(({ start, end, kind }) => ({
    start: places.from[start],
    end: places.to[end - 1],
    kind,
  }));
}

/** Slots with two ends or a depth: lines 5 to 10, between 1 and 2 MB, two levels deep. */
import { type Span, span } from "./span.ts";
import type { Token } from "./token.ts";

const numbered = (tokens: readonly Token[], at: number, length: number): string =>
  tokens.slice(at, at + length)
    .map((t) => (t.kind === "number" ? String(t.value) : t.kind === "size" ? "#" : t.word)).join(" ");

/** "lines 5 to 10", "lines 5-10", "from line 5 to line 10", "line 7"; `value` is the first, `upper` the last. */
function lineRange(tokens: readonly Token[], at: number): Span[] {
  const text = numbered(tokens, at, 7);
  const found = /^(?:from )?lines? (\d{1,7}) (?:to|through|thru|until|till|-|–) (?:line )?(\d{1,7})\b/.exec(text) ??
    /^(?:from )?lines? (\d{1,7})[-–](\d{1,7})(?= |$)/.exec(text) ??
    /^lines? between (\d{1,7}) and (\d{1,7})\b/.exec(text) ?? /^line (?:number )?(\d{1,7})\b(?! and)/.exec(text);
  if (found === null) return [];
  const [value, upper] = [Number(found[1]), Number(found[2] ?? found[1])];
  if (value < 1 || upper < value) return [];
  return [{ ...span(tokens, [at, at + found[0].split(" ").length], "LINES"), value, upper }];
}

/** "between 1 and 2 MB", "from 10kb to 20kb"; bytes. */
function sizeRange(tokens: readonly Token[], at: number): Span[] {
  const text = numbered(tokens, at, 6);
  const found = /^(?:(?:that|which) are )?(?:(?:in size )?between (?:#|\d+) and|from (?:#|\d+) (?:up )?to) #/.exec(
    text,
  );
  if (found === null) return [];
  const to = at + found[0].split(" ").length;
  const [a, b] = tokens.slice(at, to).filter((t) => t.kind === "number" || t.kind === "size");
  const unit = b.value! / Number.parseFloat(b.raw);
  const value = a.kind === "size" ? a.value! : a.value! * unit;
  if (!(value < b.value!)) return [];
  return [{ ...span(tokens, [at, to], "SIZE_RANGE"), value, upper: b.value }];
}

/** "two levels deep", "with depth 2". */
function levels(tokens: readonly Token[], at: number): Span[] {
  const text = numbered(tokens, at, 7);
  const found =
    /^(?:(?:only|just|up to|at most|to|with|of|for|max|maximum|go|going|down|the first|first) )*(\d+) levels?(?: (?:deep|down|only|of (?:depth|folders|nesting)))?\b/
      .exec(text) ??
      /^(?:(?:to|with|at|of|up|max|maximum|limited|only) )*(?:a )?(?:max |maximum )?depth(?: of)? (\d+)\b/.exec(text);
  const value = Number(found?.[1]);
  if (found === null || value < 1 || value > 16) return [];
  return [{ ...span(tokens, [at, at + found[0].split(" ").length], "LEVELS"), value }];
}

/** Every range that begins at token `at`. */
export function rangesAt(tokens: readonly Token[], at: number): Span[] {
  return [...lineRange(tokens, at), ...sizeRange(tokens, at), ...levels(tokens, at)];
}

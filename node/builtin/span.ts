/** A stretch of tokens that fills a slot: what it is, and the value to put into a frame. */
import type { Token } from "./token.ts";

/** What a slot may be. Slots are upper case, the meanings of words lower case; rules name both. */
const SLOTS = [
  "FILE_PATH",
  "DIR_PATH",
  "DIR_WORD",
  "QUOTED",
  "GLOB",
  "TYPE",
  "NUM",
  "SIZE",
  "MORE_SIZE",
  "SIZE_RANGE",
  "LINES",
  "LEVELS",
  "LESS_SIZE",
  "REF",
  "NAME",
  "NAMED",
  "PATTERN",
  "AUTHOR",
  "BRANCH_NAME",
  "TOPIC",
  "WHEN",
  "BREAK",
] as const;
export type Slot = typeof SLOTS[number];

export type Span = {
  from: number;
  to: number;
  slot: Slot;
  text: string;
  value?: number;
  upper?: number;
  since?: Date;
  until?: Date;
};

/** The slot `slot` over `tokens[from, to)` with `text`, by default the words as typed. */
export function span(tokens: readonly Token[], range: [number, number], slot: Slot, text?: string): Span {
  const [from, to] = range;
  return { from, to, slot, text: text ?? tokens.slice(from, to).map((t) => t.raw).join(" ") };
}

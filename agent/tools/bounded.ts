/** Keeping what a model reads within bounds, and saying so. */
import type { ToolOutput } from "../../security/tool.ts";
import { text } from "../../node/chat.ts";

/** Most characters of one result. */
export const LONGEST_OUTPUT = 20_000;

/** `lines` joined, as many as fit into `longest` characters; `left` is how many did not. */
export function fitting(
  lines: readonly string[],
  longest = LONGEST_OUTPUT,
): { text: string; shown: number; left: number } {
  let length = 0;
  let shown = 0;
  while (shown < lines.length && (length += lines[shown].length + 1) <= longest) shown++;
  return { text: lines.slice(0, shown).join("\n"), shown, left: lines.length - shown };
}

/** The beginning and the end of `value` within `longest` characters, with a mark that counts what is missing. */
export function headAndTail(value: string, longest = LONGEST_OUTPUT): string {
  if (value.length <= longest) return value;
  const head = value.slice(0, Math.floor(longest * 0.4)).toWellFormed();
  const tail = value.slice(value.length - Math.floor(longest * 0.6)).toWellFormed();
  return `${head}\n… ${value.length - head.length - tail.length} characters left out …\n${tail}`;
}

/** A result that is `value`; `data` is for programs and is never shown to a model. */
export function answer(value: string, data?: unknown): ToolOutput {
  return { content: text(value), data };
}

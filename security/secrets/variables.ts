/** A secret whose pieces stand in variables that are put together later: `A=ghp_…; B=…; echo $A$B`. */
import type { Found } from "./found.ts";
import { shaped } from "./shapes.ts";

const SET = /(?<![\w$.-])([A-Za-z_]\w{0,40})[ \t]{0,3}:?=[ \t]{0,3}(["'`]?)([^\s"'`;&|=]{1,300})\2/g;
const PUT_TOGETHER =
  /(?:\$\{?[A-Za-z_]\w{0,40}\}?){2,20}|(?<![\w$])[A-Za-z_]\w{0,40}(?:\s{0,3}(?:\+|\.\.?|,|&|\|\||<>)\s{0,3}[A-Za-z_]\w{0,40}){1,20}|(?:\$?\{[A-Za-z_]\w{0,40}\}){2,20}/g;
const LONGEST = 8192;

/** The values of the variables that make a secret together. */
export function inVariables(text: string): Found[] {
  if (text.length > LONGEST || !text.includes("=")) return [];
  const values = new Map<string, { value: string; start: number; end: number }>();
  for (const match of text.matchAll(SET)) {
    const end = match.index + match[0].length - match[2].length;
    if (!values.has(match[1])) values.set(match[1], { value: match[3], start: end - match[3].length, end });
  }
  if (values.size < 2) return [];
  const found: Found[] = [];
  for (const [words] of text.matchAll(PUT_TOGETHER)) {
    const names = words.match(/[A-Za-z_]\w*/g)!;
    const pieces = names.flatMap((name) => values.get(name) ?? []);
    if (pieces.length < 2) continue;
    const [first] = shaped(pieces.map(({ value }) => value).join("")).found;
    if (first === undefined) continue;
    for (const { start, end } of pieces) found.push({ start, end, kind: first.kind });
  }
  return found;
}

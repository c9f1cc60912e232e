/** Which lines of a text belong together, because a secret may go over their ends. Depends on the text alone. */
import { isSecretName } from "./secret_name.ts";
import type { Found } from "./found.ts";
import { isValue } from "./stand_in.ts";

/** Lines and characters of one block. */
export const MOST_LINES = 12;
export const MOST_CHARACTERS = 8192;

/** A quotation that is put together with the next line's, or a line that says itself that it goes on. */
const GOES_ON = /(?:["'`]\s{0,9}(?:[+.&,]|\|\||\.\.|<>)|\\)\s{0,9}$/;
/** A line of nothing but base64, as encoders wrap it. */
const WRAPPED = /^[ \t>|]{0,20}[A-Za-z0-9+\/]{60,120}$/;
const NAME_LINE =
  /(?:\bname["']?\s{0,3}[:=]\s{0,3}|<key>|<name>)["']?([\w.-]{1,100})["']?(?:<\/\w{1,9}>)?[\s,]{0,3}$|^\s{0,40}["']?([\w.-]{1,100})["']?\s{0,3}:\s{0,3}[|>][+-]?\s{0,3}$/i;
const VALUE_LINE = /^\s{0,60}(?:["']?value["']?\s{0,3}[:=]\s{0,3}|<(?:string|value)>)["']?([^\s"'<]{3,4000})/i;

/** True if what `line` holds may go on in the next line, as far as its form says. */
export function goesOn(line: string): boolean {
  return GOES_ON.test(line.slice(-16)) && /[\w"'`]/.test(line) && line.length < MOST_CHARACTERS ||
    WRAPPED.test(line) || namedBy(line) !== null;
}

/** The secret name that `line` ends with, if its value stands in the next line. */
function namedBy(line: string): string | null {
  if (line.length > 300) return null;
  const match = NAME_LINE.exec(line);
  const name = match?.[1] ?? match?.[2];
  return name !== undefined && isSecretName(name) ? name : null;
}

/** Values of names that stand in the line before: `- name: DB_PASSWORD` and then `value: …`. */
export function valuesBelow(block: string): Found[] {
  const found: Found[] = [];
  const lines = block.split("\n");
  let at = 0;
  for (const [i, line] of lines.entries()) {
    const next = lines[i + 1];
    const below = at + line.length + 1;
    if (next !== undefined && namedBy(line) !== null) {
      const folded = /[|>][+-]?\s*$/.test(line);
      const value = (folded ? /^\s{1,60}(\S{3,4000})\s*$/ : VALUE_LINE).exec(next)?.[1];
      if (value !== undefined && isValue(value) && (!folded || /\d|[^\w]/.test(value)) && !/-----/.test(value)) {
        const start = below + next.indexOf(value);
        found.push({ start, end: start + value.length, kind: "password" });
      }
    }
    at = below;
  }
  return found;
}

/** A model's arguments, read so that no two readers can see different values in them. */

const LONGEST = 1 << 20;
const DEEPEST = 64;

export type ReadArguments = { value: unknown } | { problem: string };

/**
 * The JSON value of `text`; no text at all is `{}`. Refused, with a sentence for the model: malformed (with the
 * position), longer than 1 MiB, nested deeper than 64, a name given twice in one object (readers differ in which
 * one counts), and the names `__proto__`, `constructor`, `prototype`.
 */
export function readArguments(text: string): ReadArguments {
  if (text.length > LONGEST) {
    return { problem: `the arguments are ${text.length} characters long; ${LONGEST} is the most` };
  }
  if (text.trim() === "") return { value: {} };
  if (depth(text) > DEEPEST) return { problem: `the arguments are nested deeper than ${DEEPEST}` };
  try {
    const value: unknown = JSON.parse(text);
    const name = badName(text);
    return name === null ? { value } : { problem: name };
  } catch (error) {
    const message = error instanceof Error ? error.message : "not JSON";
    const where = /position \d+/.test(message) ? "" : ` at position ${text.length}`;
    return { problem: `the arguments are not JSON: ${message.slice(0, 200)}${where}` };
  }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]/gs;

function depth(text: string): number {
  let now = 0, most = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === "{" || token === "[") most = Math.max(most, ++now);
    else if (token === "}" || token === "]") now--;
  }
  return most;
}

/** `text` is known to be JSON. */
function badName(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const name: string = JSON.parse(last);
      const names = open.at(-1)!;
      if (names?.has(name)) return `the arguments name ${last.slice(0, 80)} twice`;
      if (["__proto__", "constructor", "prototype"].includes(name)) return `the arguments hold the name ${last}`;
      names?.add(name);
    }
    last = token;
  }
  return null;
}

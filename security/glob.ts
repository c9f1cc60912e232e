/**
 * Path patterns of rules. `*` and `?` stay within one label, `**` is any number of labels, `[a-z]` and `[!a]` one
 * character, `{a,b}` either, `\` takes the next character as it is. Names that start with a dot are names like
 * any other. There is no negation and no pattern that is quietly taken for text: what does not parse throws.
 */

type Token = { char: string } | { any: "one" | "many" } | { set: [string, string][]; not: boolean };
type Label = "**" | Token[];

export type Glob = {
  /** The one path that the pattern stands for, or null if it has a wildcard. */
  literal: string | null;
  /** `path` as normalised by `normalPath`. */
  matches(path: string): boolean;
};

const ALTERNATIVES = 64;

/** Throws SyntaxError naming what is wrong with `pattern`. Matching takes time linear in path × pattern. */
export function compileGlob(pattern: string): Glob {
  const alternatives = braces(pattern).map(labels);
  const [first] = alternatives;
  const literal = alternatives.length === 1 && first.every((l) => l !== "**" && l.every((t) => "char" in t))
    ? first.map((l) => (l as { char: string }[]).map((t) => t.char).join("")).join("/")
    : null;
  return {
    literal,
    matches: (path) => {
      const parts = path === "" ? [] : path.split("/");
      return alternatives.some((a) => matchRun(parts, a, matchLabel, (l) => l === "**"));
    },
  };
}

/** `path` without empty and `.` labels and with `..` resolved; a `..` that leads above the start stays in front. */
export function normalPath(path: string): string {
  const kept: string[] = [];
  for (const label of path.split("/")) {
    if (label === "" || label === ".") continue;
    if (label === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else kept.push(label);
  }
  return (path.startsWith("/") ? "/" : "") + kept.join("/");
}

/** `text` so that a glob takes every character of it as it is. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]{}]/g, "\\$&");
}

function braces(pattern: string): string[] {
  let out = [""];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "\\") {
      if (i + 1 === pattern.length) throw new SyntaxError("it ends in a backslash");
      out = out.map((s) => s + c + pattern[i + 1]);
      i++;
    } else if (c === "}") throw new SyntaxError("} without {");
    else if (c === "{") {
      const end = pattern.indexOf("}", i);
      const inner = pattern.slice(i + 1, end);
      if (end < 0) throw new SyntaxError("{ without }");
      if (/[{\\]/.test(inner) || !inner.includes(",")) throw new SyntaxError("{} holds no plain list");
      out = out.flatMap((s) => inner.split(",").map((choice) => s + choice));
      if (out.length > ALTERNATIVES) throw new SyntaxError(`more than ${ALTERNATIVES} alternatives`);
      i = end;
    } else out = out.map((s) => s + c);
  }
  return out;
}

function labels(pattern: string): Label[] {
  const plain = pattern.replace(/^(?:\.\/)+/, "").replace(/(.)\/+$/, "$1").replace(/\/{2,}/g, "/");
  const absolute = plain.startsWith("/");
  const split = splitLabels(absolute ? plain.slice(1) : plain);
  if (split.some((l) => l === "" || l === "." || l === "..")) throw new SyntaxError("a label is empty, . or ..");
  const parsed = split.map((l): Label => l === "**" ? "**" : tokens(l));
  return absolute ? [[], ...parsed] : parsed;
}

function splitLabels(pattern: string): string[] {
  const out = [""];
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === "\\") out[out.length - 1] += pattern[i] + pattern[++i];
    else if (pattern[i] === "/") out.push("");
    else out[out.length - 1] += pattern[i];
  }
  return out;
}

function tokens(label: string): Token[] {
  const chars = [...label];
  const out: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i];
    if (c === "\\") out.push({ char: chars[++i] });
    else if (c === "?") out.push({ any: "one" });
    else if (c === "*") {
      if (chars[i + 1] === "*") throw new SyntaxError("** beside other characters");
      out.push({ any: "many" });
    } else if (c === "]") throw new SyntaxError("] without [");
    else if (c === "[") {
      const end = chars.indexOf("]", i + 2);
      if (end < 0) throw new SyntaxError("[ without ]");
      const not = chars[i + 1] === "!" || chars[i + 1] === "^";
      const inner = chars.slice(i + (not ? 2 : 1), end);
      if (inner.length === 0) throw new SyntaxError("[] holds nothing");
      out.push({ set: ranges(inner), not });
      i = end;
    } else out.push({ char: c });
  }
  return out;
}

function ranges(inner: string[]): [string, string][] {
  const out: [string, string][] = [];
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === "[" || inner[i] === "\\") throw new SyntaxError("[] holds [ or a backslash");
    if (inner[i + 1] === "-" && i + 2 < inner.length) {
      if (inner[i] > inner[i + 2]) throw new SyntaxError(`the range ${inner[i]}-${inner[i + 2]} is empty`);
      out.push([inner[i], inner[i + 2]]);
      i += 2;
    } else out.push([inner[i], inner[i]]);
  }
  return out;
}

function matchLabel(part: string, label: Label): boolean {
  return label !== "**" && matchRun([...part], label, matchChar, (t) => "any" in t && t.any === "many");
}

function matchChar(char: string, token: Token): boolean {
  if ("char" in token) return token.char === char;
  if ("any" in token) return true;
  return token.set.some(([low, high]) => low <= char && char <= high) !== token.not;
}

/** The greedy wildcard match with one point of return (R. Salz's wildmat idea, without recursion). */
function matchRun<I, P>(items: I[], run: P[], one: (item: I, p: P) => boolean, many: (p: P) => boolean): boolean {
  let p = 0, star = -1, from = 0, i = 0;
  while (i < items.length) {
    if (p < run.length && many(run[p])) [star, from, p] = [p, i, p + 1];
    else if (p < run.length && one(items[i], run[p])) [i, p] = [i + 1, p + 1];
    else if (star >= 0) [from, i, p] = [from + 1, from + 1, star + 1];
    else return false;
  }
  while (p < run.length && many(run[p])) p++;
  return p === run.length;
}

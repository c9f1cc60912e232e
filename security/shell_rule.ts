/**
 * How a rule's pattern meets a shell line. Allowing is narrow: the line must parse whole and each command is
 * matched alone. Denying is wide: the pattern is looked for anywhere, in every reading of the line.
 */
import { commandText, parseShell } from "./risk/shell_parse.ts";
import { plainReading, readings } from "./risk/shell_text.ts";

/** The stretches of plain text of a pattern between its `*`; `\*` is a plain star. */
export function stretches(pattern: string): string[] {
  const out = [""];
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === "\\" && (pattern[i + 1] === "*" || pattern[i + 1] === "\\")) out[out.length - 1] += pattern[++i];
    else if (pattern[i] === "*") out.push("");
    else out[out.length - 1] += pattern[i];
  }
  return out;
}

/** `text` so that a pattern takes its stars as they are. */
export function escapeStars(text: string): string {
  return text.replace(/[\\*]/g, "\\$&");
}

/** True if `text` is exactly the stretches of `parts` with anything between them. Linear. */
export function matchesWhole(parts: string[], text: string): boolean {
  const [first] = parts, last = parts.at(-1)!;
  if (parts.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/** The commands of `line` as rules see them, or null where no pattern with a `*` may allow it. */
export function allowableCommands(line: string): string[] | null {
  return parseShell(line)?.map(commandText) ?? null;
}

/** A pattern with ` *` at its end also means the command without anything after it. */
export function allowsCommand(parts: string[], command: string): boolean {
  return matchesWhole(parts, command) || (parts.at(-1) === "" && parts.length === 2 && parts[0] === `${command} `);
}

/** Stands for an escaped star while quotes and backslashes are taken off. */
const STAR = "\u0001";

/** True if `pattern` can be found in `line`, however the line is quoted, spaced, nested or led by a path. */
export function foundInShell(pattern: string, line: string): boolean {
  if (/^\**$/.test(pattern)) return true;
  const flat = plainReading(pattern.replaceAll("\\*", STAR));
  const spaced = stretches(flat.replaceAll(STAR, "\\*"));
  const dense = stretches(tight(flat).replaceAll(STAR, "\\*"));
  const words = pattern.split(/\s+/).filter((w) => w !== "")
    .map((w) => stretches(w).map(plainReading));
  if (words.length > 1 && words.at(-1)!.every((s) => s === "")) words.pop();
  return readings(line).some((text) =>
    foundInText(spaced, text) || foundInText(dense, tight(text)) ||
    segments(text).some((tokens) => foundInTokens(words, tokens))
  );
}

/** True if the stretches `parts` occur in order anywhere in `text`, not in the middle of a word. */
export function foundInText(parts: string[], text: string): boolean {
  const first = parts[0], last = parts.at(-1)!;
  if (parts.every((p) => p === "")) return false;
  const end = lastAt(last, text);
  if (end < 0) return false;
  for (let from = text.indexOf(first); from >= 0; from = first === "" ? -1 : text.indexOf(first, from + 1)) {
    if (first !== "" && /^[\w-]/.test(first) && from > 0 && /[\w-]/.test(text[from - 1])) continue;
    if (parts.length === 1) {
      if (!endsInWord(last, text, from)) return true;
      continue;
    }
    let at = from + first.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  }
  return false;
}

function lastAt(part: string, text: string): number {
  let at = text.lastIndexOf(part);
  while (at > 0 && part !== "" && endsInWord(part, text, at)) at = text.lastIndexOf(part, at - 1);
  return part !== "" && at >= 0 && endsInWord(part, text, at) ? -1 : at;
}

function endsInWord(part: string, text: string, at: number): boolean {
  return /[\w-]$/.test(part) && /[\w-]/.test(text[at + part.length] ?? "");
}

function tight(text: string): string {
  return text.replace(/ ?([;|&<>(){}=]+) ?/g, "$1");
}

/** Every command of an unparsed line, as far as operators show them, cut into words. */
function segments(text: string): string[][] {
  return text.split(/[;|&<>(){}`\n]+|\$\(/).map((s) => s.split(" ").filter((w) => w !== "")).filter((s) =>
    s.length > 0
  );
}

/** The words one after another, anywhere; options and their values may stand between them. */
function foundInTokens(words: string[][], tokens: string[]): boolean {
  return tokens.some((_token, start) => {
    let at = start;
    for (const [i, word] of words.entries()) {
      let skipped = 0;
      while (i > 0 && at < tokens.length && !matchesWord(word, tokens[at]) && skipped < 16) {
        if (!tokens[at].startsWith("-") && !tokens[at - 1].startsWith("-")) return false;
        at++;
        skipped++;
      }
      if (at >= tokens.length || !matchesWord(word, tokens[at], start === 0 && i === 0)) return false;
      at++;
    }
    return true;
  });
}

/** `r?` and `/bin/[r]m` in the place of a command are file names to be filled in: they match what they could become. */
function matchesWord(word: string[], token: string, first = false): boolean {
  const pieces = /[=,]/.test(token) ? [token, ...token.split(/[=,]/)] : [token];
  const names = pieces.flatMap((p) => [p, p.slice(p.lastIndexOf("/") + 1)]).filter((n) => n !== "");
  if (names.some((n) => matchesWhole(word, n))) return true;
  const name = names.at(-1) ?? "";
  return first && word.length === 1 && /[*?[]/.test(name) && couldBecome(name, word[0]);
}

function couldBecome(glob: string, word: string): boolean {
  const head = glob.match(/^[^*?[]*/)![0], tail = glob.match(/[^*?\]]*$/)![0];
  return word.startsWith(head) && word.endsWith(tail) && word.length >= head.length + tail.length;
}

/** Values that are not one piece of the owner's line but nothing else than pieces of it, put together in the one way they can be. Pure. */
import type { Leaf } from "./leaves.ts";
import { isMeant, mentions } from "./named.ts";
import { holdsUntyped, plain } from "./plain.ts";
import type { OwnLine } from "./sentence.ts";
import { FILLERS } from "./stance.ts";
import { asksFor, FUNCTION, NEGATES, sameVerbs } from "./verbs.ts";

/** The verbs in a tool's name: its first word, and each that is known to ask for something. */
export function verbsOf(tool: string): string[] {
  const words = tool.split(/[_.\-\s]|(?<=[a-z])(?=[A-Z])/).map((w) => w.toLowerCase()).filter((w) => w.length > 2);
  return words.filter((w, i) => (i === 0 && asksFor(w) !== "look") || asksFor(w) instanceof Set).flatMap(sameVerbs);
}

/** True if an owner's sentence that is no question says `verb`, and no "not" before it. */
export function saysVerb(verb: string, lines: readonly OwnLine[]): boolean {
  return lines.some((line) =>
    line.sentences.some((s) =>
      !s.question && s.words.some((w, i) => w.text === verb && !s.words.slice(0, i).some((n) => n.negates !== null))
    )
  );
}

/** "Run the tests" asks for `run_tests` here: an order in which each word of the tool's name stands, without a path. */
export function isToolSaid(tool: string, lines: readonly OwnLine[]): boolean {
  const [verb, ...things] = tool.split(/[_.\-\s]/).map((w) => w.toLowerCase());
  return things.length > 0 && lines.some((line) =>
    line.sentences.some((s) =>
      !s.question && !s.condition &&
      s.clauses.some((c, i) => {
        const words = s.words.filter((w) => w.at >= c.start && w.at < (s.clauses[i + 1]?.start ?? s.end));
        const [first, ...more] = words.filter((w) => !FILLERS.has(w.text)).map((w) => w.text);
        return !c.told && first === verb && things.every((t) => more.includes(t)) && isMeant(line, words[0].at) &&
          words.every((w) => w.negates === null);
      })
    )
  );
}

/** `archive/2025/jan.pdf`, where the owner named `archive/2025` and another place of the same call ends in `jan.pdf`. */
export function isUnderNamed(path: string, places: readonly string[], named: (folder: string) => boolean): boolean {
  const cut = path.lastIndexOf("/");
  const [folder, name] = [path.slice(0, cut), path.slice(cut + 1)];
  if (cut < 1 || !isPlainPath(path)) return false;
  const stem = name.replace(/\.[a-z0-9]{1,5}$/i, "");
  return places.some((p) => p.slice(p.lastIndexOf("/") + 1) === name || p === stem) && named(folder);
}

/** `glazes` in "a folder pottery with subfolders glazes and photos": each part named in one sentence, the last one asked for. */
export function isComposed(path: string, line: OwnLine, asked: (line: OwnLine, at: number) => boolean): boolean {
  const parts = path.split("/");
  if (parts.length < 2 || parts.length > 5 || !isPlainPath(path)) return false;
  const found = parts.map((part) => mentions(part, line));
  return line.sentences.some((s) =>
    found.every((ats, i) => ats.some((at) => s.start <= at && at < s.end && (i < parts.length - 1 || asked(line, at))))
  );
}

/** `README.md`, which people call "the README". */
export function isKnownFile(path: string, named: (name: string) => boolean): boolean {
  const name = /^(?:\.\/)?(readme|changelog|license|contributing)\.(?:md|txt)$/i.exec(path)?.[1];
  return name !== undefined && named(name);
}

function isPlainPath(path: string): boolean {
  return !holdsUntyped(path) && !/[\\*?%~$`]|(?:^|\/)\.{1,2}(?:\/|$)|\/\//.test(path);
}

/** Words that turn a sentence around: they must be the owner's like all others. */
const MOST_WORDS = 60;

/**
 * A message in which every word is one of the owner's last lines, or carries nothing: it can tell nothing that was read. No
 * number, name, address or negation that the owner did not say.
 */
export function isOwnersMessage(text: string, lines: readonly OwnLine[]): boolean {
  if (holdsUntyped(text) || text.length > 600) return false;
  const cut = (t: string) => t.split(/[\s,;!?()"“”„]+|[.:](?=\s|$)/u).filter((w) => w !== "");
  const said = new Set(lines.flatMap((l) => cut(l.text)));
  const words = cut(plain(text));
  const own = words.filter((w) => said.has(w)).length;
  if (words.length === 0 || words.length > MOST_WORDS || !words.every((w) => said.has(w) || FUNCTION.has(w))) {
    return false;
  }
  return own === 0 ? words.length <= 4 : saysTheSame(words, lines.map((l) => cut(l.text)));
}

/** False if a "not" of the owner's was left out, added or moved: where one is, the words are one piece of a line, none skipped. */
function saysTheSame(words: readonly string[], lines: readonly string[][]): boolean {
  if (![words, ...lines].some((list) => list.some((w) => NEGATES.has(w)))) return true;
  const plainly = words.filter((w) => !FUNCTION.has(w) || NEGATES.has(w));
  return lines.some((line) => {
    const list = line.filter((w) => !FUNCTION.has(w) || NEGATES.has(w));
    const starts = list.keys().filter((at) => plainly.every((word, i) => list[at + i] === word));
    return starts.some((at) => !NEGATES.has(list[at - 1] ?? ""));
  });
}

const FROM = /(?:^|\.)(?:from|src|source|old|old_path|from_path)$/,
  TO = /(?:^|\.)(?:to|dst|dest|destination|target|new|new_path|to_path)$/;

/**
 * False if the owner named where from after where to ("copy a over b" is not "copy b over a"), or in another clause beside a third
 * path: "copy a to b and c to d".
 */
export function inOrder({ path, value }: Leaf, leaves: readonly Leaf[], lines: readonly OwnLine[]): boolean {
  const pair = TO.test(path) ? FROM : FROM.test(path) ? TO : null;
  const other = pair === null ? undefined : leaves.find((l) => pair.test(l.path) && typeof l.value === "string");
  if (other === undefined || typeof value !== "string") return true;
  const [from, to] = TO.test(path) ? [other.value as string, value] : [value, other.value as string];
  const ordered = lines.every((line) => {
    const froms = mentions(from, line), tos = mentions(to, line);
    return froms.length === 0 || tos.length === 0 || froms.some((f) => tos.some((t) => f < t));
  });
  return ordered && belongTogether([from, to], lines);
}

/** What could be mistaken for one another: amounts and ports, addresses, accounts, paths. */
const SHAPES: readonly RegExp[] = [
  /^[$€£¥]?\d[\d.,']*[%°€$£¥]?$/,
  /^[^\s@]+@[^\s@]+$/,
  /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?$/,
  /^[a-z]{2}\d{2}[a-z0-9]{8,30}$/,
  /^[#@][\p{L}\p{N}_.-]+$/u,
  /^(?=.*[./])[\p{L}\p{N}_~/][^\s@]*\.[a-z0-9]{1,5}$/u,
];
const CLAUSE =
  /[,;:]\s|[.!?](?:\s|$)|\s(?:and|und|et|y|e|then|dann|puis|luego)\s|\sen\s(?!(?:el|la|los|las|un|una|le|les)\s|\S*[./]\S)/;

/**
 * False if the owner named several of a kind ("50 to A and 70 to B") and `values` are not all in one clause of it: nothing then
 * says that these belong together.
 */
export function belongTogether(values: readonly (string | number | bigint)[], lines: readonly OwnLine[]): boolean {
  const own = [...new Map(values.map((v) => [plain(String(v)), v])).values()];
  if (own.length < 2) return true;
  const named = own.filter((v) => lines.some((line) => mentions(v, line).length > 0));
  if (named.length < 2) return true;
  const texts = new Set(named.map((v) => plain(String(v))));
  return lines.some((line) => {
    const found = named.map((v) => mentions(v, line));
    if (found.some((ats) => ats.length === 0)) return false;
    const tokens = line.text.split(/\s+/).map((t) => t.replace(/^[("'`]+|[)"'`,;:.!?]+$/g, "")).filter((t) => t !== "");
    const kinds = SHAPES.filter((shape) => [...texts].some((v) => shape.test(v)));
    const isOwn = (t: string) => texts.has(t) || named.some((v) => Number(v) === Number(t.replace(/[$€£¥%°]/g, "")));
    if (!tokens.some((t) => !isOwn(t) && kinds.some((shape) => shape.test(t)))) return true;
    let start = 0;
    return clausesOf(line.text).some((clause) => {
      const from = start;
      start += clause.length;
      return found.every((ats) => ats.some((at) => from <= at && at < start));
    });
  });
}

/** `text` cut after each mark or word that begins a clause; joined they are `text`. */
function clausesOf(text: string): string[] {
  const out: string[] = [];
  let rest = text;
  for (let m = CLAUSE.exec(rest); m !== null; m = CLAUSE.exec(rest)) {
    out.push(rest.slice(0, m.index + m[0].length));
    rest = rest.slice(m.index + m[0].length);
  }
  return [...out, rest];
}

/**
 * Whether the owner named a value in an own line, and for what. Naming is not asking: "read config.yaml" names the file for
 * reading only, "never touch secrets.txt" for nothing. Pure. Whatever cannot be told counts as not asked for.
 */
import type { Effect } from "./origin.ts";
import { holdsUntyped, plain, standsIn } from "./plain.ts";
import { asksFor, EVERYDAY, NEGATES, SOURCES } from "./verbs.ts";

type Sentence = { start: number; end: number; question: boolean; head: Word | null; words: Word[] };
type Word = { at: number; text: string; asks: ReadonlySet<Effect> | "look" | null; negates: boolean };
/** An owner's line made comparable, cut into sentences. */
export type OwnLine = { text: string; sentences: Sentence[] };

const UNSURE =
  /^(?:(?:and|or|but|so|also) )?(?:should|shall|may|might|must|would|did|does|do|was|were|is|are|has|have|had|why|how|what|who|when|where|if|soll|sollte|darf)\b(?! (?:you )?please\b)/;

/** `line` as the owner typed it. Lines that quote somebody (`> …`) are not the owner's. */
export function ownLine(line: string): OwnLine {
  const sentences: Sentence[] = [];
  const kept: string[] = [];
  const state = { at: 0, carries: null as Word | null };
  for (const raw of line.split(/(?<=[.!?;])(?=\s)|\n/)) {
    const text = /^\s*>/.test(raw) || holdsUntyped(raw) ? "" : plain(raw);
    if (text === "") {
      if (raw.trim() !== "") kept.push("\ufffc"), state.at += 2;
      continue;
    }
    const words = wordsOf(text, state.at);
    const head = words.find((w) => w.asks !== null) ?? state.carries;
    const question = text.endsWith("?") && UNSURE.test(text);
    sentences.push({ start: state.at, end: state.at + text.length, question, head, words });
    const last = words.findLast((w) => w.asks !== null) ?? state.carries;
    state.carries = /[.!?;]$/.test(text) ? null : last;
    kept.push(text);
    state.at += text.length + 1;
  }
  return { text: kept.join(" "), sentences };
}

function wordsOf(text: string, start: number): Word[] {
  const bare = text.replace(/"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|`[^`]*`/g, (quoted) => " ".repeat(quoted.length));
  return [...bare.matchAll(/(?<![^\s(,:;\/])[\p{L}'’]+(?=[\s,:;.!?)]|$)/gu)].map(({ 0: word, index }) => ({
    at: start + index,
    text: word.replace("’", "'"),
    asks: asksFor(word),
    negates: NEGATES.has(word.replace("’", "'")),
  }));
}

/** Where `value` is named in `line`; empty if nowhere, or only by a word too common to name anything. */
export function mentions(value: string | number | bigint, line: OwnLine): number[] {
  if (typeof value !== "string" || isNumber(value)) return numbersAt(Number(String(value).trim()), line.text);
  if (holdsUntyped(value)) return [];
  const piece = plain(value).replace(/^(?:\.\/)+(?=.)/, "").replace(/(?<=[^/])\/$/, "");
  const found = findAll(piece, line.text);
  if (found.length > 0 || !/\s/.test(piece)) return found;
  const bare = piece.replace(/[.!?]$/, "");
  return bare === piece ? [] : findAll(bare, line.text);
}

function findAll(piece: string, text: string): number[] {
  const word = /^[\p{L}\p{M}]+$/u.test(piece);
  if (piece.length < 2 || !/[\p{L}\p{N}]/u.test(piece)) return [];
  const common = word && (piece.length < 3 || EVERYDAY.has(piece));
  return [...standsIn(piece, text)].filter((at) => !common || isQuoted(text, at, at + piece.length));
}

function isQuoted(text: string, from: number, to: number): boolean {
  return /["'`“„«]/.test(text[from - 1] ?? "") && /["'`”“»]/.test(text[to] ?? "");
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?\d{1,15}(?:\.\d{1,9})?\s*$/.test(text) && !/^\s*0\d/.test(text);
}

/** The same number, however its thousands are marked. A single digit names nothing unless it is money. */
function numbersAt(value: number, text: string): number[] {
  if (!Number.isFinite(value)) return [];
  const found: number[] = [];
  for (
    const match of text.matchAll(/(?<![\p{L}\p{N}_.,:\/@%#+-])([$€£¥]?)\s?(\d[\d,.']{0,20})(?![\p{L}\p{N}_%\/@:-])/gu)
  ) {
    const said = match[2].replace(/[.,']+$/, "");
    if (readNumber(said) !== value) continue;
    const money = match[1] !== "" || /^\s?(?:[€$£¥]|eur\b|usd\b|chf\b|gbp\b|euros?\b|dollars?\b|pounds?\b)/u
      .test(text.slice(match.index + match[0].length, match.index + match[0].length + 10));
    if (Math.abs(value) < 10 && Number.isInteger(value) && !money) continue;
    found.push(match.index);
  }
  return found;
}

/** `1,200.50` and `1200.5` are one number; `1.200` could be two, so it is none. */
function readNumber(said: string): number | null {
  if (/^\d+(?:\.\d{1,2})?$/.test(said)) return Number(said);
  if (/^\d{1,3}(?:[,']\d{3})+(?:\.\d{1,2})?$/.test(said)) return Number(said.replace(/[,']/g, ""));
  if (/^\d+,\d{2}$/.test(said)) return Number(said.replace(",", "."));
  return null;
}

/** True if the owner named what stands at `at` without taking it back: no "not", "never", "except" before it. */
export function isMeant(line: OwnLine, at: number): boolean {
  const sentence = line.sentences.find((s) => s.start <= at && at < s.end);
  return sentence !== undefined && !sentence.words.some((w) => w.at < at && w.negates);
}

/**
 * True if the owner asked, by the verb that governs what stands at `at`, for `effect`. `own` are further verbs that ask for it:
 * a tool's own name. The governing verb is the nearest before it in its sentence, else the first one, else the one that
 * an unfinished line above carries over.
 */
export function isAskedFor(
  line: OwnLine,
  at: number,
  { effect, own }: { effect: Effect; own: readonly string[] },
): boolean {
  const sentence = line.sentences.find((s) => s.start <= at && at < s.end);
  if (sentence === undefined || sentence.question || !isMeant(line, at)) return false;
  const before = sentence.words.filter((w) => w.at < at);
  if (SOURCES.has(before.at(-1)?.text ?? "")) return false;
  const verb = before.findLast((w) => w.asks !== null || own.includes(w.text)) ?? sentence.head;
  if (verb === null) return false;
  if (own.includes(verb.text)) return true;
  if (verb.asks === null || verb.asks === "look") return false;
  if (/^(?:tell|ask|show|give|send)$/.test(verb.text) && /^(?:me|us)$/.test(next(sentence, verb))) return false;
  return verb.asks.has(effect);
}

function next(sentence: Sentence, verb: Word): string {
  return sentence.words.find((w) => w.at > verb.at)?.text ?? "";
}

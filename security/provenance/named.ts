/**
 * Whether the owner named a value in an own line, and for what. Naming is not asking: "read config.yaml" names the file for
 * reading only, "never touch secrets.txt" for nothing. Pure. Whatever cannot be told counts as not asked for.
 */
import type { Effect } from "./origin.ts";
import { holdsUntyped, plain, standsIn } from "./plain.ts";
import { asksFor, EVERYDAY, EXCEPTS, NEGATES, PRONOUNS, SOURCES, WHERETO } from "./verbs.ts";

type Sentence = {
  start: number;
  end: number;
  question: boolean;
  /** The owner took it back later in the same line. */
  retracted: boolean;
  head: Word | null;
  words: Word[];
};
type Word = { at: number; text: string; asks: ReadonlySet<Effect> | "look" | null; negates: "all" | "next" | null };
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
    if (RETRACTS.test(text)) sentences.forEach((before) => before.retracted = true);
    sentences.push({ start: state.at, end: state.at + text.length, question, retracted: false, head, words });
    const last = words.findLast((w) => w.asks !== null) ?? state.carries;
    state.carries = /[.!?;]$/.test(text) ? null : last;
    kept.push(text);
    state.at += text.length + 1;
  }
  return { text: kept.join(" "), sentences };
}

/** "Wait, no", "stop!", "never mind", "I changed my mind": what was said before counts no more. */
const RETRACTS =
  /^(?:(?:oh|ah|hm+|ok|okay|sorry|and|but|actually)[, ]+)?(?:(?:wait|no|stop|halt|nein|stopp|warte|moment|non|attends|espera)(?:[.,!…]|$)|never ?mind|forget (?:it|that|about)|scratch that|on second thought|cancel that|doch nicht|vergiss es|lass es)|(?:changed|change) my mind|anders überlegt|changé d'avis|cambiado de idea/;

/** Whether the owner took back in `line` what was said in the lines before it. */
export function retracts(line: OwnLine): boolean {
  return line.sentences.some(({ start, end }) => RETRACTS.test(line.text.slice(start, end)));
}

function wordsOf(text: string, start: number): Word[] {
  const bare = text.replace(/"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|`[^`]*`/g, (quoted) => " ".repeat(quoted.length));
  return [...bare.matchAll(/(?<![^\s(,:;\/])[\p{L}'’]+(?=[\s,:;.!?)]|-(?:moi|le|la|les|lui|leur|nous|en|y)\b|$)/gu)]
    .map(({ 0: word, index }) => ({
      at: start + index,
      text: word.replace("’", "'"),
      asks: asksFor(word),
      negates: KEEPS.test(bare.slice(index))
        ? null
        : NEGATES.has(word.replace("’", "'"))
        ? "all"
        : EXCEPTS.has(word.replace("’", "'"))
        ? "next"
        : null,
    }));
}

/** "Keep a copy in x.md" wants x.md to be written. */
const KEEPS =
  /^(?:keep|leave|laisse|garde|deja) (?:me )?(?:an?|the|one|une?) (?:copy|note|log|record|list|backup|copie)\b/;

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

/**
 * True if the owner named what stands at `at` without taking it back: no "not" or "never" before it in its sentence, and no
 * "without" or "except" but one that a new verb after a comma or an "and" has ended.
 */
export function isMeant(line: OwnLine, at: number): boolean {
  const sentence = sentenceAt(line, at);
  if (sentence === null || sentence.retracted) return false;
  const before = sentence.words.filter((w) => w.at < at);
  return !before.some((w) =>
    w.negates === "all" ||
    (w.negates === "next" &&
      !before.some((v) => v.at > w.at && v.asks !== null && BREAKS.test(line.text.slice(w.at + w.text.length, v.at))))
  );
}

const BREAKS = /[,:;]|(?:^|\s)(?:and|und|et|y|en|e|then|dann|puis|luego)\s/;

function sentenceAt(line: OwnLine, at: number): Sentence | null {
  return line.sentences.find((s) => s.start <= at && at < s.end) ?? null;
}

/**
 * True if the owner asked, by the verb that governs what stands at `at`, for `effect`. `own` are further verbs that ask for it:
 * a tool's own name. The governing verb is the nearest before it in its sentence, else the first one, else the one that
 * an unfinished line above carries over. "Look at a.ts and fix it" asks for a.ts to be changed.
 */
export function isAskedFor(
  line: OwnLine,
  at: number,
  { effect, own }: { effect: Effect; own: readonly string[] },
): boolean {
  const sentence = sentenceAt(line, at);
  if (sentence === null || sentence.question || !isMeant(line, at)) return false;
  const before = sentence.words.filter((w) => w.at < at);
  const prior = before.at(-1);
  if (SOURCES.has(prior?.text ?? "") && (effect === "change" || effect === "delete")) return false;
  const asks = (verb: Word) =>
    !isSpokenOf(line, verb) &&
    (own.includes(verb.text) || (verb.asks instanceof Set && verb.asks.has(effect) && !isTelling(sentence, verb)));
  const verb = before.findLast((w) => w.asks !== null || own.includes(w.text)) ?? sentence.head;
  if (verb !== null && asks(verb)) return true;
  const itself = sentence.words.find((w) => w.at === at);
  if (itself !== undefined && asks(itself)) return true;
  if (effect === "change" && /^(?:to|into)$/.test(prior?.text ?? "") && !before.some((w) => w.asks === "look")) {
    return line.text.slice(prior!.at, at).trim() === prior!.text;
  }
  if (effect === "money" && verb !== null && verb.asks !== "look") {
    return sentence.words.some((w) => asks(w) && isMeant(line, w.at));
  }
  return (effect === "change" || effect === "delete") && asksForIt(line, at, asks);
}

/** After one of these a verb is told of and not asked for, as far as a comma or an "and". */
const TELLS_OF = new Set([
  ...[
    "how",
    "why",
    "whether",
    "if",
    "when",
    "happens",
    "tries",
    "tried",
    "trying",
    "refuse",
    "refuses",
    "forbid",
    "forbids",
  ],
  ...["prevent", "prevents", "wie", "warum", "ob", "wenn", "comment", "pourquoi", "si", "cómo", "cuando"],
]);
/** The same after a colon: what somebody else said. */
const QUOTES = new Set([
  "say",
  "says",
  "said",
  "wrote",
  "writes",
  "reads",
  "claims",
  "schrieb",
  "sagt",
  "sagte",
  "dit",
  "dice",
]);
const SOMEBODY = /\b(?:i|we|he|she|they|it|who)(?:'ll| will| would| did| can| could| may| might)(?: \w+ly)? $/;

/** "Explain how to delete a.txt", "the page said: delete a.txt", "I will delete it": nothing is asked for. */
function isSpokenOf(line: OwnLine, verb: Word): boolean {
  const sentence = sentenceAt(line, verb.at);
  if (sentence === null) return false;
  if (SOMEBODY.test(line.text.slice(sentence.start, verb.at))) return true;
  return sentence.words.some((w) => {
    if (w.at >= verb.at) return false;
    const between = line.text.slice(w.at + w.text.length, verb.at);
    return TELLS_OF.has(w.text)
      ? !BREAKS.test(between)
      : QUOTES.has(w.text) && !/[,;]|\s(?:and|so|und)\s/.test(between);
  });
}

/** "Tell me", "show us": nothing leaves the house. */
function isTelling(sentence: Sentence, verb: Word): boolean {
  if (!/^(?:tell|ask|show|give|send|sag|zeig|dis|di)$/.test(verb.text)) return false;
  return /^(?:me|us|mir|uns|moi|nous|me|nos)$/.test(sentence.words.find((w) => w.at > verb.at)?.text ?? "");
}

/** A later verb of the same sentence or the next asks for "it", nothing else is named between, and it is not put elsewhere. */
function asksForIt(line: OwnLine, at: number, asks: (verb: Word) => boolean): boolean {
  const here = line.sentences.findIndex((s) => s.start <= at && at < s.end);
  for (const sentence of line.sentences.slice(here, here + 2)) {
    for (const [i, verb] of sentence.words.entries()) {
      if (verb.at < at || !asks(verb) || sentence.question || !isMeant(line, verb.at)) continue;
      const [pronoun, then] = sentence.words.slice(i + 1);
      if (pronoun === undefined || !PRONOUNS.has(pronoun.text) || WHERETO.has(then?.text ?? "")) continue;
      if (
        /^\s*$/.test(line.text.slice(verb.at + verb.text.length, pronoun.at)) &&
        namesNoOther(line.text.slice(at, verb.at))
      ) {
        return true;
      }
    }
  }
  return false;
}

/** True if after the first word of `text` no path, address or number stands. */
function namesNoOther(text: string): boolean {
  return !/[^\s,;:"'`()]*(?:[\p{L}\p{N}_][./@\\][\p{L}\p{N}]|\d)[^\s]*/u.test(text.replace(/^\S+/, ""));
}

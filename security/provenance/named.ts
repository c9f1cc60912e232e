/**
 * Whether the owner named a value in an own line, and for what. Naming is not asking: "read config.yaml" names the file for
 * reading only, "never touch secrets.txt" for nothing. Pure. Whatever cannot be told counts as not asked for.
 */
import { isSpokenOf } from "./spoken_of.ts";
import type { Effect } from "./origin.ts";
import { holdsUntyped, plain, standsIn } from "./plain.ts";
import { type Clause, clauseAt, type OwnLine, type Sentence, sentenceAt, type Word } from "./sentence.ts";
import { isGoal } from "./goal.ts";
import { isOrder, takenBack, unquoted } from "./stance.ts";
import { EVERYDAY, PRONOUNS, SOURCES, WHERETO } from "./verbs.ts";

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
  const common = word && ((piece.length < 3 && /[aeiouyäöüáéíóúàèù]/.test(piece)) || EVERYDAY.has(piece));
  return [...standsIn(piece, text).take(MOST_PLACES)].filter((at) => !common || isQuoted(text, at, at + piece.length));
}

function isQuoted(text: string, from: number, to: number): boolean {
  return /["'`“„«]/.test(text[from - 1] ?? "") && /["'`”“»]/.test(text[to] ?? "");
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?\d{1,15}(?:\.\d{1,9})?\s*$/.test(text) && !/^\s*0\d/.test(text);
}

const MONEY_AFTER =
  /^(?:[.,]-{1,2})?\s?(?:[€$£¥]|(?:eur|usd|chf|gbp|euros?|dollars?|pounds?|franken|francs?)(?![\p{L}]))/u;

/** The same number, however its thousands are marked. A single digit names nothing unless it is money. */
function numbersAt(value: number, text: string): number[] {
  if (!Number.isFinite(value)) return [];
  const found: number[] = [];
  for (
    const match of text.matchAll(
      /(?<![\p{L}\p{N}_.,:\/@%#+-])(?<!\d )((?:[$€£¥]|(?:eur|usd|chf|gbp)(?= ))?)\s?(\d[\d,.']{0,20}(?: \d{3}(?![\d.,]*[\p{L}\d]))*(?:[.,]\d\d(?!\d))?)(?:(?<=[.,])-{1,2})?(?![\p{L}\p{N}_%\/@:-])(?! ?%)/gu,
    )
  ) {
    const said = match[2].replace(/[.,']+$/, "");
    const money = match[1] !== "" ||
      MONEY_AFTER.test(text.slice(match.index + match[0].length, match.index + match[0].length + 10));
    if (readNumber(said, money) !== value) continue;
    if (Math.abs(value) < 10 && Number.isInteger(value) && !money) continue;
    found.push(match.index);
  }
  return found;
}

/** `1,200.50` and `1200.5` are one number; `1.200` could be two, so it is none. `1.200,50` and, of money, `1 200` can be read in one way only. */
function readNumber(said: string, money: boolean): number | null {
  if (/^\d+(?:\.\d{1,2})?$/.test(said)) return Number(said);
  if (/^\d{1,3}(?:[,']\d{3})+(?:\.\d{1,2})?$/.test(said)) return Number(said.replace(/[,']/g, ""));
  if (/^\d{1,3}(?:\.\d{3})+,\d{2}$/.test(said)) return Number(said.replaceAll(".", "").replace(",", "."));
  if (/^\d+,\d{2}$/.test(said)) return Number(said.replace(",", "."));
  if (money && /^\d{1,3}(?: \d{3})+(?:[.,]\d{2})?$/.test(said)) {
    return Number(said.replaceAll(" ", "").replace(",", "."));
  }
  return null;
}

/** More places than these in one line are not looked at, nor sentences with more words of denial: linear time. */
const MOST_PLACES = 64;

/**
 * True if the owner named what stands at `at` without taking it back: no "not" or "never" before it in its sentence nor at the
 * end of its clause, and no "without" or "except" but one that a new verb after a comma or an "and" has ended.
 */
export function isMeant(line: OwnLine, at: number): boolean {
  const sentence = sentenceAt(line, at);
  if (
    sentence === null || sentence.retracted || takenBack(sentence.text.slice(at - sentence.start).replace(/^\S+/, ""))
  ) return false;
  const denials = sentence.words.filter((w) => w.at < at && w.negates !== null);
  if (denials.length > MOST_PLACES || denials.some((w) => w.negates === "all")) return false;
  const last = denials.at(-1);
  return last === undefined ||
    sentence.words.some((v) =>
      v.at > last.at && v.at < at && v.asks !== null && BREAKS.test(line.text.slice(last.at + last.text.length, v.at))
    );
}

const BREAKS = /[,:;]|(?:^|\s)(?:and|und|et|y|en|e|then|dann|puis|luego)\s/;

/**
 * True if the owner asked, by the verb that governs what stands at `at`, for `effect`. `own` are further verbs that ask for it:
 * a tool's own name. The governing verb is the nearest before it in its sentence, else the first one, else the one that
 * an unfinished line above carries over. "Look at a.ts and fix it" asks for a.ts to be changed. A sentence that wonders,
 * tells or reports asks for nothing; `role` = what the argument is, as far as its name says: a file that is only taken from is
 * not asked to be changed; one that supposes asks for a plain change at most.
 */
export function isAskedFor(
  line: OwnLine,
  at: number,
  { effect, own, role }: { effect: Effect; own: readonly string[]; role?: "from" | "file" | "other" },
): boolean {
  const sentence = sentenceAt(line, at);
  if (sentence === null || sentence.question || (sentence.condition && effect !== "change") || !isMeant(line, at)) {
    return false;
  }
  const clause = clauseAt(sentence, at);
  if (clause.told) return false;
  const before = sentence.words.filter((w) => w.at < at);
  const prior = before.at(-1);
  if (SOURCES.has(prior?.text ?? "") && (effect === "change" || effect === "delete")) return false;
  if (role === "file" && effect === "change" && isTakenFrom(sentence, at)) return false;
  if (role !== "from" && effect === "money" && /^(?:from|von|depuis|desde|vanaf)$/.test(prior?.text ?? "")) {
    return false;
  }
  const asks = (verb: Word) =>
    !isSpokenOf(line, verb) &&
    ((own.includes(verb.text) && !verb.noun) ||
      (verb.asks instanceof Set && verb.asks.has(effect) && !isTelling(sentence, verb))) &&
    isOrderOf(sentence, verb, effect);
  const known = (w: Word) => w.asks !== null || (own.includes(w.text) && !w.noun);
  const within = before.some((w) => w.at >= clause.start && known(w));
  const after = within ? undefined : sentence.words.findLast((w) => w.at > at && w.at < (nextOf(sentence, clause)));
  if (after !== undefined && asks(after)) return true;
  const verb = before.findLast(known) ?? sentence.head;
  if (verb !== null && verb.at < sentence.start && sentence.carried.some(asks)) return true;
  if (verb !== null && asks(verb)) return true;
  const itself = sentence.words.find((w) => w.at === at);
  if (itself !== undefined && asks(itself)) return true;
  if (effect === "change" && isGoal(sentence, at)) return true;
  if (effect === "money" && verb !== null && verb.asks !== "look") {
    return sentence.words.some((w) => asks(w) && isMeant(line, w.at));
  }
  return (effect === "change" || effect === "delete") && asksForIt(line, at, asks);
}

function nextOf(sentence: Sentence, clause: Clause): number {
  return sentence.clauses.find((c) => c.start > clause.start)?.start ?? sentence.end;
}

/** False if something or somebody before `verb` in its clause does what it says: "the script will delete". */
function isOrderOf(sentence: Sentence, verb: Word, effect: Effect): boolean {
  if (verb.at < sentence.start) return true;
  const clause = clauseAt(sentence, verb.at);
  const before = sentence.words.filter((w) => w.at >= clause.start && w.at < verb.at).map((w) => w.text);
  const last = verb.at + verb.text.length >= nextOf(sentence, clause) - 2;
  const text = sentence.text.slice(clause.start - sentence.start, verb.at - sentence.start);
  return !clause.told && isOrder(before, text, { last, grave: effect !== "change" });
}

const CHAIN =
  /(?:^|\s)(?:from|using|via|von|aus|laut|gemäß|based on|desde|depuis|vanuit|uit|da)\s+(?:[^\s,]+(?:,|\s(?:and|und|et|y|en|e))\s+)*$/;
const ON_TO =
  /^[^\s,;]+(?:\s[^,;:!?]{0,200}?)?\s(?:into|to|→|->|=>|nach|vers|naar)\s+["'`]?[^\s]*[\p{L}\p{N}][./][\p{L}]/u;

/** True of a file that the sentence only takes from: "merge a.md and b.md into c.md", "turn a.txt into b.txt". */
function isTakenFrom(sentence: Sentence, at: number): boolean {
  const before = sentence.text.slice(Math.max(0, at - sentence.start - 300), at - sentence.start);
  if (CHAIN.test(before)) return true;
  if (/(?:^|\s)(?:to|into|onto|as|nach|→|->)\s*["'`]?$/.test(before)) return false;
  const after = sentence.text.slice(at - sentence.start, at - sentence.start + 400);
  const found = ON_TO.exec(after);
  return found !== null &&
    !sentence.words.some((w) => w.at > at && w.at < at + found[0].length && w.asks !== null && w.asks !== "look");
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
  return !/[^\s,;:"'`()]*(?:[\p{L}\p{N}_][./@\\][\p{L}\p{N}]|\d)[^\s]*/u.test(unquoted(text.replace(/^\S+/, "")));
}

/**
 * An owner's line cut into sentences and clauses, each with what it is: a request, a question, a condition, a report of somebody
 * else's words. Pure; what cannot be told is no request.
 */
import type { Effect } from "./origin.ts";
import { holdsUntyped, plain } from "./plain.ts";
import * as stance from "./stance.ts";
import { asksFor, EXCEPTS, NEGATES, NOUNS } from "./verbs.ts";

export type Word = {
  at: number;
  text: string;
  asks: ReadonlySet<Effect> | "look" | null;
  negates: "all" | "next" | null;
  /** A verb that names a thing here: "the delete". */
  noun: boolean;
};
export type Clause = {
  start: number;
  end: number; /** It tells what is or was, or what somebody wants. */
  told: boolean;
};
export type Sentence = {
  start: number;
  end: number;
  text: string;
  question: boolean;
  condition: boolean;
  /** The owner took it back later in the same line. */
  retracted: boolean;
  head: Word | null;
  /** The verbs of an unfinished line above that each want "them", or each of what is listed here. */
  carried: Word[];
  words: Word[];
  clauses: Clause[];
};
/** An owner's line made comparable, cut into sentences. */
export type OwnLine = { text: string; sentences: Sentence[] };

/** `line` as the owner typed it. Lines that quote somebody (`> …`) are not the owner's. */
export function ownLine(line: string): OwnLine {
  const sentences: Sentence[] = [];
  const kept: string[] = [];
  const state = { at: 0, carries: null as Word | null, carried: [] as Word[] };
  for (const raw of line.split(/(?<=[.!?;])(?<!\d\.)(?=\s)|(?<=\d\.)(?=\s+\p{Lu}\p{Ll}+ \p{Ll})|\n/u)) {
    const text = /^\s*>/.test(raw) || holdsUntyped(raw) ? "" : plain(raw);
    if (text === "") {
      if (raw.trim() !== "") kept.push("\ufffc"), state.at += 2;
      continue;
    }
    const words = wordsOf(text, state.at);
    const head = words.find((w) => w.asks !== null) ?? state.carries;
    const { start, end } = { start: state.at, end: state.at + text.length };
    const cut = { start, end, text, words };
    if (RETRACTS.test(text)) { for (const before of sentences) before.retracted = true; }
    sentences.push({
      ...cut,
      retracted: false,
      question: stance.isQuestion(text),
      condition: stance.isConditional(text),
      head,
      carried: state.carried,
      clauses: clausesOf(cut),
    });
    const last = words.findLast((w) => w.asks !== null) ?? state.carries;
    const lists = text.endsWith(":") &&
      /(?:^|\s)(?:them|each|these|all|jede[mnrs]?|ihnen|diese|alle|chacun|tous|cada|todos|iedereen|ognuno)(?=[\s:,])/
        .test(text);
    const made = sentences.at(-1)!;
    state.carries = /[.!?;]$/.test(text) ? null : last;
    state.carried = lists && !made.question && !made.condition
      ? words.filter((w) => w.asks !== null && !clauseAt(made, w.at).told && !words.some((n) => n.negates !== null))
      : state.carries === null
      ? []
      : state.carried;
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
  return line.sentences.some(({ text }) => RETRACTS.test(text));
}

/** The sentence in which `at` stands; null between sentences. */
export function sentenceAt(line: OwnLine, at: number): Sentence | null {
  return line.sentences.find((s) => s.start <= at && at < s.end) ?? null;
}

/** The clause of `sentence` in which `at` stands. */
export function clauseAt(sentence: Sentence, at: number): Clause {
  return sentence.clauses.findLast((c) => c.start <= at) ?? sentence.clauses[0];
}

function wordsOf(text: string, start: number): Word[] {
  const bare = stance.unquoted(text);
  const found = [
    ...bare.matchAll(
      /(?<![^\s(,:;¿¡])[\p{L}'’]+(?=[\s,:;!?)]|\.(?:\s|$)|-(?:moi|le|la|les|lui|leur|nous|en|y|tu|vous)\b|$)/gu,
    ),
  ];
  return found.map(({ 0: word, index }, i) => {
    const said = word.replace("’", "'");
    const noun = /^(?:the|a|an|my|our|his|her|their)$/.test(found[i - 1]?.[0] ?? "") ||
      NOUNS.has(said) && isAfterDeterminer(found.slice(Math.max(0, i - 3), i).map(([w]) => w));
    const sums = said === "add" && /^add up\s/.test(bare.slice(index));
    const goes = /^(?:turn|stick) to\s/.test(bare.slice(index));
    const asks = sums || goes ? "look" : noun ? null : asksTogether(said, bare) ?? asksFor(said);
    return { at: start + index, text: said, noun, asks, negates: negationOf(said, bare.slice(index, index + 80)) };
  });
}

function asksTogether(word: string, text: string): ReadonlySet<Effect> | null {
  const asks = stance.asksWith(word, text);
  return asks === null ? null : new Set(asks);
}

/** `list` in "a packing list" names a thing. */
function isAfterDeterminer(before: readonly string[]): boolean {
  for (const word of before.toReversed()) {
    if (stance.DETERMINERS.has(word)) return true;
    if (asksFor(word) !== null || !/^\p{L}+$/u.test(word) || stance.JOINS.has(word)) return false;
  }
  return false;
}

/** "Keep a copy in x.md" wants x.md to be written. */
const KEEPS =
  /^(?:keep|leave|laisse|garde|deja) (?:me )?(?:an?|the|one|une?) (?:copy|note|log|record|list|backup|copie)\b/;

function negationOf(word: string, rest: string): Word["negates"] {
  if (KEEPS.test(rest)) return null;
  if (NEGATES.has(word) || /^(?:n'\p{L}|(?:stop|quit|refrain|cease) (?:from )?\p{L}+ing(?!\p{L}))/u.test(rest)) {
    return "all";
  }
  return EXCEPTS.has(word) ? "next" : null;
}

function clausesOf({ start, end, text, words }: Pick<Sentence, "start" | "end" | "text" | "words">): Clause[] {
  const starts = [start];
  for (const [i, word] of words.entries()) {
    const before = text.slice(Math.max(0, word.at - start - 2), word.at - start);
    const prior = words[i - 1];
    const touches = prior !== undefined &&
      /^\s+$/.test(text.slice(prior.at + prior.text.length - start, word.at - start));
    const joined = touches && stance.JOINS.has(prior.text) && (prior.text.length > 2 || word.asks !== null);
    if (/[,;:–—] ?$/.test(before) || joined) starts.push(word.at);
  }
  const clauses: Clause[] = [];
  const state = { told: false, word: 0 };
  for (const [i, from] of starts.entries()) {
    const to = starts[i + 1] ?? end;
    const own: Word[] = [];
    while (state.word < words.length && words[state.word].at < to) own.push(words[state.word++]);
    const mark = text.slice(0, from - start).trimEnd().at(-1) ?? "";
    const last = words[state.word - own.length - 1]?.text ?? "";
    const anew = i === 0 || (/[,;:–—]/.test(mark) && !stance.REPORTS.has(last)) || stance.THEREFORE.has(last);
    const told = stance.tells(own.map((w) => w.text), text.slice(from - start, to - start));
    const asks = own.find((w) => !stance.FILLERS.has(w.text))?.asks ?? null;
    state.told = told || (state.told && !(anew && asks !== null));
    clauses.push({ start: from, end: to, told: state.told });
  }
  return clauses;
}

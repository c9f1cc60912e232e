/**
 * Coverage: a rule fits a sentence only if every token is a word with a meaning the rule allows, or lies in a slot
 * the rule allows, and each of the rule's needs is met. A word nobody can explain makes every rule fail.
 */
import { LEXICON, type Lexicon, singulars } from "./lexicon.ts";
import type { Slot, Span } from "./span.ts";
import type { Token } from "./token.ts";

/** A sentence ready to be matched. `context` is true if an earlier part says what "it" is. */
export type Reading = { text: string; tokens: readonly Token[]; spans: readonly Span[]; context: boolean };

/** What a rule found: the slots it used and the meanings that were said. */
export class Match {
  /** The sentence's words, one blank between. */
  readonly words: string;
  constructor(readonly reading: Reading, readonly spans: readonly Span[], readonly meanings: ReadonlySet<string>) {
    this.words = reading.tokens.map((t) => t.word).join(" ");
  }
  said(...meanings: string[]): boolean {
    return meanings.some((m) => this.meanings.has(m));
  }
  all(...slots: Slot[]): Span[] {
    return this.spans.filter((s) => slots.includes(s.slot));
  }
  slot(...slots: Slot[]): Span | undefined {
    return this.all(...slots)[0];
  }
  /** The words before `span`. */
  before(span: Span): string {
    return this.reading.tokens.slice(0, span.from).map((t) => t.word).join(" ");
  }
  /** The number that was said, if one was. */
  get n(): number | undefined {
    return this.slot("NUM")?.value;
  }
}

/** Names (of slots, upper case; of meanings, lower case) one of which must be there; `CONTEXT` = an earlier part. */
export type Pattern = { needs: readonly (readonly string[])[]; allowed: ReadonlySet<string>; lexicon: Lexicon };

const ALWAYS = ["filler", "BREAK", "show"];

/** A pattern from words: each of `needs` lists alternatives, `may` what else is allowed, `lexicon` what words mean in it. */
export function pattern(needs: readonly string[], may: string, lexicon: Lexicon = LEXICON): Pattern {
  const alternatives = needs.map((n) => n.split(" "));
  return { needs: alternatives, allowed: new Set([...ALWAYS, ...alternatives.flat(), ...may.split(/\s+/)]), lexicon };
}

type Piece = { to: number; names: readonly string[]; span?: Span };

/** Everything that the tokens from `at` on can be, longest first, slots before words. */
function piecesAt(reading: Reading, at: number, lexicon: Lexicon): Piece[] {
  const { tokens, spans } = reading;
  const out: Piece[] = spans.filter((s) => s.from === at).map((s) => ({ to: s.to, names: [s.slot], span: s }));
  for (let to = Math.min(tokens.length, at + lexicon.longest); to > at; to--) {
    const stretch = tokens.slice(at, to);
    if (stretch.some((t) => t.kind !== "word" && t.kind !== "number" && t.kind !== "path")) continue;
    const words = stretch.map((t) => t.word);
    const last = words.pop()!;
    // "the folder" is this one, "the folders" are some below it.
    const names = singulars(last).flatMap((form) =>
      [...lexicon.get([...words, form].join(" ")) ?? []].filter((n) => form === last || n !== "here")
    );
    if (names.length > 0) out.push({ to, names });
  }
  return out.sort((a, b) => b.to - a.to || Number(b.span !== undefined) - Number(a.span !== undefined));
}

/** The first way, longest pieces first, to explain the whole sentence by `rule`; null if there is none. */
export function match(reading: Reading, rule: Pattern): Match | null {
  const { tokens } = reading;
  const full = (1 << rule.needs.length) - 1;
  const start = rule.needs.reduce(
    (mask, need, i) => need.includes("CONTEXT") && reading.context ? mask | (1 << i) : mask,
    0,
  );
  const dead = new Set<number>();
  const path: Piece[] = [];
  const walk = (at: number, mask: number): boolean => {
    if (at === tokens.length) return mask === full;
    const key = at * (full + 1) + mask;
    if (dead.has(key)) return false;
    for (const piece of piecesAt(reading, at, rule.lexicon)) {
      const names = piece.names.filter((n) => rule.allowed.has(n));
      if (names.length === 0) continue;
      const next = rule.needs.reduce((m, need, i) => need.some((n) => names.includes(n)) ? m | (1 << i) : m, mask);
      path.push({ ...piece, names });
      if (walk(piece.to, next)) return true;
      path.pop();
    }
    dead.add(key);
    return false;
  };
  if (!walk(0, start)) return null;
  return new Match(reading, path.flatMap((p) => p.span ? [p.span] : []), new Set(path.flatMap((p) => p.names)));
}

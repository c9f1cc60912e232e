/** Where each piece of a call's arguments was heard. For a person to read; what it finds never clears a call. Pure. */
import { type Leaf, leavesOf } from "./leaves.ts";
import { mentions } from "./named.ts";
import type { Heard, Origin, TracedWords } from "./origin.ts";
import { plain } from "./plain.ts";
import { type OwnLine, ownLine } from "./sentence.ts";

/** Pieces that a question shows at most; the rest is one piece of the model's own. */
const MOST_PIECES = 60;
/** Words in a row that make a piece somebody's. A single word counts if it is an address, a path or a number. */
const RUN = 4;
const STRIKING = /[@/\\_]|\.\p{L}|\d{2}|\p{L}\d|\d\p{L}/u;

type Spread = { words: string[]; at: Map<string, number[]>; flat: string };
const spreads = new WeakMap<Heard, Spread>();
const lines = new WeakMap<Heard, OwnLine>();

/** The owner's line of `heard`, made ready once. */
export function lineOf(heard: Heard): OwnLine {
  const known = lines.get(heard);
  if (known !== undefined) return known;
  const made = ownLine(heard.text);
  lines.set(heard, made);
  return made;
}

/**
 * Each string and number of `args` with where its words were heard: whole in a line of the owner's, else whole in the latest text
 * that holds it (also reversed, in base64, hex or URL encoding), else cut into the longest runs that were heard; null = the
 * model's own words.
 */
export function trace(args: unknown, heard: readonly Heard[]): TracedWords[] {
  const found: TracedWords[] = [];
  for (const leaf of leavesOf(args).leaves) {
    if (typeof leaf.value === "boolean" || leaf.value === "" || leaf.path.endsWith("#")) continue;
    found.push(...(found.length < MOST_PIECES ? traceLeaf(leaf, heard) : [piece(leaf, String(leaf.value), null)]));
  }
  return found;
}

function piece({ path }: Leaf, text: string, from: Origin | null): TracedWords {
  return { argument: path, text, from };
}

function traceLeaf(leaf: Leaf, heard: readonly Heard[]): TracedWords[] {
  const value = leaf.value as string | number | bigint;
  const text = String(value);
  const owner = heard.findLast((h) => h.origin.kind === "owner" && mentions(value, lineOf(h)).length > 0);
  if (owner !== undefined) return [piece(leaf, text, owner.origin)];
  const others = heard.filter((h) => h.origin.kind !== "owner");
  const forms = formsOf(text);
  const whole = others.findLast((h) => forms.some((f) => holds(spreadOf(h), f)));
  if (whole !== undefined) return [piece(leaf, text, whole.origin)];
  return /\s/.test(text) ? runs(leaf, text, heard) : [piece(leaf, text, null)];
}

/** Three characters or fewer stand in everything: they count as a word of their own alone. */
function holds({ flat, at }: Spread, form: string): boolean {
  return form.length > 3 || !/^[\p{L}\p{N}]+$/u.test(form) ? flat.includes(form) : at.has(form);
}

/** `text` as it may have been written before a model turned it around. The first is the text as it is. */
function formsOf(text: string): string[] {
  const self = plain(text);
  if (self.length < 3 || self.length > 2000) return self.length < 2 ? [] : [self];
  const bytes = new TextEncoder().encode(text);
  const made = [
    decoded(() => decodeURIComponent(text)),
    decoded(() => utf8(Uint8Array.fromBase64(text))),
    decoded(() => utf8(Uint8Array.fromHex(text))),
    text.normalize("NFKC").replace(/\p{Cf}/gu, ""),
    ...(self.length < 6 ? [] : [
      [...text].reverse().join(""),
      bytes.toBase64().replace(/=+$/, ""),
      bytes.toHex(),
      text.replace(/[\s.-]/g, ""),
    ]),
  ];
  return [...new Set([self, ...made.map(plain).filter((f) => f.length >= 6)])];
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    return "";
  }
}

function spreadOf(heard: Heard): Spread {
  const known = spreads.get(heard);
  if (known !== undefined) return known;
  const flat = plain(heard.text);
  const words = flat.split(" ").map(bare);
  const at = new Map<string, number[]>();
  for (const [i, word] of words.entries()) {
    const list = at.get(word);
    if (list === undefined) at.set(word, [i]);
    else if (list.length < 64) list.push(i);
  }
  const made = { words, at, flat };
  spreads.set(heard, made);
  return made;
}

function bare(word: string): string {
  return word.replace(/^[^\p{L}\p{N}/.~@#$€£]+|[^\p{L}\p{N}/]+$/gu, "");
}

/** `text` cut from left to right, each time the longest run of words that was heard; the owner's first where they are as long. */
function runs(leaf: Leaf, text: string, heard: readonly Heard[]): TracedWords[] {
  const shown = text.split(/\s+/).filter((w) => w !== "");
  const words = shown.map((w) => bare(plain(w)));
  const pieces: { words: string[]; from: Origin | null }[] = [];
  const sources = [...heard].sort((a, b) => Number(b.origin.kind === "owner") - Number(a.origin.kind === "owner"));
  for (let i = 0; i < words.length;) {
    let best = { length: 0, from: null as Origin | null };
    if (pieces.length < MOST_PIECES) {
      for (const source of sources) {
        const length = longestRun(words, i, spreadOf(source));
        if (length > best.length) best = { length, from: source.origin };
      }
    }
    const counts = best.length >= RUN || words.slice(i, i + best.length).some((w) => STRIKING.test(w));
    const length = counts ? best.length : 1;
    const from = counts ? best.from : null;
    const last = pieces.at(-1);
    if (last !== undefined && last.from === from) last.words.push(...shown.slice(i, i + length));
    else pieces.push({ words: shown.slice(i, i + length), from });
    i += length;
  }
  return pieces.map((p) => piece(leaf, p.words.join(" "), p.from));
}

function longestRun(words: readonly string[], from: number, { words: all, at }: Spread): number {
  let longest = 0;
  for (const start of at.get(words[from]) ?? []) {
    let n = 1;
    while (from + n < words.length && all[start + n] === words[from + n]) n++;
    longest = Math.max(longest, n);
  }
  return words[from] === "" ? 0 : longest;
}

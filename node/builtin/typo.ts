/** One slip of the finger in a command word is forgiven, if it can be only one. */
import { distance } from "fastest-levenshtein";
import { extensionsOf } from "./languages.ts";
import { LEXICON, OTHER_WORDS, singulars } from "./lexicon.ts";

const SINGULAR = [...LEXICON.keys()].filter((k) => /^[a-z]{5,}$/.test(k));
const WORDS = [...new Set(SINGULAR.flatMap((w) => [w, w.endsWith("y") ? `${w.slice(0, -1)}ies` : `${w}s`]))];

/** Every word that stands in some entry, alone or with others. */
const PARTS = new Set([...LEXICON.keys()].flatMap((k) => k.split(" ")));

const meaningsOf = (word: string): string => singulars(word).flatMap((w) => [...LEXICON.get(w) ?? []]).sort().join(" ");

/** True if `a` is `b` with two neighbouring letters in each other's place. */
function swapped(a: string, b: string): boolean {
  const at = [...a].findIndex((c, i) => c !== b[i]);
  return a.length === b.length && at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] &&
    a.slice(at + 2) === b.slice(at + 2);
}

/**
 * `word`, or the command word it is a slip of: at distance 1 with the same first letter, both of five letters or more.
 * A changed letter counts only in words of seven or more (lines, limes), so that no ordinary word becomes a command.
 * Two neighbours that changed places count as one slip.
 */
export function mended(word: string): string {
  if (!/^[a-z]{5,}$/.test(word) || OTHER_WORDS.has(word)) return word;
  if (singulars(word).some((w) => PARTS.has(w) || extensionsOf(w) !== null)) return word;
  const near = WORDS.filter((w) =>
    w[0] === word[0] && Math.abs(w.length - word.length) <= 1 &&
    (swapped(w, word) || ((w.length !== word.length || w.length >= 7) && distance(w, word) === 1))
  );
  const senses = new Set(near.map(meaningsOf));
  return senses.size === 1 ? near[0] : near.length === 1 ? near[0] : word;
}

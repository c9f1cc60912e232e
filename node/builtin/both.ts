/** "the files in src and docs": one question about two things, as two questions that differ in nothing else. */
import type { Frame } from "./frame.ts";
import { USUAL_FOLDERS } from "./slots.ts";

/** Questions whose answer for two things is the answer for each. */
const APART = /^(?:list|tree|count|total|exists|read|measure|stat|search)$/;
const PLACES = ["path", "name", "glob"];

/** A word that names a place by its own form. */
const placeLike = (word: string): boolean => {
  const bare = word.replace(/[?!.,]+$/, "").replace(/\/$/, "").toLowerCase();
  return /[/.]/.test(bare) || USUAL_FOLDERS.has(bare);
};

/**
 * `text` once with the first and once with the second of two joined words; null if no two words are joined. `sure` is
 * true where both words can be places: by their form, or because "in" stands before each.
 */
export function apart(text: string): { texts: [string, string]; sure: boolean } | null {
  if (/["`“]/.test(text)) return null;
  const joints = [
    ...text.matchAll(
      /(\S+),? (?:and|&)(?: (?:also|then))?( (?:in|from|inside|under))?(?: of)?(?: the)? (\S+)/gi,
    ),
  ];
  if (joints.length !== 1) return null;
  const [{ 0: whole, 1: first, 2: into, 3: second, index }] = joints;
  const around = (word: string) => text.slice(0, index) + word + text.slice(index + whole.length);
  const sure = into !== undefined || (placeLike(first) && placeLike(second));
  return { texts: [around(first), around(second)], sure };
}

/** True if `a` and `b` ask the same of two different places; `paths` says whether these may be paths. */
export function sameButPlace(a: Frame, b: Frame, paths: boolean): boolean {
  if (a.do !== b.do || !APART.test(a.do)) return false;
  const [one, two] = [a, b] as Record<string, unknown>[];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(two)])];
  const differing = keys.filter((k) => one[k] !== two[k]);
  return differing.length === 1 &&
    differing.every((k) => PLACES.includes(k) && k in one && k in two && (k !== "path" || paths));
}

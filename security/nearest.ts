/** The known name that a wrong one was probably meant to be. */
import { distance } from "fastest-levenshtein";

/**
 * The name of `names` that `name` was most likely meant to be: the smallest edit distance (upper and lower case alike),
 * at most two fifths of its length and three edits. Null if none is so near.
 */
export function nearest(name: string, names: readonly string[]): string | null {
  if (name.length === 0 || name.length > 100) return null;
  const lower = name.toLowerCase();
  const limit = Math.min(3, Math.ceil(lower.length / 2.5));
  const ranked = names.map((n) => ({ n, far: distance(lower, n.toLowerCase()) })).sort((a, b) => a.far - b.far);
  return ranked.length > 0 && ranked[0].far <= limit ? ranked[0].n : null;
}

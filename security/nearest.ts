/** The known name that a wrong one was probably meant to be. */
import { distance } from "fastest-levenshtein";

/** The name of `names` with the smallest edit distance to `name` (upper and lower case alike), or null if none is near. */
export function nearest(name: string, names: readonly string[]): string | null {
  const short = name.slice(0, 100).toLowerCase();
  const ranked = names.map((n) => ({ n, far: distance(short, n.toLowerCase()) })).sort((a, b) => a.far - b.far);
  return ranked.length > 0 && ranked[0].far <= Math.max(2, ranked[0].n.length / 2) ? ranked[0].n : null;
}

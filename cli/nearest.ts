/** "Did you mean": the known word nearest to one that is not known. */

/**
 * Optimal string alignment distance (Damerau-Levenshtein without moves across edits), or `limit + 1` as soon
 * as it is certain to be above `limit`. Time grows with |a|·|b| only if the lengths differ by at most `limit`.
 */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(
        rows[i - 1][j] + 1,
        row[j - 1] + 1,
        rows[i - 1][j - 1] + same,
        swapped ? rows[i - 2][j - 2] + 1 : Infinity,
      ));
    }
    if (Math.min(...row) > limit) return limit + 1;
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/** The word of `known` that `word` was most likely meant to be, or null if none is near (a third of its length, 1–3 edits). */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length === 0 || word.length > 100) return null;
  const lower = word.toLowerCase();
  const limit = Math.max(1, Math.min(3, Math.floor(lower.length / 3)));
  const ranked = known
    .map((name) => ({ name, off: distance(lower, name.toLowerCase(), limit) }))
    .filter((candidate) => candidate.off <= limit)
    .sort((a, b) => a.off - b.off);
  return ranked[0]?.name ?? null;
}

/** How sure a measured share or mean is: intervals that hold the true value in 95 of 100 samples. Pure. */

/** Standard normal quantile of 0.975. */
const Z = 1.959963984540054;

export type Interval = { low: number; high: number };

/**
 * The Wilson score interval of `hits` of `of` (E. B. Wilson, JASA 22, 1927; without continuity correction), between 0
 * and 1; null of none.
 */
export function wilson(hits: number, of: number): Interval | null {
  if (of === 0) return null;
  const share = hits / of;
  const below = 1 + Z * Z / of;
  const middle = (share + Z * Z / (2 * of)) / below;
  const reach = Z / below * Math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of));
  return { low: hits === 0 ? 0 : Math.max(0, middle - reach), high: hits === of ? 1 : Math.min(1, middle + reach) };
}

/** The normal interval of the mean of `counts`, not below 0; null of fewer than two. */
export function meanInterval(counts: readonly number[]): Interval | null {
  const n = counts.length;
  if (n < 2) return null;
  const mean = counts.reduce((sum, one) => sum + one, 0) / n;
  const variance = counts.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1);
  const reach = Z * Math.sqrt(variance / n);
  return { low: Math.max(0, mean - reach), high: mean + reach };
}

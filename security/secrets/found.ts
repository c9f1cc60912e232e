/** A secret within a text: `start` and `end` as `slice` takes them. */
export type Found = { start: number; end: number; kind: string };

/** In order; what overlaps becomes one, named for what begins first. */
export function merged(found: readonly Found[]): Found[] {
  const out: Found[] = [];
  for (const next of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = out.at(-1);
    if (last && next.start < last.end) last.end = Math.max(last.end, next.end);
    else out.push({ ...next });
  }
  return out;
}

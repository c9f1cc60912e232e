/** Times as a person writes and reads them; pure. */

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Milliseconds since 1970 UTC of `text`: `30m`, `24h`, `7d`, `2w` before `now`, or a date or time of ISO 8601
 * (without zone: UTC). Throws a `RangeError` for anything else.
 */
export function parseSince(text: string, now: number): number {
  const span = /^(\d{1,6})([smhdw])$/.exec(text);
  if (span) return now - Number(span[1]) * UNITS[span[2]];
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const at = iso ? Date.parse(iso[1] && !iso[4] ? `${text}Z` : text) : NaN;
  if (Number.isNaN(at)) {
    throw new RangeError(`Cannot read the time ${JSON.stringify(text)}: write 24h, 7d or 2026-11-20`);
  }
  return at;
}

/** `at` as `2026-11-20 14:05:09` in UTC. */
export function showTime(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "?" : date.toISOString().slice(0, 19).replace("T", " ");
}

/** `text` with line ends as spaces, cut to `width` characters. */
export function oneLine(text: string, width: number): string {
  const letters = [...text.replace(/\s+/gu, " ").trim()];
  return letters.length > width ? letters.slice(0, width - 1).join("") + "…" : letters.join("");
}

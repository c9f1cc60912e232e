/** Sizes and times as people read them. */

/** 1,234,567 bytes as `1.2 MB`; decimal units. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let power = 0;
  let value = bytes;
  // 999.95 and more would be shown as 1000.0.
  while (value >= (power === 0 ? 1000 : 999.95) && power < units.length - 1) {
    value /= 1000;
    power++;
  }
  return `${power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** Milliseconds since 1970 as `2026-11-20 08:00`, UTC; `?` for a time that no calendar has, as a file may carry. */
export function minuteText(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "?" : date.toISOString().slice(0, 16).replace("T", " ");
}

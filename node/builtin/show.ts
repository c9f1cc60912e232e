/** How an answer is written: sizes and ages for people, small tables, lists that say when they were cut. */

/** `bytes` in the largest decimal unit that leaves a whole digit: "820 B", "1.4 kB", "12 MB". */
export function humanSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** step;
  return `${step === 0 || scaled >= 99.95 ? Math.round(scaled) : scaled.toFixed(1)} ${units[step]}`;
}

/** Local "YYYY-MM-DD HH:MM" of `ms` since 1970 UTC. */
export function localTime(ms: number): string {
  const d = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** The moment that a frame's local "YYYY-MM-DD HH:MM" names, ms since 1970 UTC. */
export function moment(stamp: string): number {
  return new Date(stamp.replace(" ", "T")).getTime();
}

/** "1 file", "2 files". */
export function counted(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${
    n === 1
      ? noun
      : /(s|x|ch|sh)$/.test(noun)
      ? `${noun}es`
      : /[^aeiou]y$/.test(noun)
      ? `${noun.slice(0, -1)}ies`
      : `${noun}s`
  }`;
}

/** `rows` as columns, the last one unpadded; columns named in `right` are flushed right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((r) => r[c].length)));
  return rows.map((r) =>
    r.map((cell, c) =>
      right.includes(c) ? cell.padStart(widths[c]) : c === r.length - 1 ? cell : cell.padEnd(widths[c])
    ).join("  ").trimEnd()
  ).join("\n");
}

/** The first `most` of `lines`, and a line that says how many were left out. */
export function cut(lines: readonly string[], most: number): string {
  if (lines.length <= most) return lines.join("\n");
  return [...lines.slice(0, most), `… and ${(lines.length - most).toLocaleString("en-US")} more`].join("\n");
}

/** Text in a fenced block whose fence is longer than any in it. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((m) => m[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.replace(/\n$/, "")}\n${fence}`;
}

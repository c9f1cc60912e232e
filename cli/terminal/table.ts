/** Markdown tables as rows of cells. Pure. */
import { inline } from "./inline.ts";
import { both, cut, SGR, type Span, spansWidth } from "./span.ts";

type Align = "left" | "right" | "center";

/** True if `line` can be a row of a table. */
export function isTableRow(line: string): boolean {
  return /^ {0,3}\|/.test(line);
}

/** True if `line` is the row of dashes below a table's head. */
export function isDelimiterRow(line: string): boolean {
  return isTableRow(line) && cellsOf(line).every((cell) => /^:?-+:?$/.test(cell));
}

/** The rows of the table that `lines` (head, delimiter, body) make, at most `width` cells wide: columns are cut, never wrapped. */
export function tableRows(lines: readonly string[], width: number): Span[][] {
  const [head, delimiter, ...body] = lines.map(cellsOf);
  const aligns = delimiter.map(alignOf);
  const cells = [head, ...body].map((row, at) =>
    head.map((_, column) => inline(row[column] ?? "", at === 0 ? SGR.bold : SGR.plain))
  );
  const natural = head.map((_, column) => Math.max(1, ...cells.map((row) => spansWidth(row[column]))));
  const widths = shrink(natural, width - 3 * head.length + 1);
  const rows = cells.map((row) => rowOf(row, widths, aligns));
  const rule: Span[] = [{ text: widths.map((w) => "─".repeat(w)).join("─┼─"), style: SGR.dim }];
  return [rows[0], rule, ...rows.slice(1)];
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function alignOf(dashes: string): Align {
  if (!dashes.endsWith(":")) return "left";
  return dashes.startsWith(":") ? "center" : "right";
}

/** Column widths that add up to at most `room`: the widest columns give first, none below 3. */
function shrink(widths: number[], room: number): number[] {
  const out = [...widths];
  const sum = () => out.reduce((total, width) => total + width, 0);
  while (sum() > room) {
    const widest = Math.max(...out);
    if (widest <= 3) break;
    const second = Math.max(3, ...out.filter((width) => width < widest));
    const many = out.filter((width) => width === widest).length;
    const give = Math.max(1, Math.min(widest - second, Math.ceil((sum() - room) / many)));
    for (const [at, width] of out.entries()) if (width === widest) out[at] = widest - give;
  }
  return out;
}

function rowOf(cells: Span[][], widths: number[], aligns: Align[]): Span[] {
  return cells.flatMap((cell, column) => {
    const kept = clip(cell, widths[column]);
    const space = widths[column] - spansWidth(kept);
    const align = aligns[column] ?? "left";
    const left = align === "right" ? space : align === "center" ? Math.floor(space / 2) : 0;
    const pad = (count: number): Span[] => count > 0 ? [{ text: " ".repeat(count), style: SGR.plain }] : [];
    const lead: Span[] = column === 0 ? [] : [{ text: " │ ", style: SGR.dim }];
    return [...lead, ...pad(left), ...kept, ...pad(space - left)];
  });
}

function clip(spans: Span[], width: number): Span[] {
  if (spansWidth(spans) <= width) return spans;
  const out: Span[] = [];
  let left = width - 1;
  for (const { text, style } of spans) {
    const kept = left > 0 ? cut(text, left)[0] : "";
    out.push({ text: kept, style });
    left -= spansWidth([{ text: kept, style }]);
    if (kept !== text) break;
  }
  return [...out, { text: "…", style: both(SGR.dim, "") }];
}

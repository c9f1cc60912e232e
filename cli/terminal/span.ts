/** Styled text, wrapped into rows of cells. Pure. */
import { graphemes, graphemeWidth, textWidth } from "./width.ts";

/** SGR parameters of ECMA-48, as terminals understand them. "" is plain. */
export const SGR = {
  plain: "",
  bold: "1",
  dim: "2",
  italic: "3",
  underline: "4",
  reverse: "7",
  strike: "9",
  red: "31",
  green: "32",
  yellow: "33",
  cyan: "36",
} as const;

/** A stretch of one style. `style` is SGR parameters joined by `;`. */
export type Span = { text: string; style: string };

/** `a` and `b` together. */
export function both(a: string, b: string): string {
  return [a, b].filter((one) => one !== "").join(";");
}

/** One row as text with its escape sequences; without `color`, the text alone. */
export function paint(spans: readonly Span[], color: boolean): string {
  return spans.map(({ text, style }) => color && style !== "" && text !== "" ? `\x1b[${style}m${text}\x1b[0m` : text)
    .join("");
}

/** The cells that `spans` take in one row. */
export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + textWidth(span.text), 0);
}

/**
 * `spans` broken into rows of at most `width` cells, at spaces where there are any; a word that is longer than a row
 * is broken inside. `first` and `rest` stand before the first and the other rows and count against the width.
 */
export function wrap(spans: readonly Span[], width: number, first: Span[] = [], rest: Span[] = first): Span[][] {
  const rows: Span[][] = [];
  const room = (lead: Span[]) => Math.max(4, width - spansWidth(lead));
  let row: Span[] = [...first];
  let left = room(first);
  const next = () => {
    rows.push(row);
    row = [...rest];
    left = room(rest);
  };
  let fresh = true;
  for (const { text, style } of spans) {
    for (const piece of text.match(/\s+|\S+/g) ?? []) {
      const blank = /^\s/.test(piece);
      const cells = textWidth(piece);
      if (cells <= left) {
        row.push({ text: piece, style });
        left -= cells;
        fresh = false;
        continue;
      }
      if (blank) {
        next();
        fresh = true;
        continue;
      }
      if (!fresh) next();
      fresh = true;
      if (cells <= left) {
        row.push({ text: piece, style });
        left -= cells;
        fresh = false;
        continue;
      }
      for (const one of graphemes(piece)) {
        const cell = graphemeWidth(one);
        if (cell > left) next();
        row.push({ text: one, style });
        left -= cell;
        fresh = false;
      }
    }
  }
  rows.push(row);
  return rows.map(joined);
}

/** `text` cut into rows of exactly `width` cells and less: every character is kept, nothing moves at spaces. */
export function cut(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = "";
  let left = width;
  for (const one of graphemes(text.replaceAll("\t", "    "))) {
    const cell = graphemeWidth(one);
    if (cell > left) {
      rows.push(row);
      row = "";
      left = width;
    }
    row += one;
    left -= cell;
  }
  return [...rows, row];
}

/** Neighbours of one style become one span. */
function joined(spans: Span[]): Span[] {
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last && last.style === span.style) out[out.length - 1] = { text: last.text + span.text, style: span.style };
    else out.push(span);
  }
  return out;
}

/** How many terminal cells text takes. Pure. */

/** Made at first use: it takes 6 ms. */
const made: { segments?: Intl.Segmenter } = {};

/** First and last code point of each wide block: Unicode 16 EastAsianWidth.txt, W and F, emoji left to their property. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

const ASCII = /^[\x20-\x7e]*$/;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u{1160}-\u{11ff}]+$/u;

function segments(text: string): Intl.Segments {
  return (made.segments ??= new Intl.Segmenter("en", { granularity: "grapheme" })).segment(text);
}

/** `text` as what a person sees as single characters. */
export function graphemes(text: string): string[] {
  return ASCII.test(text) ? text.split("") : Array.from(segments(text), (part) => part.segment);
}

/** Cells of one grapheme: 0, 1 or 2. A tab counts as 1: expand tabs first. */
export function graphemeWidth(grapheme: string): number {
  if (ASCII.test(grapheme)) return grapheme.length;
  if (ZERO.test(grapheme)) return 0;
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2;
  const point = grapheme.codePointAt(0)!;
  return WIDE.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}

/** Cells of a line without escape sequences. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return graphemes(text).reduce((sum, one) => sum + graphemeWidth(one), 0);
}

/** The longest start of `text` that fits into `cells`, with `…` as its last cell where something was cut. */
export function fit(text: string, cells: number): string {
  if (textWidth(text) <= cells) return text;
  const kept: string[] = [];
  let used = 0;
  for (const one of graphemes(text.slice(0, cells * 20))) {
    const width = graphemeWidth(one);
    if (used + width > cells - 1) break;
    kept.push(one);
    used += width;
  }
  return `${kept.join("")}…`;
}

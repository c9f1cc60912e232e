/** Untrusted text made fit for a terminal: what it holds is seen, and none of it acts. */

/** Code points that a terminal would hide, reorder or act on, apart from \n and \t. */
const UNSEEN =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\p{Cs}\p{Co}\p{Cn}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** Marks stacked on one letter beyond this number draw over the lines around it. */
const MARKS = 6;
const STACK = /\p{M}{7,}/gu;

const PICTURE = /^\p{Extended_Pictographic}$/u;

/**
 * `text` with every control, escape, bidirectional, zero-width, private or unassigned character shown as a
 * visible stand-in (`␛`, `⟨U+202E⟩`), so that escape sequences are read and not obeyed. \n and \t stay, \r\n
 * becomes \n, a lone \r becomes `␍`. Emoji joiners between two pictures stay. Linear in the length of `text`;
 * applying it twice changes nothing.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n")
    .replace(UNSEEN, (char, at: number, whole: string) => joinsPictures(char, at, whole) ? char : standIn(char))
    .replace(STACK, (marks) => [...marks].slice(0, MARKS).join("") + "⟨…⟩");
}

function standIn(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

function joinsPictures(char: string, at: number, whole: string): boolean {
  if (char !== "\u200d") return false;
  const before = whole.slice(Math.max(0, at - 4), at).replace(/(?:\ufe0f|[\u{1f3fb}-\u{1f3ff}])$/u, "");
  const next = whole.codePointAt(at + 1);
  return next !== undefined && PICTURE.test(String.fromCodePoint(next)) && PICTURE.test([...before].at(-1) ?? "");
}

const WORD = /[\p{L}\p{M}\p{N}_]{2,}/gu;
const LATIN = /\p{Script=Latin}/u;
const IMITATES = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}]/u;
const ODD_SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u;
const WIDE = /[\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u;

/**
 * Why `text` may not be what it looks like, one sentence each: characters that are not seen, words that mix
 * Latin with letters which imitate it, spaces and letters that only look like the plain ones. Empty = nothing found.
 */
export function disguises(text: string): string[] {
  const found: string[] = [];
  if (printable(text) !== text.replaceAll("\r\n", "\n")) found.push("it holds characters that a screen does not show");
  if (ODD_SPACE.test(text)) found.push("it holds spaces that are not the plain space");
  if (WIDE.test(text)) found.push("it holds letters that imitate plain ones");
  for (const [word] of text.matchAll(WORD)) {
    if (LATIN.test(word) && IMITATES.test(word)) {
      found.push(`it mixes alphabets in one word: ${word.slice(0, 40)}`);
      break;
    }
  }
  return found;
}

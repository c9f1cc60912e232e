/** Text made comparable without ever making two different things equal. Pure. */

const CLUSTER = /\P{M}\p{M}+/gu;
const CASED = /\p{Lu}/gu;
/** What no person types on purpose: controls, zero-width, bidirectional, private or unassigned characters. */
const UNTYPED =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;

/**
 * `text` with composed accents, lower case and single spaces. Only what is the same letter to a reader is made the same:
 * no compatibility forms (`ａ`, `𝐚`), no letters of other alphabets, no Kelvin sign for `k`; nothing invisible is dropped.
 */
export function plain(text: string): string {
  return text
    .replace(CLUSTER, (c) => {
      const base = String.fromCodePoint(c.codePointAt(0)!);
      return base.normalize("NFC") === base ? c.normalize("NFC") : c;
    })
    .replace(CASED, (c) => {
      const low = c.toLowerCase();
      return low.length === c.length && low.toUpperCase() === c ? low : c;
    })
    .replace(/[ \t\r\n]+/g, " ")
    .trim();
}

/** True if `text` holds characters that a screen does not show; such text is nobody's own words. */
export function holdsUntyped(text: string): boolean {
  return UNTYPED.test(text.replace(/[\t\n\r]/g, " "));
}

/**
 * Where `piece` stands in `text` as a whole, both `plain`: never as the middle, the head or the tail of a longer word,
 * address, path or number. `x.com` is not in `x.com.evil`, `a.txt` not in `old/a.txt`, `200` not in `1,200`.
 */
export function* standsIn(piece: string, text: string): Generator<number> {
  if (piece === "") return;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
    if (!continuesBefore(text, at) && !continuesAfter(text, at + piece.length, piece)) yield at;
  }
}

const WORDLIKE = /[\p{L}\p{M}\p{N}_]/u;

function continuesBefore(text: string, at: number): boolean {
  if (at === 0) return false;
  const before = text[at - 1];
  if (WORDLIKE.test(before) || /[\ud800-\udfff]/.test(before)) return true;
  if (before === "@" || before === "#") return at > 1 && !/[\s"'`([{<,;]/.test(text[at - 2]);
  if (before === "'" || before === "’") {
    return /[\p{L}\p{N}]{2}$/u.test(text.slice(Math.max(0, at - 3), at - 1)) && !/qu$/.test(text.slice(0, at - 1));
  }
  if (before === ",") return /\d/.test(text[at] ?? "") && /\d/.test(text[at - 2] ?? "");
  return /[-./\\:%+~&=*?^$|]/.test(before);
}

function continuesAfter(text: string, end: number, piece: string): boolean {
  const after = text[end] ?? "", next = text[end + 1] ?? "";
  if (after === "") return false;
  if (WORDLIKE.test(after) || /[\ud800-\udfff]/.test(after)) return true;
  if (after === "/") return WORDLIKE.test(next) || /[.*~/\\-]/.test(next);
  if (/[-@\\%+~&=*^#]/.test(after)) return true;
  if (/[.:?!]/.test(after)) return WORDLIKE.test(next) || /[/@]/.test(next);
  if (after === ",") return /\d$/.test(piece) && /\d/.test(next);
  return false;
}

/** Undoes what hides a secret within one text: invisible letters, look-alikes, escapes, pieces, spaces between letters. */
import { asWritten, rewritten, type View } from "./view.ts";

/** What a terminal obeys rather than shows: colours that a search puts in, NUL bytes of wide letters, lone CR. */
const CONTROL = /\x1b\[[0-9;:?]{0,40}[A-Za-z]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/;
const NOT_ASCII = /[^\x00-\x7f]/;
/** Letters that show nothing: Unicode's default ignorables, and direction marks. */
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8]|\udb40[\udc00-\uddef]/g;
/** Greek, Cyrillic, Armenian, Cherokee letters, punctuation, letter-like, enclosed and full-width forms, mathematical letters. */
const ALIEN =
  /[\u00b2-\u00b9\u0251-\u02b8\u0370-\u03ff\u0400-\u052f\u0561-\u0587\u13a0-\u13ff\u1d00-\u1d9f\u2010-\u2015\u2018-\u201f\u2044\u2070-\u209c\u2100-\u218f\u2212\u2215\u24b6-\u24e9\ua4d0-\ua4ff\ufe58-\ufe6f\uff01-\uff5e]|\ud835[\udc00-\udfff]/g;

/** Unicode's confusables (UTS 39, confusables.txt 16.0), those that look like one ASCII letter; others go by NFKC. */
const ALIKE = new Map<string, string>([
  ..."аa вB сc ԁd еe һh іi јj кk ӏl мM нH оo рp ԛq гr ѕs тT уy хx ѵv ԝw АA ВB СC ЕE НH ІI ЈJ КK МM ОO РP ЅS ТT ХX УY ԌG ԚQ ԜW Ѵv бb пn зʒ ьb"
    .split(" "),
  ..."αa βB γy εe ζz ηn ιi κk νv οo ρp σo τt υu χx ωw ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϲc ϳj".split(" "),
  ..."ոn սu օo հh ցg զq ƿp ᴀA ʙB ᴄc ᴅD ᴇE ɢG ʜH ɪI ᴊJ ᴋK ʟL ᴍM ɴN ᴏo ᴘP ʀR ꜱS ᴛT ᴜu ᴠv ᴡw ʏY ᴢz ɡg ɑa ıi ᎪA ᏴB ᏟC ᎬE ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏃZ"
    .split(" "),
  ..."‐- ‑- ‒- –- —- −- ‘' ’' “\" ”\" ⁄/ ∕/".split(" "),
].map((pair) => [pair[0], pair.slice(1)]));

function plain(letter: string): string | null {
  const alike = ALIKE.get(letter);
  if (alike !== undefined) return alike;
  const folded = letter.normalize("NFKC");
  return folded !== letter && /^[\x21-\x7e]+$/.test(folded) ? folded : null;
}

const ESCAPE =
  /(?:%[0-9A-Fa-f]{2})+|\\u00[0-9A-Fa-f]{2}|\\u\{[0-9A-Fa-f]{1,5}\}|\\x[0-9A-Fa-f]{2}|\\[01][0-7]{2}|&#(?:\d{1,5}|x[0-9A-Fa-f]{1,4});|&(?:amp|quot|apos|lt|gt|colon|equals|lowbar);/g;
const MAYBE_ESCAPE = /%[0-9A-Fa-f]{2}|\\[ux01]|&[#aqlgce]/;
const ENTITIES: Record<string, string> = {
  amp: "&",
  quot: '"',
  apos: "'",
  lt: "<",
  gt: ">",
  colon: ":",
  equals: "=",
  lowbar: "_",
};

function unescaped(escape: string): string | null {
  if (escape[0] === "%") {
    const bytes = Uint8Array.fromHex(escape.replaceAll("%", ""));
    return new TextDecoder().decode(bytes);
  }
  const digits = escape.replace(/[\\ux{};&#]/g, "");
  const entity = ENTITIES[escape.slice(1, -1)];
  if (entity !== undefined) return entity;
  const octal = /^\\[01]/.test(escape);
  const code = parseInt(digits, octal ? 8 : escape.startsWith("&#") && !escape.startsWith("&#x") ? 10 : 16);
  return code >= 32 && code < 0x10000 ? String.fromCharCode(code) : null;
}

/** Between two quoted pieces: `" + "`, `' . '`, `"" ""`, `", "`; an empty quotation or a stroke within a shell word. */
const JOINT =
  /(?<=[\w+\/=.$:-])(?:\\?["'`]\s{0,40}(?:[+.&,]|\|\||\.\.|<>|~)?(?:\s{0,40}\\)?(?:[ \t]{0,40}\r?\n[+>|#*][ \t]{0,40}|\s{0,40})[bfru]?\\?["'`]|\\(?![nrtbfuvx0-9]))(?=[\w+\/=.$:-])/g;
const MAYBE_JOINT = /["'`][\s+.&,|<>~#*\\]{0,40}[bfru]?\\?["'`]|\w\\[\w.-]/;

const SPACED = /(?<![^\s"'`:=([])(?:[A-Za-z0-9_.\/+-](?:[ \t|,·]|[ ]{2})){15,4000}[A-Za-z0-9_.\/+-](?![A-Za-z0-9])/g;
const SEPARATED = /(?<![A-Za-z0-9])(?:(?:[\w.=-]\.){15,4000}|(?:[\w.=-]-){15,4000})[\w=](?![A-Za-z0-9])/g;

/** `text` in plain letters, escapes undone up to twice; null where that changes nothing. */
export function plainView(text: string): View | null {
  let view = asWritten(text);
  if (CONTROLS.test(text)) view = rewritten(view, CONTROL, () => "");
  if (NOT_ASCII.test(text)) {
    view = rewritten(view, INVISIBLE, () => "");
    view = rewritten(view, ALIEN, plain);
  }
  for (let round = 0; round < 3 && MAYBE_ESCAPE.test(view.text); round++) {
    const next = rewritten(view, ESCAPE, unescaped);
    if (next === view) break;
    view = next;
  }
  return view.places === null ? null : view;
}

/** `view` with its quoted pieces put together; null where there are none. */
export function joinedView(view: View): View | null {
  if (!MAYBE_JOINT.test(view.text)) return null;
  const joined = rewritten(view, JOINT, () => "");
  return joined === view ? null : joined;
}

/** `view` without what stands between single letters; null where no row of such letters is. */
export function closedView(view: View): View | null {
  const closed = rewritten(
    rewritten(view, SPACED, (row) => row.replace(/[ \t|,·]+/g, "")),
    SEPARATED,
    (row) => row.replace(/([^])[^]/g, "$1"),
  );
  return closed === view ? null : closed;
}

/** A sentence cut into words and the things that are not words: paths, globs, quoted text, numbers, sizes. */

export type TokenKind = "word" | "path" | "glob" | "quoted" | "number" | "size" | "ref" | "break";

/** `raw` as typed; `word` in lower case without possessive; `value` of a number, or bytes of a size. */
export type Token = { kind: TokenKind; raw: string; word: string; start: number; end: number; value?: number };

/** Bytes of one unit; decimal prefixes are powers of 1000, `i` prefixes of 1024 (IEC 80000-13). */
const UNITS: Record<string, number> = {
  b: 1,
  byte: 1,
  bytes: 1,
  k: 1e3,
  kb: 1e3,
  kilobytes: 1e3,
  kilobyte: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  meg: 1e6,
  megs: 1e6,
  megabyte: 1e6,
  megabytes: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gig: 1e9,
  gigs: 1e9,
  gigabyte: 1e9,
  gigabytes: 1e9,
  gib: 2 ** 30,
  tb: 1e12,
  terabyte: 1e12,
  terabytes: 1e12,
};

const NUMBERS = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen " +
  "eighteen nineteen twenty"
).split(" ");
const MORE_NUMBERS: Record<string, number> = {
  dozen: 12,
  thirty: 30,
  forty: 40,
  fifty: 50,
  hundred: 100,
  couple: 2,
  few: 3,
};

const QUOTES: Record<string, string> = { '"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»" };

/** Two halves of a phrase that a slash joins, not a path. */
const SLASHED = /^(and\/or|read\/write|yes\/no|files\/folders|file\/folder|files\/directories|w\/o?|date\/time)$/i;

/** The number that `word` spells, or null. */
function numberOf(word: string): number | null {
  if (/^\d{1,9}$/.test(word)) return Number(word);
  const spelled = NUMBERS.indexOf(word);
  return spelled > 0 ? spelled : MORE_NUMBERS[word] ?? null;
}

function classify(raw: string, start: number): Token {
  const end = start + raw.length;
  const plain = { raw, word: raw.toLowerCase(), start, end };
  if (/[*{}]|\?./.test(raw) && /[*]/.test(raw)) return { ...plain, kind: "glob" };
  const size = /^(\d+(?:\.\d+)?)([a-z]{1,9})$/i.exec(raw);
  if (size && UNITS[size[2].toLowerCase()]) {
    return { ...plain, kind: "size", value: Math.round(Number(size[1]) * UNITS[size[2].toLowerCase()]) };
  }
  const number = numberOf(plain.word);
  if (number !== null) return { ...plain, kind: "number", value: number };
  if (/^(?=.*\d)(?=.*[a-f])[0-9a-f]{7,40}$/.test(raw) || /^HEAD([~^]\d*)*$/.test(raw)) return { ...plain, kind: "ref" };
  if (/^\d+(st|nd|rd|th)$|^\d{4}-\d\d-\d\d$|^\d{1,2}[:.]\d\d([ap]m)?$|^\d{1,2}\/\d{1,2}(\/\d{2,4})?$/i.test(raw)) {
    return { ...plain, kind: "word" };
  }
  const slashed = raw.includes("/") && !SLASHED.test(raw) && !/^[a-z]+:\/\//i.test(raw);
  const dotted = /^[\w@+-][\w@+.-]*\.[A-Za-z][\w-]{0,11}$/.test(raw) || /^\.[\w-][\w.-]*$/.test(raw);
  if (/^www\.|^[\w-]+\.(com|org|net|io|gov|edu)$/i.test(raw)) return { ...plain, kind: "word" };
  if (slashed || (dotted && !/^(e\.g|i\.e|node\.js|etc)\.?$/i.test(raw)) || /^\.{1,2}$/.test(raw) || raw === "~") {
    return { ...plain, kind: "path" };
  }
  const word = plain.word.replace(/(?<!^(?:what|who|where|when|how|there|that|it|here|let))['’]s$/, "").replace(
    /['’]/g,
    "",
  );
  return { ...plain, kind: "word", word };
}

/** Cuts `text` into tokens, left to right; `start` and `end` are offsets into it. Commas and semicolons are breaks. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const blank = /^[\s!?()[\]…]+/.exec(rest) ?? /^\.+(?=\s|$)(?<!\s\.)/.exec(rest);
    if (blank && !/^\.{1,2}(\s|$)/.test(rest)) {
      at += blank[0].length;
      continue;
    }
    const close = QUOTES[rest[0]];
    const until = close ? rest.indexOf(close, 1) : -1;
    if (until > 1) {
      const raw = rest.slice(1, until);
      tokens.push({ kind: "quoted", raw, word: raw.toLowerCase(), start: at, end: at + until + 1 });
      at += until + 1;
      continue;
    }
    if (/^[,;:](\s|$)/.test(rest) || /^[—–-]\s/.test(rest)) {
      tokens.push({ kind: "break", raw: rest[0], word: rest[0], start: at, end: at + 1 });
      at += 1;
      continue;
    }
    const piece = /^[^\s"`“”«»]+/.exec(rest)?.[0] ?? rest[0];
    const raw = trimmed(piece);
    if (raw !== "") tokens.push(classify(raw, at + piece.indexOf(raw)));
    // A comma that clings to a word still ends its phrase.
    if (raw !== "" && /[,;:]$/.test(piece)) {
      tokens.push({ kind: "break", raw: ",", word: ",", start: at + piece.length - 1, end: at + piece.length });
    }
    at += piece.length;
  }
  return joinedSizes(tokens);
}

/** `piece` without the punctuation that ends a clause; a lone "." is the current folder. */
function trimmed(piece: string): string {
  if (/^\.{1,2}\/?$/.test(piece)) return piece;
  return piece.replace(/^[([]+/, "").replace(/[,;:!?)\].…]+$/, "").replace(/^-+(?=$)/, "");
}

/** "10 MB" as one size token. */
function joinedSizes(tokens: Token[]): Token[] {
  const out: Token[] = [];
  for (const token of tokens) {
    const before = out.at(-1);
    const unit = token.kind === "word" ? UNITS[token.word] : undefined;
    const amount = before?.kind === "number"
      ? before.value
      : /^\d{1,9}\.\d{1,3}$/.test(before?.raw ?? "")
      ? Number(before!.raw)
      : undefined;
    if (before && amount !== undefined && unit !== undefined && (token.word.length > 1 || token.word === "b")) {
      out.pop();
      out.push({
        ...before,
        kind: "size",
        raw: `${before.raw} ${token.raw}`,
        end: token.end,
        value: Math.round(amount * unit),
      });
    } else out.push(token);
  }
  return out;
}

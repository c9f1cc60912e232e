/** Text inside base64 and hexadecimal, also inside that again. */

const BASE64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,100000}={0,2}/g;
const HEX = /(?<![A-Za-z0-9])(?:0x|\\x)?[0-9a-fA-F]{24,100000}(?![A-Za-z0-9])/g;
/** As a dump writes it: `67 68 70 5f`, `67:68:70`, `0x67, 0x68`. */
const HEX_ROW = /(?<![A-Za-z0-9])(?:(?:0x)?[0-9a-fA-F]{2}(?:, ?|[ :-])){11,30000}(?:0x)?[0-9a-fA-F]{2}(?![A-Za-z0-9])/g;
const BASE32 = /(?<![A-Za-z0-9])[A-Z2-7]{40,20000}={0,6}(?![A-Za-z0-9])/g;
const READABLE = /^[\t\n\r\x20-\x7e\x80-\uffff]*$/;

export type Hidden = { start: number; end: number; text: string; kind: "base64" | "hex" | "base32" };

/** Every piece of `text` that decodes to readable text of eight characters or more. */
export function hiddenTexts(text: string): Hidden[] {
  const out: Hidden[] = [];
  const take = (pattern: RegExp, kind: Hidden["kind"], decode: (piece: string) => string | null) => {
    for (const match of text.matchAll(pattern)) {
      const decoded = decode(match[0]);
      if (decoded === null || decoded.length < 8) continue;
      out.push({ start: match.index, end: match.index + match[0].length, text: decoded, kind });
    }
  };
  take(BASE64, "base64", fromBase64);
  take(HEX, "hex", fromHex);
  if (MAYBE_ROW.test(text)) take(HEX_ROW, "hex", fromHex);
  take(BASE32, "base32", fromBase32);
  return out;
}

const MAYBE_ROW = /[0-9a-fA-F]{2}[ :,-] ?(?:0x)?[0-9a-fA-F]{2}[ :,-] ?(?:0x)?[0-9a-fA-F]{2}[ :,-]/;

const VALUES = new Uint8Array(128).fill(255);
for (const [at, letter] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  VALUES[letter.charCodeAt(0)] = at;
}
VALUES[45] = 62;
VALUES[95] = 63;

const printable = (byte: number) => byte >= 32 && byte < 127 || byte === 9 || byte === 10 || byte === 13;

/** True if the first twelve characters decode to nine bytes of ASCII: cheap, and rarely true of anything else. */
function beginsReadable(token: string): boolean {
  for (let i = 0; i + 4 <= 12; i += 4) {
    const bits = VALUES[token.charCodeAt(i)] << 18 | VALUES[token.charCodeAt(i + 1)] << 12 |
      VALUES[token.charCodeAt(i + 2)] << 6 | VALUES[token.charCodeAt(i + 3)];
    if (!printable(bits >> 16 & 255) || !printable(bits >> 8 & 255) || !printable(bits & 255)) return false;
  }
  return true;
}

function fromBase64(token: string): string | null {
  if (!beginsReadable(token)) return null;
  const plain = token.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  try {
    return readable(Uint8Array.fromBase64(plain.slice(0, plain.length % 4 === 1 ? -1 : undefined)));
  } catch {
    return null;
  }
}

function fromHex(token: string): string | null {
  const digits = token.replace(/0x|\\x|[^0-9a-fA-F]/g, "");
  for (let i = 0; i < 12; i += 2) if (!printable(parseInt(digits.slice(i, i + 2), 16))) return null;
  return readable(Uint8Array.fromHex(digits.slice(0, digits.length & ~1)));
}

const BASE32_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648, section 6. */
function fromBase32(token: string): string | null {
  const bytes: number[] = [];
  let bits = 0, held = 0;
  for (const letter of token.replace(/=+$/, "")) {
    bits = bits << 5 | BASE32_LETTERS.indexOf(letter);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    const byte = bits >> held & 255;
    bits &= (1 << held) - 1;
    if (!printable(byte)) return null;
    bytes.push(byte);
  }
  return String.fromCharCode(...bytes.slice(0, 10_000));
}

function readable(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return READABLE.test(text) ? text : null;
  } catch {
    // A cut in the middle of a letter, or no text: what can be read so far must do.
    const text = new TextDecoder().decode(bytes);
    const end = text.indexOf("\ufffd");
    return end >= 16 && READABLE.test(text.slice(0, end)) ? text.slice(0, end) : null;
  }
}

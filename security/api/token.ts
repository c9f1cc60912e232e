/** The token of the API: whoever can read its file is the owner, and nobody else, on this machine too. */
import { createHash, timingSafeEqual } from "node:crypto";

const BYTES = 32;
const FORM = /^[A-Za-z0-9_-]{43}\n?$/;

export type Token = {
  /** Takes the same time whatever is wrong with it. */
  matches(given: string): boolean;
};

/**
 * The token in the file `path`, made (0600, 256 random bits) if there is none. Throws if others may read the file, if it is
 * not this user's own plain file, or if it does not hold a token.
 */
export function openToken(path: string): Token {
  const text = read(path) ?? make(path);
  if (!FORM.test(text)) throw new TypeError(`Cannot use the token in ${path}: it holds none; remove the file`);
  return tokenOf(text.trim());
}

/** The token `text` itself, for a client of this machine and for tests. */
export function tokenOf(text: string): Token {
  const kept = hash(text);
  return { matches: (given) => timingSafeEqual(hash(given), kept) };
}

function hash(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function read(path: string): string | null {
  try {
    const stat = Deno.lstatSync(path);
    const others = stat.mode !== null && (stat.mode & 0o077) !== 0;
    if (!stat.isFile || others) {
      throw new TypeError(`Cannot use the token in ${path}: others may read it, or it is no file`);
    }
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function make(path: string): string {
  const text = `${
    crypto.getRandomValues(new Uint8Array(BYTES)).toBase64({ alphabet: "base64url", omitPadding: true })
  }\n`;
  try {
    Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o600 });
    return text;
  } catch (error) {
    // Another process made it meanwhile.
    if (error instanceof Deno.errors.AlreadyExists) return Deno.readTextFileSync(path);
    throw error;
  }
}

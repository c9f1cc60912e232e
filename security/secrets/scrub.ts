/** Takes secrets out of text before a model, a log or a screen sees it. */
import { findKnown, type Known } from "./known.ts";
import { type Stand, standUnder } from "./placeholder.ts";
import { isSecretName } from "./secret_name.ts";
import { type ScrubStream, scrubStream } from "./scrub_stream.ts";
import { isValue } from "./stand_in.ts";
import type { SecretVault } from "./vault.ts";

export type Scrub = {
  /** `text` with every secret replaced by its placeholder. */
  text(text: string): string;
  /** The same for every string inside a JSON value, keys too. */
  value(value: unknown): unknown;
  /** True if `text`, a URL or other words that would leave the machine, holds a known value of 8 characters or more, in whatever letters and encoding. A shorter one may be any word. */
  holdsKnown(text: string): boolean;
  /** For text that comes in pieces: a secret cut between two pieces is still found. `push` may hold bytes back, `end` gives the rest. */
  stream(): ScrubStream;
};

/** Characters from which on a known value is no everyday word: `EMPTY` and `token` are keys of some servers. */
const TELLING = 8;

export type ScrubOptions = {
  known: readonly Known[];
  /** Keeps the values behind the placeholders, and knows those that it was told to watch. */
  vault?: SecretVault;
  /** Makes the placeholders where there is no vault; absent: under a key of this process, so that they lead nowhere. */
  stand?: Stand;
};

const OWN_KEY = crypto.getRandomValues(new Uint8Array(32));

/**
 * A scrub that knows the shapes of `formats/`, values given to secret names, private keys, and the values of
 * `known` in their usual encodings. `text` is `stream` in one piece, so both always give the same. Linear time.
 */
export function createScrub({ known, vault, stand = vault?.stand ?? standUnder(OWN_KEY) }: ScrubOptions): Scrub {
  const given = findKnown(known);
  const find = vault === undefined ? given : (text: string) => [...given(text), ...vault.known(text)];
  const stream = () => scrubStream(find, stand);
  const text = (value: string) => {
    const whole = stream();
    return whole.push(value) + whole.end();
  };
  const value = (given: unknown, name = ""): unknown => {
    if (typeof given === "string") {
      if (given === "") return given;
      return isSecretName(name) && given.length > 2 && isValue(given)
        ? stand("password", given, given.length)
        : text(given);
    }
    if (Array.isArray(given)) return given.map((inner) => value(inner, name));
    if (given === null || typeof given !== "object") return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [text(key), value(inner, key)]));
  };
  const telling = known.map((one) => typeof one === "string" ? one : one.value).filter((one) => one.length >= TELLING);
  const [findTelling, findFolded] = [findKnown(telling), findKnown(telling.map((one) => one.toLowerCase()))];
  const watched = (text: string) => vault?.known(text).some(([start, end]) => end - start >= TELLING) ?? false;
  const holdsKnown = (given: string) =>
    decodings(given).some((one) =>
      findTelling(one).length > 0 || findFolded(one.toLowerCase()).length > 0 || watched(one)
    );
  return { text, value: (given) => value(given), holdsKnown, stream };
}

/** `text` as it is and as servers may decode it, up to three times. */
function decodings(text: string): string[] {
  const out = [text];
  for (let round = 0; round < 3; round++) {
    const plain = out.at(-1)!.replaceAll("+", " ").replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
      const bytes = Uint8Array.from(codes.slice(1).split("%"), (code) => parseInt(code, 16));
      return new TextDecoder().decode(bytes);
    });
    if (plain === out.at(-1)) break;
    out.push(plain);
  }
  return out;
}

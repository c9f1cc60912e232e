/** Takes secrets out of text before a model, a log or a screen sees it. */
import { isSecretName } from "./assignment.ts";
import { isValue, LONGEST_SECRET } from "./detectors.ts";
import { findSecrets } from "./find_secrets.ts";
import { type FindKnown, findKnown } from "./known.ts";
import { KEY_BEGINS, keyExtent } from "./private_key.ts";

export type Scrub = {
  /** `text` with every secret replaced by `[secret: KIND]`. */
  text(text: string): string;
  /** The same for every string inside a JSON value, keys too. */
  value(value: unknown): unknown;
  /** True if `text`, a URL or other words that would leave the machine, holds a known value of 8 characters or more, in whatever letters and encoding. A shorter one may be any word. */
  holdsKnown(text: string): boolean;
  /** For text that comes in pieces: a secret cut between two pieces is still found. `push` may hold bytes back, `end` gives the rest. */
  stream(): { push(piece: string): string; end(): string };
};

/** Characters without a line break that are held back at most, and those of them that the next look sees again. */
const WINDOW = 65_536;
/** Characters from which on a known value is no everyday word: `EMPTY` and `token` are keys of some servers. */
const TELLING = 8;
const OVERLAP = 2 * LONGEST_SECRET + 512;

/**
 * A scrub that knows the shapes of `detectors.ts`, values given to secret names, private keys, and the values of
 * `known` in their usual encodings. `text` is `stream` in one piece, so both always give the same. Linear time.
 */
export function createScrub({ known }: { known: readonly string[] }): Scrub {
  const find = findKnown(known);
  const stream = () => scrubStream(find);
  const text = (value: string) => {
    const whole = stream();
    return whole.push(value) + whole.end();
  };
  const value = (given: unknown, name = ""): unknown => {
    if (typeof given === "string") {
      return isSecretName(name) && given.length > 2 && isValue(given) ? "[secret: password]" : text(given);
    }
    if (Array.isArray(given)) return given.map((inner) => value(inner, name));
    if (given === null || typeof given !== "object") return given;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [text(key), value(inner, key)]));
  };
  const telling = known.filter((one) => one.length >= TELLING);
  const [findTelling, findFolded] = [findKnown(telling), findKnown(telling.map((one) => one.toLowerCase()))];
  const holdsKnown = (given: string) =>
    decodings(given).some((one) => findTelling(one).length > 0 || findFolded(one.toLowerCase()).length > 0);
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

/**
 * Works line by line. Where a line is cut depends only on the characters since its beginning, never on how the
 * text came in pieces.
 */
function scrubStream(known: FindKnown): ReturnType<Scrub["stream"]> {
  const state = { held: "", inKey: false };

  /** Takes what is complete off the front of `held`; `last` = nothing follows. */
  const take = (last: boolean): string => {
    const out: string[] = [];
    let at = 0;
    while (at < state.held.length) {
      const newline = state.held.indexOf("\n", at);
      const lineEnd = newline < 0 ? state.held.length : newline;
      if (lineEnd - at >= WINDOW) {
        const cut = scrubLine(state.held.slice(at, at + WINDOW), WINDOW - OVERLAP);
        out.push(cut.text);
        at += cut.used;
      } else if (newline >= 0) {
        const ended = newline > at && state.held[newline - 1] === "\r" ? newline - 1 : newline;
        out.push(scrubLine(state.held.slice(at, ended), Infinity).text, state.held.slice(ended, newline + 1));
        at = newline + 1;
      } else if (last) {
        out.push(scrubLine(state.held.slice(at), Infinity).text);
        at = state.held.length;
      } else break;
    }
    state.held = state.held.slice(at);
    return out.join("");
  };

  /** `line` scrubbed up to `limit`, or up to the end of the secret that lies across it. */
  const scrubLine = (line: string, limit: number): { text: string; used: number } => {
    const out: string[] = [];
    let at = 0;
    while (at < line.length && at < limit) {
      const begins = beginsAfter(line, at);
      if (state.inKey) {
        const { end, closed } = keyExtent(line.slice(at, begins.start));
        state.inKey = end > 0 && !closed;
        at += end;
        continue;
      }
      const from = at;
      for (const { start, end, kind } of findSecrets(line.slice(at, begins.start), known)) {
        if (from + start >= limit) break;
        out.push(line.slice(at, from + start), `[secret: ${kind}]`);
        at = from + end;
      }
      if (begins.start >= limit && line.length > limit) {
        const used = Math.max(at, limit);
        out.push(line.slice(at, used));
        return { text: out.join(""), used };
      }
      out.push(line.slice(at, begins.start));
      at = begins.end;
      if (begins.start === line.length) break;
      const after = line.slice(at, beginsAfter(line, at).start);
      const { end, closed } = keyExtent(after);
      const isKey = end > 0 || after.trim() === "";
      out.push(isKey ? "[secret: private key]" : line.slice(begins.start, begins.end));
      state.inKey = isKey && !closed;
      at += end;
    }
    return { text: out.join(""), used: at };
  };

  return {
    push(piece) {
      state.held += piece;
      return piece.includes("\n") || state.held.length >= WINDOW ? take(false) : "";
    },
    end: () => take(true),
  };
}

/** The next beginning of a private key at or after `at`; both ends are the line's end where there is none. */
function beginsAfter(line: string, at: number): { start: number; end: number } {
  KEY_BEGINS.lastIndex = at;
  const match = KEY_BEGINS.exec(line);
  return match ? { start: match.index, end: match.index + match[0].length } : { start: line.length, end: line.length };
}

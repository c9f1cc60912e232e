/** Looks for secrets in what goes out, where it can be read. */
import { findSecrets } from "../../secrets/find_secrets.ts";
import { LONGEST_SECRET } from "../../secrets/shapes.ts";
import { PLACEHOLDERS } from "../../secrets/placeholder.ts";
import { KEY_BEGINS } from "../../secrets/private_key.ts";
import { createScrub } from "../../secrets/scrub.ts";
import { CloseUp } from "./close_up.ts";
import { type Header, textOfLatin1 } from "./head.ts";

export type Leaks = {
  /** Throws `CloseUp` 403 if the first line or a header field holds a secret. */
  head(target: string, headers: readonly Header[]): void;
  /** A body that goes on only as far as it was looked at. Both throw `CloseUp` 403. */
  body(): { push(bytes: Uint8Array): Uint8Array; end(): Uint8Array };
  /** For bytes that cannot wait. Throws before the last byte of a known value has gone. */
  stream(): (bytes: Uint8Array) => Uint8Array;
};

/** Characters that are seen again with what follows them. */
const OVERLAP = 2 * LONGEST_SECRET + 512;
/** Bytes that are gathered before they are looked at. */
const GATHERED = 4 * OVERLAP;
/** Of a stream that cannot wait. */
const STREAM_OVERLAP = 8192;

const noneKnown = () => [];

/** Looks for `known` values of 8 characters or more in whatever spelling, and for what has the form of a secret. */
export function createLeaks(known: readonly string[]): Leaks {
  const scrub = createScrub({ known: known.flatMap((value) => [value, asLatin1(value)]) });

  function look(text: string, allow: readonly string[] = []): void {
    if (scrub.holdsKnown(text)) throw new CloseUp(403, "it holds a secret that harombe knows");
    const plain = text.replace(PLACEHOLDERS, "<placeholder>");
    if (plain.search(KEY_BEGINS) >= 0) throw new CloseUp(403, "it holds a private key");
    for (const line of plain.split(/[\r\n]+/)) {
      const found = findSecrets(line, noneKnown).find(({ kind }) => !allow.includes(kind));
      if (found !== undefined) throw new CloseUp(403, `it holds what looks like a secret (${found.kind})`);
    }
  }

  return {
    head(target, headers) {
      look(target);
      const decoded = unescaped(target);
      if (decoded !== target) look(decoded);
      // A run begins without cookies: what it has, a server gave it.
      for (const [name, value] of headers) look(`${name}: ${value}`, /^cookie$/i.test(name) ? ["cookie"] : []);
    },
    body() {
      const state = { held: new Uint8Array() as Uint8Array, seen: 0 };
      return {
        push(bytes) {
          state.held = joined(state.held, bytes);
          if (state.held.length - state.seen < GATHERED) return new Uint8Array();
          look(textOfLatin1(state.held));
          const out = state.held.subarray(0, state.held.length - OVERLAP);
          state.held = state.held.subarray(out.length);
          state.seen = state.held.length;
          return out;
        },
        end() {
          if (state.held.length > state.seen) look(textOfLatin1(state.held));
          return state.held;
        },
      };
    },
    stream() {
      if (known.length === 0) return (bytes) => bytes;
      const state = { tail: "" };
      return (bytes) => {
        const text = state.tail + textOfLatin1(bytes);
        if (scrub.holdsKnown(text)) throw new CloseUp(403, "it holds a secret that harombe knows");
        state.tail = text.slice(-STREAM_OVERLAP);
        return bytes;
      };
    },
  };
}

function asLatin1(value: string): string {
  return textOfLatin1(new TextEncoder().encode(value));
}

function unescaped(text: string): string {
  return text.replaceAll("+", " ").replace(
    /%[0-9a-f]{2}/gi,
    (code) => String.fromCharCode(parseInt(code.slice(1), 16)),
  );
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

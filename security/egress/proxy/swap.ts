/** Secrets that a run uses without having them: put in on the way out, taken out on the way back. Pure. */
import type { Swap } from "../egress.ts";
import { findKnown } from "../../secrets/known.ts";
import { CloseUp } from "./close_up.ts";
import { type Header, latin1, textOfLatin1 } from "./head.ts";
import { bindsPath, type Wish } from "./verdict.ts";

/**
 * `headers` with the value in the place of each placeholder that is bound to this header of this request. Only for a
 * `host` whose certificate was proven. Every other placeholder stays what it is; `used` are those that did not. Throws
 * `CloseUp` for a value that would break the header.
 */
export function swapped(
  headers: readonly Header[],
  { host, wish, swaps }: { host: string; wish: Wish; swaps: readonly Swap[] },
): { headers: Header[]; used: string[] } {
  const bound = swaps.filter((swap) =>
    swap.host.toLowerCase() === host && swap.methods.some((method) => method === wish.method) &&
    bindsPath(swap.path, wish.path)
  );
  const used = new Set<string>();
  const filled = headers.map(([name, value]): Header => {
    const here = bound.filter((swap) => swap.header.toLowerCase() === name.toLowerCase());
    // Each place is filled once: a value that holds a placeholder brings in no other value.
    const parts = here.reduce<(string | Filled)[]>(
      (parts, swap) => parts.flatMap((part) => typeof part === "string" ? replaced(part, swap) : [part]),
      [value],
    );
    for (const part of parts) if (typeof part !== "string") used.add(part.placeholder);
    return [name, parts.map((part) => typeof part === "string" ? part : part.value).join("")];
  });
  return { headers: filled, used: [...used] };
}

type Filled = { value: string; placeholder: string };

function replaced(text: string, { placeholder, value }: Swap): (string | Filled)[] {
  const pieces = text.split(placeholder);
  if (pieces.length > 1 && /[\r\n\0]/.test(value)) {
    throw new CloseUp(400, `the value of ${placeholder} has more than one line and fits no header`);
  }
  const plain = { placeholder, value: textOfLatin1(new TextEncoder().encode(value)) };
  return pieces.flatMap((piece, i) => i === 0 ? [piece] : [plain, piece]);
}

export type Mask = {
  text(text: string): string;
  /** For a body; holds back what may be the beginning of a value. */
  stream(): { push(bytes: Uint8Array): Uint8Array; end(): Uint8Array };
};

/** Bytes of an encoded value at most, as `findKnown` cuts it, and some more. */
const MOST_HELD = 8192;

/** Puts the placeholder back wherever the value of a swap comes from a server, also as the usual encodings write it. */
export function createMask(swaps: readonly Swap[]): Mask {
  const each = swaps.map(({ placeholder, value }) => ({
    placeholder,
    find: findKnown([value, textOfLatin1(new TextEncoder().encode(value))]),
  }));
  const longest = Math.max(0, ...swaps.map(({ value }) => value.length));
  const hold = Math.min(MOST_HELD, 6 * longest + 16);

  /** Every place of a value in `text`, first come, not overlapping. */
  function placesIn(text: string): { start: number; end: number; placeholder: string }[] {
    const all = each.flatMap(({ placeholder, find }) =>
      find(text).map(([start, end]) => ({ start, end, placeholder }))
    );
    all.sort((a, b) => a.start - b.start || b.end - a.end);
    const kept: typeof all = [];
    for (const place of all) if (place.start >= (kept.at(-1)?.end ?? 0)) kept.push(place);
    return kept;
  }

  function masked(text: string, places: ReturnType<typeof placesIn>): string {
    const out: string[] = [];
    let at = 0;
    for (const { start, end, placeholder } of places) {
      out.push(text.slice(at, start), placeholder);
      at = end;
    }
    return out.join("") + text.slice(at);
  }

  return {
    text: (text) => masked(text, placesIn(text)),
    stream() {
      const state = { held: "" };
      const take = (cut: number, places: ReturnType<typeof placesIn>): Uint8Array => {
        const whole = places.filter(({ end }) => end <= cut);
        const out = masked(state.held.slice(0, cut), whole);
        state.held = state.held.slice(cut);
        return latin1(out);
      };
      return {
        push(bytes) {
          state.held += textOfLatin1(bytes);
          if (state.held.length < 2 * hold) return new Uint8Array();
          const places = placesIn(state.held);
          const cut = state.held.length - hold;
          const across = places.find(({ start, end }) => start < cut && end > cut);
          return take(across?.start ?? cut, places);
        },
        end: () => take(state.held.length, placesIn(state.held)),
      };
    },
  };
}

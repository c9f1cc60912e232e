/** Reading by measure instead of by piece. */
import type { Pipe } from "./pipe.ts";

export type Buffered = {
  /** At least `count` bytes, left where they are; fewer only at the end. */
  peek(count: number): Promise<Uint8Array>;
  /** Exactly `count` bytes; null if the end comes first. */
  take(count: number): Promise<Uint8Array | null>;
  /** Up to `most` bytes that are there; null at the end. */
  some(most: number): Promise<Uint8Array | null>;
  /** Up to and with `mark`; null at the end. Throws `RangeError` if it does not come within `most` bytes. */
  until(mark: Uint8Array, most: number): Promise<Uint8Array | null>;
  /** What was read ahead, and then the pipe itself. Nothing else may be asked for after this. */
  rest(): Uint8Array;
};

/** Reads `pipe`. */
export function buffered(pipe: Pick<Pipe, "read">): Buffered {
  const state = { held: new Uint8Array() as Uint8Array, ended: false };

  async function more(): Promise<boolean> {
    if (state.ended) return false;
    const bytes = await pipe.read();
    if (bytes === null) {
      state.ended = true;
      return false;
    }
    const joined = new Uint8Array(state.held.length + bytes.length);
    joined.set(state.held);
    joined.set(bytes, state.held.length);
    state.held = joined;
    return true;
  }

  function taken(count: number): Uint8Array {
    const bytes = state.held.subarray(0, count);
    state.held = state.held.subarray(count);
    return bytes;
  }

  return {
    async peek(count) {
      while (state.held.length < count && await more());
      return state.held;
    },
    async take(count) {
      while (state.held.length < count) if (!await more()) return null;
      return taken(count);
    },
    async some(most) {
      if (state.held.length === 0) {
        if (state.ended) return null;
        const bytes = await pipe.read();
        if (bytes === null) {
          state.ended = true;
          return null;
        }
        state.held = bytes;
      }
      return taken(Math.min(most, state.held.length));
    },
    async until(mark, most) {
      for (let from = 0;;) {
        const at = indexOf(state.held, mark, from);
        if (at >= 0 && at + mark.length <= most) return taken(at + mark.length);
        if (at >= 0 || state.held.length >= most) throw new RangeError(`Cannot read on: more than ${most} bytes`);
        from = Math.max(0, state.held.length - mark.length + 1);
        if (!await more()) return null;
      }
    },
    rest: () => taken(state.held.length),
  };
}

function indexOf(bytes: Uint8Array, mark: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(mark[0], from); at >= 0; at = bytes.indexOf(mark[0], at + 1)) {
    if (at + mark.length > bytes.length) return -1;
    if (mark.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

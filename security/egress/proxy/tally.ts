/** What goes through a connection, counted, and the patience with it when nothing does. */
import type { Pipe } from "./pipe.ts";

export type Tally = { up: number; down: number };

/** `pipe` to a server with its bytes counted in `tally`; each is reported to `passed`, which may throw to end it. */
export function counted(pipe: Pipe, tally: Tally, passed: (bytes: number, way: keyof Tally) => void): Pipe {
  return {
    ...pipe,
    async read() {
      const bytes = await pipe.read();
      if (bytes !== null) {
        tally.down += bytes.length;
        passed(bytes.length, "down");
      }
      return bytes;
    },
    async write(bytes) {
      tally.up += bytes.length;
      passed(bytes.length, "up");
      await pipe.write(bytes);
    },
  };
}

/** Calls `over` once, when for `ms` milliseconds nobody called `touch`. */
export function patience(ms: number, over: () => void): { touch(): void; stop(): void } {
  const state = { touched: false };
  const timer = setInterval(() => {
    if (!state.touched) {
      clearInterval(timer);
      over();
    }
    state.touched = false;
  }, ms);
  return { touch: () => void (state.touched = true), stop: () => clearInterval(timer) };
}

/** How often something may happen: `burst` at once, then `perSecond`. `now` is in milliseconds. */
export function bucket({ burst, perSecond }: { burst: number; perSecond: number }, now: () => number): () => boolean {
  const state = { left: burst, at: now() };
  return () => {
    const time = now();
    state.left = Math.min(burst, state.left + (time - state.at) / 1000 * perSecond);
    state.at = time;
    if (state.left < 1) return false;
    state.left--;
    return true;
  };
}

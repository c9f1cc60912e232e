/** The one reader of a raw terminal. */
import type { Io } from "../io.ts";
import { createKeys, type Key } from "./keys.ts";

export type Keyboard = {
  /** The next key; null once the terminal is gone. Rejects with the signal's reason. One caller at a time. */
  next(signal: AbortSignal): Promise<Key | null>;
  /** Forgets keys that were typed and not taken yet. */
  discard(): void;
  /** While set, Ctrl-C goes to `heard` and not to `next`. Returns what ends it. */
  onInterrupt(heard: () => void): () => void;
  /** Gives the terminal back as it was. */
  close(): void;
};

/** Keys that wait at most; more are dropped, oldest first. */
const MOST_WAITING = 10_000;

/** Makes the terminal raw with bracketed paste and starts to read it. `io.stdin` and `io.stdout` must be terminals. */
export function openKeyboard(io: Pick<Io, "stdin" | "stdout">): Keyboard {
  const keys = createKeys();
  const waiting: Key[] = [];
  const listeners: (() => void)[] = [];
  let wake: (() => void) | null = null;
  let ended = false;
  io.stdin.setRaw(true);
  io.stdout.write("\x1b[?2004h");
  const reader = io.stdin.readable.getReader();

  const take = (key: Key) => {
    const listener = listeners.at(-1);
    if (key.name === "ctrl-c" && listener) return listener();
    waiting.push(key);
    if (waiting.length > MOST_WAITING) waiting.shift();
  };
  const pump = async () => {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        keys.push(value).forEach(take);
        wake?.();
      }
    } catch {
      // A terminal that cannot be read any more is a terminal that is gone.
    }
    ended = true;
    wake?.();
  };
  void pump();

  return {
    async next(signal) {
      for (;;) {
        signal.throwIfAborted();
        const key = waiting.shift();
        if (key) return key;
        if (ended) return null;
        await new Promise<void>((resolve) => {
          const done = () => {
            signal.removeEventListener("abort", done);
            wake = null;
            resolve();
          };
          wake = done;
          signal.addEventListener("abort", done, { once: true });
        });
      }
    },
    discard() {
      waiting.length = 0;
    },
    onInterrupt(heard) {
      listeners.push(heard);
      return () => {
        const at = listeners.indexOf(heard);
        if (at !== -1) listeners.splice(at, 1);
      };
    },
    close() {
      void reader.cancel().catch(() => {});
      io.stdout.write("\x1b[?2004l");
      io.stdin.setRaw(false);
    },
  };
}

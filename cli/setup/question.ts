/** Questions of the setup at a terminal, answered by a line. */
import type { Io } from "../io.ts";
import { readLine } from "../terminal/editor.ts";
import { type Keyboard, openKeyboard } from "../terminal/keyboard.ts";

/** The line that was typed, trimmed; null if the person left (Ctrl-D). Rejects with the signal's reason. */
export type AskLine = (prompt: string, signal: AbortSignal) => Promise<string | null>;

/** Asks at `keyboard`. */
export function askAt(keyboard: Keyboard, io: Io): AskLine {
  return async (prompt, signal) => {
    keyboard.discard();
    const typed = await readLine({ keyboard, io }, { prompt, history: [], complete: () => [] }, signal);
    return typed.end === "line" ? typed.text.trim() : null;
  };
}

/** Opens the terminal for one question after the other, and gives it back. Ctrl-C aborts the signal that `work` gets. */
export async function withQuestions<T>(
  io: Io,
  work: (ask: AskLine, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const keyboard = openKeyboard(io);
  const stop = new AbortController();
  const off = keyboard.onInterrupt(() => stop.abort(new DOMException("interrupted", "AbortError")));
  try {
    return await work(askAt(keyboard, io), AbortSignal.any([signal, stop.signal]));
  } finally {
    off();
    keyboard.close();
  }
}

/** Standard input of a command that asks in the middle of a setup: each read is a line that the person types. */
export function inputBy(ask: AskLine, signal: AbortSignal): Io["stdin"] {
  const encoder = new TextEncoder();
  const readable = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const line = await ask(ANSWER, signal);
      if (line === null) return controller.close();
      controller.enqueue(encoder.encode(`${line}\n`));
    },
  }, { highWaterMark: 0 });
  return { isTerminal: true, readable, setRaw: () => {} };
}

/** The command has asked on the line above. */
const ANSWER = "y or n: ";

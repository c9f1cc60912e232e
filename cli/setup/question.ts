/** Questions of the setup at a terminal, answered by a line. */
import type { Io } from "../io.ts";
import { readLine } from "../terminal/editor.ts";
import { type Keyboard, openKeyboard } from "../terminal/keyboard.ts";

/** The line that was typed, trimmed; null if the person left (Ctrl-C, Ctrl-D). */
export type AskLine = (prompt: string, signal: AbortSignal) => Promise<string | null>;

/** Asks at `keyboard`. */
export function askAt(keyboard: Keyboard, io: Io): AskLine {
  return async (prompt, signal) => {
    keyboard.discard();
    const typed = await readLine({ keyboard, io }, { prompt, history: [], complete: () => [] }, signal);
    return typed.end === "line" ? typed.text.trim() : null;
  };
}

/** Opens the terminal for one question after the other, and gives it back. */
export async function withQuestions<T>(io: Io, work: (ask: AskLine) => Promise<T>): Promise<T> {
  const keyboard = openKeyboard(io);
  try {
    return await work(askAt(keyboard, io));
  } finally {
    keyboard.close();
  }
}

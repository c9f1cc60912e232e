/** Asks for a passphrase: on a terminal without an echo, else the first line of standard input. */
import { EXIT, Exit } from "../failure.ts";
import type { Io } from "../io.ts";
import type { Keyboard } from "./keyboard.ts";

/** Bytes that are read at most. */
const LONGEST = 4096;

/** A passphrase, as `askHidden`. */
export function askPassphrase(question: string, io: Io, signal: AbortSignal): Promise<string> {
  return askHidden({ question, what: "passphrase" }, io, signal);
}

/** One line. Throws `Exit` 130 for Ctrl-C and Ctrl-D, `Exit` 2 for nothing. `signal` may not end it on a raw terminal: there Ctrl-C is a key. */
export async function askHidden(
  { question, what }: { question: string; what: string },
  io: Io,
  signal: AbortSignal,
): Promise<string> {
  // In this order: whoever answers the question at once must not be echoed.
  io.stdin.setRaw(true);
  try {
    if (io.stdin.isTerminal) io.stderr.write(question);
    const typed = await readLine(io.stdin.readable, { what, keys: io.stdin.isTerminal }, signal);
    if (typed === "") throw new Exit(EXIT.usage, `Cannot use an empty ${what}`);
    return typed;
  } finally {
    io.stdin.setRaw(false);
    if (io.stdin.isTerminal) io.stderr.write("\n");
  }
}

/** Asks at a terminal that a conversation has in its hands. Keys that were typed before the question are not part of the answer. */
export function hiddenAt(keyboard: Keyboard, io: Pick<Io, "stderr">) {
  return async (question: string, signal: AbortSignal): Promise<string> => {
    keyboard.discard();
    io.stderr.write(question);
    const typed: string[] = [];
    try {
      for (;;) {
        const key = await keyboard.next(signal);
        if (key === null || key.name === "ctrl-c" || key.name === "ctrl-d") throw new Exit(EXIT.interrupted, "");
        if (key.name === "enter" || key.name === "newline") return typed.join("");
        if (key.name === "backspace") typed.pop();
        if ("text" in key) typed.push(...key.text.replace(/\n$/, ""));
      }
    } finally {
      io.stderr.write("\n");
    }
  };
}

async function readLine(
  stream: ReadableStream<Uint8Array>,
  { what, keys }: { what: string; keys: boolean },
  signal: AbortSignal,
): Promise<string> {
  const reader = stream.getReader();
  const leave = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", leave, { once: true });
  const bytes: number[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return text(bytes, what);
      for (const byte of value) {
        if (byte === 0x0a || byte === 0x0d) return text(bytes, what);
        if (keys && (byte === 3 || byte === 4)) throw new Exit(EXIT.interrupted, "");
        if (keys && (byte === 8 || byte === 0x7f)) erase(bytes);
        else if (!keys || byte >= 0x20) bytes.push(byte);
        if (bytes.length > LONGEST) throw new Exit(EXIT.usage, `Cannot use a ${what} of more than ${LONGEST} bytes`);
      }
    }
  } finally {
    signal.removeEventListener("abort", leave);
    reader.releaseLock();
  }
}

/** Takes the last character away, all its bytes. */
function erase(bytes: number[]): void {
  while (bytes.length > 0 && (bytes.at(-1)! & 0xc0) === 0x80) bytes.pop();
  bytes.pop();
}

function text(bytes: number[], what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
  } catch (error) {
    throw new Exit(EXIT.usage, `Cannot use a ${what} that is not UTF-8 text`, { cause: error });
  }
}

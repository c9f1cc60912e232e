/** An `Io` in memory: what a command reads is given, what it writes is kept. */
import type { Io } from "../../cli/io.ts";

export type MemoryIo = Io & { out(): string; err(): string };

export type MemoryOptions = {
  stdin?: string | Uint8Array;
  env?: Record<string, string>;
  terminal?: boolean;
  columns?: number;
  rows?: number;
  signal?: AbortSignal;
};

export function memoryIo(options: MemoryOptions = {}): MemoryIo {
  const { env = {}, terminal = false, columns = 80, rows = 24 } = options;
  const written = { out: "", err: "" };
  const bytes = typeof options.stdin === "string" ? new TextEncoder().encode(options.stdin) : options.stdin;
  return {
    stdin: {
      isTerminal: options.stdin === undefined && terminal,
      readable: new ReadableStream({
        start(controller) {
          if (bytes && bytes.length > 0) controller.enqueue(bytes);
          controller.close();
        },
      }),
      setRaw() {},
    },
    stdout: { isTerminal: terminal, write: (text) => void (written.out += text) },
    stderr: { isTerminal: terminal, write: (text) => void (written.err += text) },
    size: () => ({ columns, rows }),
    env: (name) => env[name],
    harombeVariables: () => Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("HAROMBE_"))),
    signal: options.signal ?? new AbortController().signal,
    now: () => 0,
    out: () => written.out,
    err: () => written.err,
  };
}

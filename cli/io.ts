/** A command's whole outside: what a test hands in instead of a process. */
import { diskReason } from "./disk_reason.ts";

export type Output = {
  isTerminal: boolean;
  /** Writes all of `text` before it returns. Throws `Deno.errors.BrokenPipe` if the reader has left. */
  write(text: string): void;
};

export type Io = {
  stdin: {
    isTerminal: boolean;
    readable: ReadableStream<Uint8Array>;
    /** Raw: keys come one by one and unechoed, Ctrl-C too. No effect where standard input is no terminal. */
    setRaw(on: boolean): void;
  };
  stdout: Output;
  stderr: Output;
  /** The terminal's size in cells now; 80 × 24 where there is none. */
  size(): { columns: number; rows: number };
  /** One variable, or undefined if unset or not readable by this process. */
  env(name: string): string | undefined;
  /** All variables that start with `HAROMBE_`. */
  harombeVariables(): Record<string, string>;
  /** Aborted by Ctrl-C (where the terminal is not raw) and by SIGTERM. */
  signal: AbortSignal;
  /** Milliseconds since 1970 UTC. */
  now(): number;
};

/** This process as an `Io`. Takes over SIGINT and SIGTERM: the first aborts `signal`, the second exits with 130. */
export function processIo(): Io {
  const stopped = new AbortController();
  const stop = () => {
    if (stopped.signal.aborted) Deno.exit(130);
    stopped.abort(new DOMException("interrupted", "AbortError"));
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
  return {
    stdin: {
      isTerminal: Deno.stdin.isTerminal(),
      // Not before it is asked for: opening the stream starts to read.
      get readable() {
        return Deno.stdin.readable;
      },
      setRaw(on) {
        if (Deno.stdin.isTerminal()) Deno.stdin.setRaw(on);
      },
    },
    stdout: outputOf(Deno.stdout, "output"),
    stderr: outputOf(Deno.stderr, "error"),
    size: terminalSize,
    env: readVariable,
    harombeVariables() {
      try {
        return Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => name.startsWith("HAROMBE_")));
      } catch (error) {
        if (error instanceof Deno.errors.NotCapable) return {};
        throw error;
      }
    },
    signal: stopped.signal,
    now: () => Date.now(),
  };
}

function outputOf(stream: typeof Deno.stdout, name: string): Output {
  const encoder = new TextEncoder();
  return {
    isTerminal: stream.isTerminal(),
    write(text) {
      const bytes = encoder.encode(text);
      try {
        for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) throw error;
        throw new Error(`Cannot write to standard ${name}: ${diskReason(error) ?? error}`, { cause: error });
      }
    },
  };
}

function terminalSize(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 };
  }
}

function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

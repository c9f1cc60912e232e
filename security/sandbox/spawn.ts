/**
 * The one place where harombe starts a program. By `node:child_process`, because only that passes further
 * descriptors. It rewrites a command that names Deno's own path followed by `run` (it inserts `-A`), so that path
 * must never be among the arguments: here they are refused.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

export type Started = {
  pid: number;
  stdin: Writable;
  stdout: AsyncIterable<Uint8Array>;
  stderr: AsyncIterable<Uint8Array>;
  /** What the program wrote on descriptor 6, once it is closed. */
  status: Promise<string>;
  /** The exit status, 128 + signal number if a signal ended it. */
  exited: Promise<number>;
  /** SIGKILL to the program, or the end of its lifeline. Harmless after the end. */
  kill(): void;
};

export type SpawnOptions = {
  env: Record<string, string>;
  cwd: string;
  /** What can be read from descriptors 3, 4 and 5; an empty array is an end of file at once. */
  feeds: [args: Uint8Array, seccomp: Uint8Array, source: Uint8Array];
  /**
   * True: descriptor 3 ends when `kill` is called, or with this process, and the program ends itself and all that it
   * started by that; what has not ended then is killed.
   */
  lifeline?: boolean;
};

/** How long a program may take to end itself once its lifeline has ended, milliseconds. */
const TO_END_MS = 5000;

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  try {
    for await (const chunk of stream) pieces.push(decoder.decode(chunk, { stream: true }));
  } catch {
    // A descriptor torn down with its process ends what was read of it.
  }
  return pieces.join("") + decoder.decode();
}

function numbered(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? 128 + (SIGNALS[signal ?? ""] ?? 9)));
  });
}

/** Starts `program` in a session of its own. Throws `TypeError` if an argument is Deno's own path, `Error` if it cannot be started. */
export function start(program: string, args: string[], options: SpawnOptions): Started {
  if (args.includes(Deno.execPath())) {
    throw new TypeError(`Cannot pass Deno's own path as an argument: ${Deno.execPath()}`);
  }
  const child = spawn(program, args, {
    env: options.env,
    cwd: options.cwd,
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  const exited = numbered(child);
  if (child.pid === undefined) {
    exited.catch(() => {});
    throw new Error(`Cannot start a program: ${program}`);
  }
  const pid = child.pid;
  const ignore = () => {};
  for (const [i, bytes] of options.feeds.entries()) {
    const feed = child.stdio[3 + i] as unknown as Writable;
    feed.on("error", ignore);
    if (i === 0 && options.lifeline) feed.write(bytes);
    else feed.end(bytes);
  }
  child.stdin!.on("error", ignore);
  const stdio = child.stdio as unknown as (Readable & Writable)[];
  stdio[6].on("error", ignore);
  const dead = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  };
  return {
    pid,
    stdin: child.stdin as unknown as Writable,
    stdout: child.stdout as unknown as AsyncIterable<Uint8Array>,
    stderr: child.stderr as unknown as AsyncIterable<Uint8Array>,
    status: textOf(stdio[6]),
    exited,
    kill: () => {
      if (!options.lifeline) return dead();
      (child.stdio[3] as unknown as Writable).end();
      const late = setTimeout(dead, TO_END_MS);
      void exited.finally(() => clearTimeout(late));
    },
  };
}

/** Runs a program to its end and returns what it wrote. For the launcher's own small questions; never for a grant. */
export async function ask(
  program: string,
  args: string[],
  signal: AbortSignal,
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const output = await new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      clearEnv: true,
      env: { LC_ALL: "C", PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" },
      cwd: "/",
      signal,
    }).output();
    const decoder = new TextDecoder();
    return { code: output.code, stdout: decoder.decode(output.stdout), stderr: decoder.decode(output.stderr) };
  } catch (error) {
    signal.throwIfAborted();
    return { code: 127, stdout: "", stderr: error instanceof Error ? error.message : String(error) };
  }
}

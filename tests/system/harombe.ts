/** The program as a person starts it: launcher, main process, sandboxes, files on disk. */
import { LAUNCHER_FLAGS } from "../build/portable.ts";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The flags of the launcher, as the tasks in deno.json give them. */
const FLAGS = [
  "--no-prompt",
  ...LAUNCHER_FLAGS,
  `--config=${join(ROOT, "deno.json")}`,
];

export type Started = {
  child: Deno.ChildProcess;
  /** Lines of standard output as they come. */
  lines: AsyncGenerator<string>;
};

export type Ran = { code: number; out: string; err: string };

/** What differs from how `place` starts the program. */
export type Otherwise = {
  /** Added to the variables; null takes one away. */
  env?: Record<string, string | null>;
  /** Words before the program, such as `unshare -m sh -c … `. */
  wrap?: string[];
  /** Instead of `--folder` and the place's folder. */
  folder?: string[];
  cwd?: string;
};

export type Place = {
  /** Made anew and removed with the place. */
  home: string;
  folder: string;
  env: Record<string, string>;
  /** The whole command line, for a terminal. */
  words(args: string[]): string[];
  run(args: string[], stdin?: string | Uint8Array, other?: Otherwise): Promise<Ran>;
  /** Started and left running; standard input is empty unless `stdin` is "piped". */
  start(args: string[], other?: Otherwise & { stdin?: "piped" }): Started;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * An empty home and an empty folder. `env` is added to the few variables that the program needs; `ollama` is the base
 * address of a model server, without one the fixed set of commands answers.
 */
export async function place(options: { ollama?: string; env?: Record<string, string> } = {}): Promise<Place> {
  const home = await Deno.makeTempDir({ prefix: "harombe-home-" });
  const folder = await Deno.makeTempDir({ prefix: "harombe-work-" });
  const env: Record<string, string> = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    DENO_DIR: Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "/root", ".cache/deno"),
    DENO_NO_UPDATE_CHECK: "1",
    // No usual port is asked: what else runs on this machine must not answer a test.
    HAROMBE_OLLAMA_HOST: options.ollama ?? "http://127.0.0.1:9",
    ...options.env,
  };
  const command = (args: string[], stdin: "piped" | "null", other: Otherwise = {}) => {
    const given = { ...env, ...other.env };
    const set = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null);
    const [program, ...before] = [...other.wrap ?? [], Deno.execPath()];
    return new Deno.Command(program, {
      args: [
        ...before,
        "run",
        ...FLAGS,
        join(ROOT, "cli/launch.ts"),
        ...other.folder ?? ["--folder", folder],
        ...args,
      ],
      cwd: other.cwd ?? folder,
      clearEnv: true,
      env: Object.fromEntries(set),
      stdin,
      stdout: "piped",
      stderr: "piped",
    });
  };
  return {
    home,
    folder,
    env,
    words: (args) => [Deno.execPath(), "run", ...FLAGS, join(ROOT, "cli/launch.ts"), "--folder", folder, ...args],
    async run(args, stdin, other) {
      const child = command(args, stdin === undefined ? "null" : "piped", other).spawn();
      const said = child.output();
      if (stdin !== undefined) {
        const writer = child.stdin.getWriter();
        // A program that has said what is wrong need not read to the end.
        await writer.write(typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin).catch(() => {});
        await writer.close().catch(() => {});
      }
      const { code, stdout, stderr } = await said;
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, out: decode(stdout), err: decode(stderr) };
    },
    start(args, other) {
      const child = command(args, other?.stdin ?? "null", other).spawn();
      return { child, lines: linesOf(child.stdout) };
    },
    async [Symbol.asyncDispose]() {
      for (const path of [home, folder]) await Deno.remove(path, { recursive: true }).catch(() => {});
    },
  };
}

/** Fails unless `ran` ended with `code`, nothing on standard output, and one plain line that matches on standard error. */
export function oneLine(ran: Ran, code: number, matches: RegExp, name: string): void {
  assert.deepEqual({ code: ran.code, out: ran.out }, { code, out: "" }, `${name}: ${ran.err}`);
  assert.equal(ran.err.trimEnd().split("\n").length, 1, `${name}: ${ran.err}`);
  assert.match(ran.err, /^harombe: /, name);
  assert.match(ran.err, matches, name);
  assert.ok(ran.err.length < 800, `${name}: ${ran.err.length} characters`);
  assert.doesNotMatch(ran.err, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]|\bat .*\.[tj]s:\d/, name);
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}

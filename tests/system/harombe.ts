/** The program as a person starts it: launcher, main process, sandboxes, files on disk. */
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The flags of the launcher, as the tasks in deno.json give them. */
const FLAGS = [
  "--no-prompt",
  "--allow-run",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys",
  `--config=${join(ROOT, "deno.json")}`,
];

export type Started = {
  child: Deno.ChildProcess;
  /** Lines of standard output as they come. */
  lines: AsyncGenerator<string>;
};

export type Place = {
  /** Made anew and removed with the place. */
  home: string;
  folder: string;
  env: Record<string, string>;
  run(args: string[], stdin?: string): Promise<{ code: number; out: string; err: string }>;
  start(args: string[]): Started;
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
  const command = (args: string[], stdin: "piped" | "null") =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", ...FLAGS, join(ROOT, "cli/launch.ts"), "--folder", folder, ...args],
      cwd: folder,
      clearEnv: true,
      env,
      stdin,
      stdout: "piped",
      stderr: "piped",
    });
  return {
    home,
    folder,
    env,
    async run(args, stdin) {
      const child = command(args, stdin === undefined ? "null" : "piped").spawn();
      if (stdin !== undefined) {
        const writer = child.stdin.getWriter();
        await writer.write(new TextEncoder().encode(stdin));
        await writer.close();
      }
      const { code, stdout, stderr } = await child.output();
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, out: decode(stdout), err: decode(stderr) };
    },
    start(args) {
      const child = command(args, "null").spawn();
      return { child, lines: linesOf(child.stdout) };
    },
    async [Symbol.asyncDispose]() {
      for (const path of [home, folder]) await Deno.remove(path, { recursive: true }).catch(() => {});
    },
  };
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

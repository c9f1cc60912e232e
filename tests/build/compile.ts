/**
 * The `deno compile` form of the program: the main process alone, with the permissions fixed below.
 *
 *     DENORT_BIN=… deno run -A tests/build/compile.ts [FILE]        (default dist/harombe-compiled)
 *
 * A compiled program cannot start another one with other permissions, so it has no launcher: `shell` and `run_code`
 * are unavailable in it. The portable file is the form to use.
 */
import { dirname, join, resolve } from "node:path";

/** No run, no ffi, no sys, and no address but this machine's own. */
export const COMPILED_FLAGS = [
  "--no-prompt",
  "--unstable-no-legacy-abort",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-net=127.0.0.1,[::1],localhost",
];

/**
 * Type-checks and compiles `entry` into `out`; returns the embedded files of the repository, sorted, relative to
 * `root`. `denort` is the runtime to embed into; without it Deno downloads its own.
 */
export async function compile(
  out: string,
  options: { root: string; entry: string; denort?: string },
  signal: AbortSignal,
): Promise<string[]> {
  const { root, entry, denort } = options;
  await Deno.mkdir(dirname(out), { recursive: true });
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", "--check", ...COMPILED_FLAGS, "--output", out, entry],
    cwd: root,
    env: { NO_COLOR: "1", ...(denort === undefined ? {} : { DENORT_BIN: denort }) },
    signal,
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  if (!success) throw new Error(`Cannot compile ${entry}: ${text.trim()}`);
  return embeddedFiles(text).filter((path) => !path.startsWith(".deno_compile_node_modules/")).sort();
}

/** The paths in the tree that `deno compile` prints under `Embedded Files`. */
export function embeddedFiles(text: string): string[] {
  const files: string[] = [];
  const folders: string[] = [];
  for (const line of text.slice(text.indexOf("Embedded Files")).split("\n")) {
    const found = /^((?:[│ ] )*)[├└]─([─┬]) (.+?)(?: \([^()]*\))?$/.exec(line);
    if (!found) continue;
    const [, indent, branch, name] = found;
    folders.length = indent.length / 2;
    if (branch === "┬") folders.push(name);
    else files.push([...folders, name].join("/"));
  }
  return files;
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname!, "../..");
  const out = resolve(Deno.args[0] ?? join(root, "dist/harombe-compiled"));
  const embedded = await compile(
    out,
    { root, entry: "main.ts", denort: Deno.env.get("DENORT_BIN") },
    AbortSignal.timeout(600_000),
  );
  console.log(`${embedded.join("\n")}\n${out}\n${((await Deno.stat(out)).size / 1e6).toFixed(1)} MB`);
}

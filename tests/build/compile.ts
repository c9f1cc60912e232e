/**
 * The `deno compile` form of the program: the main process alone, with the permissions fixed below.
 *
 *     deno run -A tests/build/compile.ts [--target TARGET]… [--all] [--out DIRECTORY]        (default dist)
 *
 * It needs `denort`, Deno's runtime for compiled programs, which npm does not have: DENORT_BIN names its file, or Deno's
 * cache holds it. Without it nothing is fetched; the answer is exit code 4.
 *
 * Permissions are fixed in the file. The program could start itself again and give powers up, but only whole ones: to
 * revoke one path, or one host, of a full grant changes nothing (measured with Deno 2.9.6). A launcher has to have all
 * files and programs, and a main process made from it would keep all files or all of the network. So this form has no
 * launcher, and `shell` and `run_code` are unavailable in it. The portable file is the form to use.
 */
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { targetsOf } from "./release.ts";
import { type Target, TARGETS } from "./targets.ts";

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
  options: { root: string; entry: string; denort?: string; target?: Target },
  signal: AbortSignal,
): Promise<string[]> {
  const { root, entry, denort, target } = options;
  await Deno.mkdir(dirname(out), { recursive: true });
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["compile", "--check", ...COMPILED_FLAGS],
      ...target === undefined ? [] : ["--target", TARGETS[target].triple],
      ...["--output", out, entry],
    ],
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

/** Why `target` cannot be compiled for, or null: neither `bin` (DENORT_BIN) nor Deno's cache `directory` holds denort. */
export async function denortMissing(
  target: Target,
  places: { bin: string | undefined; directory: string },
): Promise<string | null> {
  const { triple } = TARGETS[target];
  const cached = join(places.directory, "dl/release", `v${Deno.version.deno}`, `denort-${triple}.zip`);
  if (await Deno.stat(places.bin ?? cached).then(({ isFile }) => isFile, () => false)) return null;
  return `unavailable: install denort ${Deno.version.deno} for ${triple} and name its file in DENORT_BIN`;
}

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname!, "../..");
  const { values } = parseArgs({
    options: {
      target: { type: "string", multiple: true, default: [] },
      all: { type: "boolean", default: false },
      out: { type: "string", default: join(root, "dist") },
    },
  });
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const places = { bin: Deno.env.get("DENORT_BIN") || undefined, directory: await denoDirectory() };
  const targets = targetsOf(values.target, values.all);
  if (places.bin !== undefined && targets.length > 1) {
    throw new RangeError(`Cannot compile for ${targets.length} targets with one DENORT_BIN: it is for one`);
  }
  for (const target of targets) {
    const lacking = await denortMissing(target, places);
    if (lacking !== null) {
      console.error(lacking);
      Deno.exit(4);
    }
    const suffix = TARGETS[target].binary === "deno.exe" ? ".exe" : "";
    const out = resolve(values.out, `harombe-${version}-${target}-compiled${suffix}`);
    const options = { root, entry: "main.ts", denort: places.bin, target };
    const embedded = await compile(out, options, AbortSignal.timeout(600_000));
    console.log(`${embedded.join("\n")}\n${out}\n${((await Deno.stat(out)).size / 1e6).toFixed(1)} MB`);
  }
}

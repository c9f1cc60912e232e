/**
 * The single file that a person drops on a machine: a POSIX sh stub, then a gzipped tar of Deno and the bundles. For
 * Windows, a zip archive of `harombe.cmd` and the same files.
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { type Target, targetHere, TARGETS } from "./targets.ts";
import { buildTree } from "./tree.ts";
import { zip } from "./zip.ts";

/** Flags of every process: nothing is fetched, resolved or asked at run time. */
export const COMMON_FLAGS = [
  "--no-prompt",
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--no-npm",
  "--cached-only",
  "--unstable-no-legacy-abort",
];

/** The launcher's: it alone starts programs. */
export const LAUNCHER_FLAGS = ["--allow-run", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];

/** Variables that the main process may see where the stub starts it without the launcher; all others read as unset. */
export const MAIN_ENV = "HAROMBE_*,OLLAMA_HOST,HOME,TERM,COLORTERM,NO_COLOR,COLUMNS,LINES,LANG,LC_ALL,LC_CTYPE,TZ";

export type Portable = { path: string; bytes: number; sha256: string };

/** `tree`: as `buildTree` made it. `deno`: the runtime of `target`. `level`: gzip's, 9 for a release, 1 to be quick. */
export type Pack = { tree: string; target: Target; deno: string; version: string; level: number };

/** Writes the file `out` for one target. The same tree and Deno give the same bytes. */
export async function pack(out: string, options: Pack, signal: AbortSignal): Promise<Portable> {
  const work = await Deno.makeTempDir({ prefix: "harombe-pack-" });
  try {
    const { binary } = TARGETS[options.target];
    const files = (await Array.fromAsync(Deno.readDir(options.tree))).map(({ name }) => name);
    for (const name of files) await Deno.copyFile(join(options.tree, name), join(work, name));
    await Deno.copyFile(options.deno, join(work, binary));
    const sums = await sumsOf(work, [...files, binary].sort(), signal);
    await Deno.writeTextFile(join(work, "SHA256SUMS"), sums);
    const bytes = binary === "deno.exe"
      ? await zipped(work, [...files, binary, "SHA256SUMS"].sort(), { ...options, sums })
      : await scripted(work, binary, options, signal);
    await Deno.mkdir(dirname(out), { recursive: true });
    await Deno.writeFile(`${out}.new`, bytes, { mode: 0o755 });
    await Deno.rename(`${out}.new`, out);
    return { path: out, bytes: bytes.length, sha256: sha256(bytes) };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Builds `out` for this machine from the repository at `root`, with the Deno that runs this. */
export async function buildPortable(
  out: string,
  options: { root: string; programs: readonly string[]; version: string; level: number },
  signal: AbortSignal,
): Promise<Portable> {
  const { version, level } = options;
  const tree = await Deno.makeTempDir({ prefix: "harombe-build-" });
  try {
    await buildTree(tree, options, signal);
    return await pack(out, { tree, target: targetHere(), deno: Deno.execPath(), version, level }, signal);
  } finally {
    await Deno.remove(tree, { recursive: true });
  }
}

async function scripted(work: string, binary: string, options: Pack, signal: AbortSignal): Promise<Uint8Array> {
  await Deno.chmod(join(work, binary), 0o755);
  const packed = await output(
    'tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --format=ustar -cf - -C "$1" . | ' +
      'gzip -n "-$2"',
    [work, String(options.level)],
    signal,
  );
  const stub = await Deno.readTextFile(new URL("./stub.sh", import.meta.url));
  return joined(new TextEncoder().encode(filled(stub, { ...options, payload: sha256(packed) })), packed);
}

/** The payload's hash that `harombe.cmd` names is that of `SHA256SUMS`, which names all other files. */
async function zipped(
  work: string,
  names: string[],
  options: Pack & { sums: string },
): Promise<Uint8Array> {
  const template = await Deno.readTextFile(new URL("./stub.cmd", import.meta.url));
  const payload = sha256(new TextEncoder().encode(options.sums));
  const stub = filled(template, { ...options, payload }).replaceAll("\n", "\r\n");
  const entries = [{ name: "harombe.cmd", bytes: new TextEncoder().encode(stub) }];
  for (const name of names) entries.push({ name: `harombe/${name}`, bytes: await Deno.readFile(join(work, name)) });
  return zip(entries, options.level);
}

/** The stub with its fields. Throws `Error` on a field that it does not know. */
function filled(template: string, options: { target: Target; version: string; payload: string }): string {
  const { uname, loader } = TARGETS[options.target];
  const text = template.trimEnd();
  const values: Record<string, string> = {
    VERSION: options.version,
    TARGET: options.target,
    UNAME: uname ?? "",
    LOADER: loader ?? "",
    PAYLOAD: options.payload,
    HASH: options.payload.slice(0, 16),
    LINES: String(text.split("\n").length + 1),
    ENV: MAIN_ENV,
    LAUNCHER: LAUNCHER_FLAGS.join(" "),
    COMMON: COMMON_FLAGS.join(" "),
  };
  return text.replace(/@([A-Z]+)@/g, (_, name: string) => {
    if (!Object.hasOwn(values, name)) throw new Error(`Cannot fill the stub's field: ${name}`);
    return values[name];
  }) + "\n";
}

/** `sha256sum` lines of `names` in `directory`. */
async function sumsOf(directory: string, names: readonly string[], signal: AbortSignal): Promise<string> {
  const lines: string[] = [];
  for (const name of names) lines.push(`${sha256(await Deno.readFile(join(directory, name), { signal }))}  ${name}\n`);
  return lines.join("");
}

/** Hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** What a shell `script` writes; a program that fails in its pipe counts, by what it says. */
async function output(script: string, args: string[], signal: AbortSignal): Promise<Uint8Array> {
  const command = new Deno.Command("bash", { args: ["-o", "pipefail", "-c", script, "sh", ...args], signal });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(`Cannot pack the file: ${new TextDecoder().decode(stderr).trim()}`);
  return stdout;
}

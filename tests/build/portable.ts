/**
 * The single file that a person drops on a machine: a POSIX sh stub, then a gzipped tar of Deno and the bundles.
 *
 *     deno run -A tests/build/portable.ts [FILE]        (default dist/harombe)
 */
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { bundle } from "./bundle.ts";

/** The programs in the file, by their source; the launcher looks for the other two beside itself. */
export type Programs = { main: string; launch: string; filesServer: string };

export const PROGRAMS: Programs = {
  main: "main.ts",
  launch: "cli/launch.ts",
  filesServer: "security/sandbox/files_server.ts",
};

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

/** As `uname -s` and `uname -m` print them. */
const PLATFORMS: Record<string, string> = {
  "linux x86_64": "Linux-x86_64",
  "linux aarch64": "Linux-aarch64",
  "darwin aarch64": "Darwin-arm64",
  "darwin x86_64": "Darwin-x86_64",
};

export type Portable = { path: string; bytes: number; sha256: string };

/**
 * Builds `out` from the repository at `root`. The same sources and Deno give the same bytes.
 * `level` is gzip's: 9 for a release, 1 where time matters more than size.
 */
export async function buildPortable(
  out: string,
  options: { root: string; programs: Programs; version: string; level: number },
  signal: AbortSignal,
): Promise<Portable> {
  const { root, programs } = options;
  const platform = PLATFORMS[`${Deno.build.os} ${Deno.build.arch}`];
  if (!platform) throw new Error(`Cannot build a portable file for this platform: ${Deno.build.os} ${Deno.build.arch}`);
  const work = await Deno.makeTempDir({ prefix: "harombe-build-" });
  try {
    const tree = join(work, "tree");
    await Deno.mkdir(tree);
    const names = [
      await bundle(programs.main, tree, { split: true, cwd: root }, signal),
      await bundle(programs.launch, tree, { split: false, cwd: root }, signal),
      await bundle(programs.filesServer, tree, { split: false, cwd: root }, signal),
    ];
    if (names.join() !== "main.js,launch.js,files_server.js") {
      throw new Error(`Cannot name the programs main.js, launch.js, files_server.js: ${names}`);
    }
    await Deno.copyFile(Deno.execPath(), join(tree, "deno"));
    await Deno.chmod(join(tree, "deno"), 0o755);
    await Deno.writeTextFile(join(tree, "SHA256SUMS"), await sums(tree));
    const payload = join(work, "payload");
    await shell(
      'tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar -cf "$3" -C "$1" . && ' +
        'gzip -n "-$4" < "$3" > "$2"',
      [tree, payload, join(work, "tar"), String(options.level)],
      signal,
    );
    const packed = await Deno.readFile(payload);
    const stub = await stubFor(packed, platform, options.version);
    const file = new Uint8Array(stub.length + packed.length);
    file.set(stub);
    file.set(packed, stub.length);
    await Deno.mkdir(dirname(out), { recursive: true });
    await Deno.writeFile(`${out}.new`, file, { mode: 0o755 });
    await Deno.rename(`${out}.new`, out);
    return { path: out, bytes: file.length, sha256: sha256(file) };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function stubFor(payload: Uint8Array, platform: string, version: string): Promise<Uint8Array> {
  const template = await Deno.readTextFile(new URL("./stub.sh", import.meta.url));
  const values: Record<string, string> = {
    VERSION: version,
    PLATFORM: platform,
    HASH: sha256(payload).slice(0, 16),
    LINES: String(template.trimEnd().split("\n").length + 1),
    ENV: MAIN_ENV,
    LAUNCHER: LAUNCHER_FLAGS.join(" "),
    COMMON: COMMON_FLAGS.join(" "),
  };
  return new TextEncoder().encode(
    template.trimEnd().replace(/@([A-Z]+)@/g, (_, name: string) => {
      if (!Object.hasOwn(values, name)) throw new Error(`Cannot fill the stub's field: ${name}`);
      return values[name];
    }) + "\n",
  );
}

/** `sha256sum` lines of the files in `directory`, by name. */
async function sums(directory: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(directory))).map((entry) => entry.name).sort();
  const lines: string[] = [];
  for (const name of names) lines.push(`${sha256(await Deno.readFile(join(directory, name)))}  ${name}\n`);
  return lines.join("");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function shell(script: string, args: string[], signal: AbortSignal): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", { args: ["-c", script, "sh", ...args], signal }).output();
  if (!success) throw new Error(`Cannot pack the file: ${new TextDecoder().decode(stderr).trim()}`);
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname!, "../..");
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const built = await buildPortable(
    resolve(Deno.args[0] ?? join(root, "dist/harombe")),
    { root, programs: PROGRAMS, version, level: 9 },
    AbortSignal.timeout(600_000),
  );
  console.log(`${built.path}\n${(built.bytes / 1e6).toFixed(1)} MB\nSHA-256 ${built.sha256}`);
}

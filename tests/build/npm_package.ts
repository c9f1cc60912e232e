/**
 * The npm package: the bundles, a small script that starts them on the Deno that npm installs, and nothing else. Packed,
 * never published.
 *
 *     deno run -A tests/build/npm_package.ts [--out DIRECTORY]        (default dist)
 */
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { COMMON_FLAGS, LAUNCHER_FLAGS, type Portable, sha256 } from "./portable.ts";
import { DENO } from "./targets.ts";
import { buildTree, PROGRAMS } from "./tree.ts";

/** The package's `package.json` for `version`. No host is named that this repository cannot vouch for. */
export function packageJson(version: string): Record<string, unknown> {
  return {
    name: "harombe",
    version,
    description: "A private assistant on machines you own",
    license: "Apache-2.0",
    type: "module",
    bin: { harombe: "bin.js" },
    files: ["bin.js", "lib", "LICENSE", "README.md"],
    engines: { node: ">=18" },
    dependencies: { deno: DENO },
    private: false,
  };
}

/** Packs the repository at `root` into `out`/harombe-VERSION.tgz by `npm pack`. The same sources and npm give the same bytes. */
export async function npmPackage(out: string, options: { root: string }, signal: AbortSignal): Promise<Portable> {
  const { root } = options;
  const work = await Deno.makeTempDir({ prefix: "harombe-npm-" });
  try {
    const config = z.object({ version: z.string() }).parse(
      JSON.parse(await Deno.readTextFile(join(root, "deno.json"))),
    );
    const lib = join(work, "lib");
    await buildTree(lib, { root, programs: PROGRAMS }, signal);
    const names = (await Array.fromAsync(Deno.readDir(lib))).map(({ name }) => name).sort();
    const sums: string[] = [];
    for (const name of names) {
      await Deno.chmod(join(lib, name), 0o644);
      sums.push(`${sha256(await Deno.readFile(join(lib, name)))}  ${name}\n`);
    }
    const payload = sha256(new TextEncoder().encode(sums.join("")));
    const template = await Deno.readTextFile(new URL("./npm/bin.js", import.meta.url));
    const fields = { "@FLAGS@": [...COMMON_FLAGS, ...LAUNCHER_FLAGS].join(" "), "@PAYLOAD@": payload };
    const script = Object.entries(fields).reduce((text, [field, value]) => text.replace(field, value), template);
    await Deno.writeTextFile(join(work, "bin.js"), script);
    await Deno.chmod(join(work, "bin.js"), 0o755);
    await Deno.writeTextFile(join(work, "package.json"), `${JSON.stringify(packageJson(config.version), null, 2)}\n`);
    await Deno.copyFile(join(root, "LICENSE"), join(work, "LICENSE"));
    await Deno.copyFile(new URL("./npm/README.md", import.meta.url), join(work, "README.md"));
    await Deno.mkdir(out, { recursive: true });
    const command = new Deno.Command("npm", {
      args: ["pack", "--silent", "--ignore-scripts", "--pack-destination", resolve(out)],
      cwd: work,
      stdin: "null",
      signal,
    });
    const { success, stdout, stderr } = await command.output();
    if (!success) throw new Error(`Cannot run npm pack: ${new TextDecoder().decode(stderr).trim()}`);
    const path = join(out, basename(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!));
    const bytes = await Deno.readFile(path);
    return { path, bytes: bytes.length, sha256: sha256(bytes) };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const root = resolve(import.meta.dirname!, "../..");
  const made = await npmPackage(
    resolve(values.out ?? join(root, "dist")),
    { root },
    AbortSignal.timeout(300_000),
  );
  console.log(`${made.path}\n  ${(made.bytes / 1e6).toFixed(1)} MB, SHA-256 ${made.sha256}`);
}

/** Sources → JavaScript that runs with no network, no npm cache and no config file. */
import { basename, join, relative } from "node:path";
import { canonical, packagesIn, type Texts } from "./canonical.ts";
import { loadedWhenReached, withoutRequire } from "./lean.ts";

/** `name`: the entry's file; `packages`: whose code is inside, as `name@version`, sorted. */
export type Bundled = { name: string; packages: string[] };

/**
 * Bundles `entry` and everything it imports into `directory`, minified. `split` keeps each `import()` a file of its own,
 * loaded when it is reached; without it the result is one file. The same sources and packages give the same bytes,
 * wherever they and Deno's cache lie.
 *
 * Two passes: `deno bundle --minify` in one loses the prelude that built-in modules are required through.
 */
export async function bundle(
  entry: string,
  directory: string,
  options: { split: boolean; cwd: string },
  signal: AbortSignal,
): Promise<Bundled> {
  const first = await Deno.makeTempDir({ prefix: "harombe-bundle-" });
  const name = basename(entry).replace(/\.ts$/, ".js");
  const cwd = await Deno.realPath(options.cwd);
  try {
    const split = options.split ? ["--code-splitting"] : [];
    await deno(["bundle", "-q", "--platform", "deno", ...split, "--outdir", first, entry], cwd, signal);
    const files = canonical(await texts(first), relative(cwd, await packageCache(cwd, signal)));
    for (const old of await texts(first)) await Deno.remove(join(first, old[0]));
    for (const [file, text] of files) await Deno.writeTextFile(join(first, file), withoutRequire(text));
    await deno(
      ["bundle", "-q", "--no-config", "--platform", "deno", "--minify", ...split, "--outdir", directory, name],
      first,
      signal,
    );
    for (const [file, text] of await texts(directory)) {
      if (file.endsWith(".js")) await Deno.writeTextFile(join(directory, file), loadedWhenReached(text));
    }
    return { name, packages: packagesIn(files) };
  } finally {
    await Deno.remove(first, { recursive: true });
  }
}

async function texts(directory: string): Promise<Texts> {
  const names = (await Array.fromAsync(Deno.readDir(directory))).map((entry) => entry.name).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await Deno.readTextFile(join(directory, name))] as const)),
  );
}

/** Where Deno, started in `cwd`, keeps packages; links resolved. */
export async function packageCache(cwd: string, signal: AbortSignal): Promise<string> {
  const { npmCache } = JSON.parse(await deno(["info", "--json"], cwd, signal)) as { npmCache: string };
  return await Deno.realPath(npmCache).catch(() => npmCache);
}

async function deno(args: string[], cwd: string, signal: AbortSignal): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, signal }).output();
  if (!success) throw new Error(`Cannot run deno ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
  return new TextDecoder().decode(stdout);
}

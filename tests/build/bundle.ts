/** Sources → JavaScript that runs with no network, no npm cache and no config file. */
import { basename } from "node:path";

/**
 * Bundles `entry` and everything it imports into `directory`, minified; returns the entry's file name there.
 * `split` keeps each `import()` a file of its own, loaded when it is reached; without it the result is one file.
 *
 * Two passes: `deno bundle --minify` in one loses the prelude that built-in modules are required through.
 */
export async function bundle(
  entry: string,
  directory: string,
  options: { split: boolean; cwd: string },
  signal: AbortSignal,
): Promise<string> {
  const first = await Deno.makeTempDir({ prefix: "harombe-bundle-" });
  const name = basename(entry).replace(/\.ts$/, ".js");
  try {
    const split = options.split ? ["--code-splitting"] : [];
    await deno(["bundle", "-q", "--platform", "deno", ...split, "--outdir", first, entry], options.cwd, signal);
    await deno(
      ["bundle", "-q", "--platform", "deno", "--minify", ...split, "--outdir", directory, name],
      first,
      signal,
    );
    return name;
  } finally {
    await Deno.remove(first, { recursive: true });
  }
}

async function deno(args: string[], cwd: string, signal: AbortSignal): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, signal }).output();
  if (!success) throw new Error(`Cannot run deno ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
}

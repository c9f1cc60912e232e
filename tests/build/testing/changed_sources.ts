/** A copy of the sources with a few changes, for builds that must differ. */
import { join } from "node:path";
import { ROOT } from "./fixture_file.ts";

/** What a build reads. */
const PARTS = ["main.ts", "deno.json", "deno.lock", "LICENSE", "cli", "agent", "node", "security"];

/** Copies the sources to `directory`, a new one; each of `changes` maps the text of a file to another. Throws `Error` where that changes nothing. */
export async function changedSources(
  directory: string,
  changes: Record<string, (text: string) => string>,
): Promise<void> {
  await Deno.mkdir(directory);
  const { success } = await new Deno.Command("cp", {
    args: ["-R", ...PARTS.map((name) => join(ROOT, name)), directory],
  }).output();
  if (!success) throw new Error(`Cannot copy the sources to ${directory}`);
  for (const [path, change] of Object.entries(changes)) {
    const file = join(directory, path);
    const [before, after] = [await Deno.readTextFile(file), change(await Deno.readTextFile(file))];
    if (before === after) throw new Error(`Cannot change ${path}: nothing in it fits`);
    await Deno.writeTextFile(file, after);
  }
}

/** `deno.json` with another version. */
export function withVersion(version: string): (text: string) => string {
  return (text) => text.replace(/"version": "[^"]+"/, `"version": ${JSON.stringify(version)}`);
}

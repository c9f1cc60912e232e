/**
 * Runs the measurements of `tests/bench/`, one process each and one after the other, so that none disturbs another.
 *
 *     deno task bench [WORD…]        only those whose name contains a word
 */
import { join } from "node:path";

const here = import.meta.dirname!;
const names = (await Array.fromAsync(Deno.readDir(here))).map((entry) => entry.name)
  .filter((name) => name.endsWith("_bench.ts"))
  .filter((name) => Deno.args.length === 0 || Deno.args.some((word) => name.includes(word)))
  .sort();
if (names.length === 0) {
  console.error(`Cannot find a measurement: ${Deno.args.join(" ") || "tests/bench/ has no *_bench.ts"}`);
  Deno.exit(2);
}
const failed: string[] = [];
for (const name of names) {
  console.log(`\n${name}`);
  const { success } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", join(here, name)] }).spawn().status;
  if (!success) failed.push(name);
}
if (failed.length > 0) console.error(`\nCannot finish: ${failed.join(", ")}`);
Deno.exit(failed.length > 0 ? 1 : 0);

/** Bar: `version` through main.ts, from a bundle, warm, takes at most 3 times `deno eval 0`. */
import { join, resolve } from "node:path";
import { bundle } from "../build/bundle.ts";
import { COMMON_FLAGS, MAIN_ENV } from "../build/portable.ts";

const RUNS = 60;
const BAR = 3;

const root = resolve(import.meta.dirname!, "../..");
const work = await Deno.makeTempDir({ prefix: "harombe-start-" });
try {
  const { name: main } = await bundle(
    "main.ts",
    join(work, "bundle"),
    { split: true, cwd: root },
    AbortSignal.timeout(60_000),
  );
  // As the launcher starts it: a bundle's later files are read when they are reached.
  const flags = [...COMMON_FLAGS, "--ignore-env", `--allow-env=${MAIN_ENV}`, `--allow-read=${join(work, "bundle")}`];
  const programs: Record<string, string[]> = {
    "deno eval 0": ["eval", "--no-config", "0"],
    "harombe version": ["run", ...flags, join(work, "bundle", main), "version"],
  };
  const times: Record<string, number[]> = {};
  for (let run = -3; run < RUNS; run++) {
    for (const [name, args] of Object.entries(programs)) {
      const before = performance.now();
      const { success, stdout } = await new Deno.Command(Deno.execPath(), {
        args,
        env: { DENO_DIR: join(work, "cache") },
        stderr: "inherit",
      }).output();
      if (!success) throw new Error(`Cannot run ${name}`);
      if (name === "harombe version" && !/\d/.test(new TextDecoder().decode(stdout))) {
        throw new Error("Cannot measure harombe version: it printed no version");
      }
      // The first runs fill the caches.
      if (run >= 0) (times[name] ??= []).push(performance.now() - before);
    }
  }
  const median = (name: string) => times[name].toSorted((a, b) => a - b)[RUNS >> 1];
  const ratio = median("harombe version") / median("deno eval 0");
  for (const name of Object.keys(programs)) console.log(`${name}: ${median(name).toFixed(1)} ms p50 of ${RUNS}`);
  console.log(`ratio ${ratio.toFixed(2)}, bar ${BAR}: ${ratio <= BAR ? "met" : "missed"}`);
  if (ratio > BAR) Deno.exitCode = 1;
} finally {
  await Deno.remove(work, { recursive: true });
}

/** How long a run takes through the launcher, 100 of each: `deno run -A tests/bench/launcher_bench.ts`. Prints milliseconds. */
import { laboratory } from "../attacks/launch_run.ts";
import type { Grant } from "../../security/sandbox/grant.ts";

const COUNT = 100;
const lab = await laboratory({
  written: { ".git/HEAD": "ref: refs/heads/main\n", ".git/config": "[core]\n", "a.txt": "a" },
});
const rows: [string, Partial<Grant>][] = [
  ["true, folder none", { source: "true" }],
  ["true, folder ro", { source: "true", folder: "ro" }],
  ["true, folder rw", { source: "true", folder: "rw" }],
  ["run_code 1+1, folder none", { program: "deno", source: "console.log(1+1)" }],
  ["run_code 1+1, folder rw", { program: "deno", source: "console.log(1+1)", folder: "rw" }],
];
for (const [name, grant] of rows) {
  const times: number[] = [];
  for (let i = 0; i < COUNT; i++) {
    const began = performance.now();
    const { outcome } = await lab.run(grant);
    if (outcome.code !== 0) throw new Error(`Cannot measure ${name}: status ${outcome.code}`);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  console.log(
    `${name.padEnd(28)} p50 ${times[COUNT / 2].toFixed(1)}  p95 ${
      times[COUNT * 0.95].toFixed(1)
    }  (${lab.powers.limits.memory})`,
  );
}
await lab.close();

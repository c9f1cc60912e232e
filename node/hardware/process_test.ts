import assert from "node:assert/strict";
import { largest } from "./look.ts";
import { parsePs, type Process } from "./process.ts";

Deno.test("ps' lines become processes; a name may have spaces", () => {
  const text = `23997 root     92.8 256188     35 deno
    1 root      0.3 22564   11713 process_api
   77 www-data  0.0     0 1234567 kworker/0:1 (x)
garbage
  -1 root 0 0 0 x
`;
  assert.deepEqual(parsePs(text), [
    { pid: 23997, user: "root", cpuPercent: 92.8, memoryBytes: 256188 * 1024, seconds: 35, name: "deno" },
    { pid: 1, user: "root", cpuPercent: 0.3, memoryBytes: 22564 * 1024, seconds: 11713, name: "process_api" },
    { pid: 77, user: "www-data", cpuPercent: 0, memoryBytes: 0, seconds: 1234567, name: "kworker/0:1 (x)" },
  ]);
});

Deno.test("of many processes the largest and the busiest are told, largest first", () => {
  const all = Array.from({ length: 10 }, (_, pid): Process => ({
    pid,
    user: "u",
    cpuPercent: pid === 0 ? 99 : pid === 9 ? 50 : 0,
    memoryBytes: pid,
    seconds: 1,
    name: "p",
  }));
  assert.deepEqual(largest(all, 2).map(({ pid }) => pid), [9, 8, 0]);
});

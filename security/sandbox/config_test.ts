import assert from "node:assert/strict";
import { Containers, withinContainer } from "./config.ts";
import { DEFAULT_LIMITS, type Grant } from "./grant.ts";

const grant: Grant = { program: "shell", source: "", folder: "none", cwd: "", env: {}, limits: DEFAULT_LIMITS };

Deno.test("a container's limits only make a grant's smaller, each tool its own", () => {
  const containers = Containers.parse({
    shell: { resources: { cpu_limit: 0.5, memory_limit: "128m", pids_limit: 10 }, timeout: 5 },
    code: { resources: { cpu_limit: 8, memory_limit: "8g", pids_limit: 4000 }, timeout: 3600 },
  });
  assert.deepEqual(withinContainer(grant, containers).limits, {
    ms: 5000,
    outputBytes: DEFAULT_LIMITS.outputBytes,
    memoryBytes: 128 * 2 ** 20,
    pids: 10,
    cpuPercent: 50,
  });
  assert.deepEqual(withinContainer({ ...grant, program: "deno" }, containers).limits, DEFAULT_LIMITS);
  assert.deepEqual(withinContainer(grant, Containers.parse({})).limits, DEFAULT_LIMITS);
});

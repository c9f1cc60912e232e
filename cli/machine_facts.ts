/** What this process may know of the machine it runs on. */
import os from "node:os";
import type { Machine, MachineFacts } from "../agent/tools/machine/system_info.ts";

/** Each figure alone: what a permission or a platform withholds is null. */
export function machineFacts(): MachineFacts {
  const memory = known(() => Deno.systemMemoryInfo());
  return {
    os: known(() => `${os.type()} ${os.release()} ${os.arch()}`),
    host: known(() => os.hostname()),
    cores: known(() => os.cpus().length),
    memoryBytes: memory?.total ?? null,
    memoryFreeBytes: memory?.available ?? null,
    load: known(() => os.loadavg().map((n) => n.toFixed(2)).join(" ")),
    uptimeSeconds: known(() => Math.floor(os.uptime())),
  };
}

/** What `system_info` looks at: this process's facts, and the parts by the launcher's answers. */
export const thisMachine: Machine = {
  facts: machineFacts,
  look: async (part, ask, signal) =>
    await (await import("../node/hardware/look.ts")).look(part, { ask, build: Deno.build }, signal),
  diskAt: async (path, ask, signal) =>
    await (await import("../node/hardware/look.ts")).diskAt(path, { ask, build: Deno.build }, signal),
};

function known<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

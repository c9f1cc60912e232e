/** What this process may know of the machine it runs on. */
import os from "node:os";
import type { MachineFacts } from "../agent/tools/system_info.ts";

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

function known<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

/** The default tools over a folder, on a machine whose figures are known. Shell lines count as HIGH. */
import { defaultTools } from "../../agent/tools/default_tools.ts";
import { diskAt, look } from "../../node/hardware/look.ts";
import type { AnyTool } from "../../security/tool.ts";

export function toolsIn(root: string): AnyTool[] {
  return defaultTools({
    root,
    assessShell: () => ({ risk: "HIGH", reasons: ["shell"] }),
    machine: {
      facts: () => ({
        os: "Linux 6.1 x64",
        host: "box",
        cores: 2,
        memoryBytes: 2_048_000,
        memoryFreeBytes: 1_024_000,
        load: "0.10 0.20 0.30",
        uptimeSeconds: 7200,
      }),
      look: (part, ask, signal) => look(part, { ask, build: Deno.build }, signal),
      diskAt: (path, ask, signal) => diskAt(path, { ask, build: Deno.build }, signal),
    },
  });
}

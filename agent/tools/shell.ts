/** `shell`: one line in the sandbox. */
import * as z from "zod";
import { DEFAULT_LIMITS } from "../../security/sandbox/grant.ts";
import type { Assessment, Tool } from "../../security/tool.ts";
import { Hosts, network, networkEffects, networkNote, networkTargets, type Outside, withNetwork } from "./network.ts";
import { runProgram } from "./program_output.ts";

const ShellArguments = z.object({
  line: z.string().min(1).max(16_384),
  timeout_s: z.int().min(1).max(600).default(30),
  hosts: Hosts,
});
type ShellArguments = z.infer<typeof ShellArguments>;

/** `assess` judges a line; it is the only source of this tool's risk. A line judged LOW, which only reads, sees the workspace read-only. */
export function shellTool(
  assess: (line: string) => Assessment,
  outside: Outside = {},
): Tool<ShellArguments> {
  return {
    name: "shell",
    description: "Run a shell line in the workspace, sandboxed.",
    parameters: ShellArguments,
    needs: { files: "write", run: "shell" },
    readOnly: false,
    assess: ({ line, hosts }) => withNetwork(assess(line), hosts, outside),
    effects: ({ line, hosts }) => hosts === "" && assess(line).risk === "LOW" ? [] : networkEffects(hosts, outside),
    decisive: ["line", "hosts"],
    yields: () => ({ kind: "tool", name: "shell" }),
    targets: ({ line, hosts }) => [line, ...networkTargets(hosts, outside)],
    // With a network a placeholder stays what it is: the proxy puts the value where it is bound to go.
    takesSecrets: ({ hosts }): Record<string, "shell"> => hosts === "" ? { line: "shell" } : {},
    preview: ({ line, hosts }) => Promise.resolve({ kind: "command", text: line + networkNote(hosts) }),
    run: ({ line, timeout_s, hosts }, context, signal) => {
      const limits = { ...DEFAULT_LIMITS, ms: timeout_s * 1000 };
      const unasked = assess(line).risk === "LOW" && hosts === "";
      const folder = unasked ? "ro" : "rw";
      const grant = {
        program: "shell" as const,
        source: line,
        folder,
        cwd: "",
        env: {},
        limits,
        ...network(hosts),
      } as const;
      return runProgram({ ...grant, withoutSecrets: unasked }, context, signal);
    },
  };
}

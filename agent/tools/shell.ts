/** `shell`: one line in the sandbox. */
import * as z from "zod";
import { DEFAULT_LIMITS } from "../../security/sandbox/grant.ts";
import type { Assessment, Tool } from "../../security/tool.ts";
import { Hosts, network, networkNote, networkTargets, withNetwork } from "./network.ts";
import { runProgram } from "./program_output.ts";

const ShellArguments = z.object({
  line: z.string().min(1).max(16_384),
  timeout_s: z.int().min(1).max(600).default(30),
  hosts: Hosts,
});
type ShellArguments = z.infer<typeof ShellArguments>;

/** `assess` judges a line; it is the only source of this tool's risk. A line judged LOW, which only reads, sees the workspace read-only. `allowed`: hosts that the owner always allows. */
export function shellTool(
  assess: (line: string) => Assessment,
  allowed: readonly string[] = [],
): Tool<ShellArguments> {
  return {
    name: "shell",
    description: "Run a shell line in the workspace, sandboxed.",
    parameters: ShellArguments,
    needs: { files: "write", run: "shell" },
    readOnly: false,
    assess: ({ line, hosts }) => withNetwork(assess(line), hosts, allowed),
    effects: ({ line, hosts }) => hosts !== "" ? ["run", "send"] : assess(line).risk === "LOW" ? [] : ["run"],
    decisive: ["line", "hosts"],
    yields: () => ({ kind: "tool", name: "shell" }),
    targets: ({ line, hosts }) => [line, ...networkTargets(hosts, allowed)],
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

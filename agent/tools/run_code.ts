/** `run_code`: a small program in the sandbox. */
import * as z from "zod";
import { DEFAULT_LIMITS, FolderAccess, type Program } from "../../security/sandbox/grant.ts";
import type { Tool } from "../../security/tool.ts";
import { Hosts, network, networkEffects, networkNote, networkTargets, type Outside, withNetwork } from "./network.ts";
import { runProgram } from "./program_output.ts";

const CodeArguments = z.object({
  language: z.enum(["typescript", "javascript", "python", "bash"]),
  code: z.string().min(1).max(200_000),
  folder: z.enum(FolderAccess.def.entries).default("none").describe("access to the workspace"),
  timeout_s: z.int().min(1).max(600).default(30),
  hosts: Hosts,
});
type CodeArguments = z.infer<typeof CodeArguments>;

const PROGRAMS: Record<CodeArguments["language"], Program> = {
  typescript: "deno",
  javascript: "deno",
  python: "python",
  bash: "bash",
};

/** Runs a program in the sandbox; the workspace and hosts only as far as the call asks for them. */
export function runCode(outside: Outside = {}): Tool<CodeArguments> {
  return {
    name: "run_code",
    description: "Run code in a sandbox; print the results.",
    parameters: CodeArguments,
    needs: { files: "write", run: "code" },
    readOnly: false,
    assess: ({ language, folder, hosts }) =>
      withNetwork(
        folder === "rw"
          ? { risk: "HIGH", reasons: [`runs ${language} that may change any file of the workspace`] }
          : { risk: "MEDIUM", reasons: [`runs ${language} that can change nothing outside its sandbox`] },
        hosts,
        outside,
      ),
    // With what it sees of the folder, so that "always" for code without files is not always for code with them.
    effects: ({ hosts }) => networkEffects(hosts, outside),
    decisive: ["language", "code", "folder", "hosts"],
    yields: () => ({ kind: "tool", name: "run_code" }),
    targets: ({ language, folder, hosts }) => [
      folder === "none" ? language : `${language} ${folder}`,
      ...networkTargets(hosts, outside),
    ],
    takesSecrets: ({ language, hosts }): Record<string, "shell" | "code"> =>
      hosts !== "" ? {} : { code: language === "bash" ? "shell" : "code" },
    preview: ({ code, hosts }) => Promise.resolve({ kind: "text", text: code + networkNote(hosts) }),
    run: ({ language, code, folder, timeout_s, hosts }, context, signal) => {
      const limits = { ...DEFAULT_LIMITS, ms: timeout_s * 1000 };
      const grant = { program: PROGRAMS[language], source: code, folder, cwd: "", env: {}, limits, ...network(hosts) };
      return runProgram(grant, context, signal);
    },
  };
}

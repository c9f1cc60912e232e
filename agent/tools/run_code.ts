/** `run_code`: a small program in the sandbox. */
import * as z from "zod";
import { DEFAULT_LIMITS, FolderAccess, type Program } from "../../security/sandbox/grant.ts";
import type { Tool } from "../../security/tool.ts";
import { runProgram } from "./program_output.ts";

const CodeArguments = z.object({
  language: z.enum(["typescript", "javascript", "python", "bash"]),
  code: z.string().min(1).max(200_000),
  folder: z.enum(FolderAccess.def.entries).default("none").describe("access to the workspace"),
  timeout_s: z.int().min(1).max(600).default(30),
});
type CodeArguments = z.infer<typeof CodeArguments>;

const PROGRAMS: Record<CodeArguments["language"], Program> = {
  typescript: "deno",
  javascript: "deno",
  python: "python",
  bash: "bash",
};

/** Runs a program in the sandbox; the workspace only as far as the call asks for it. */
export function runCode(): Tool<CodeArguments> {
  return {
    name: "run_code",
    description: "Run code in a sandbox; print the results.",
    parameters: CodeArguments,
    needs: { files: "write", run: "code" },
    readOnly: false,
    assess: ({ language, folder }) =>
      folder === "rw"
        ? { risk: "HIGH", reasons: [`runs ${language} that may change any file of the workspace`] }
        : { risk: "MEDIUM", reasons: [`runs ${language} that can change nothing outside its sandbox`] },
    // With what it sees of the folder, so that "always" for code without files is not always for code with them.
    targets: ({ language, folder }) => [folder === "none" ? language : `${language} ${folder}`],
    takesSecrets: ({ language }) => ({ code: language === "bash" ? "shell" : "code" }),
    preview: ({ code }) => Promise.resolve({ kind: "text", text: code }),
    run: ({ language, code, folder, timeout_s }, context, signal) => {
      const limits = { ...DEFAULT_LIMITS, ms: timeout_s * 1000 };
      const grant = { program: PROGRAMS[language], source: code, folder, cwd: "", env: {}, limits };
      return runProgram(grant, context, signal);
    },
  };
}

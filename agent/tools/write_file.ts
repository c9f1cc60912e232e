/** `write_file`: a whole file, new or replaced. */
import * as z from "zod";
import type { Files } from "../../security/sandbox/files/files.ts";
import type { Tool } from "../../security/tool.ts";
import { workspacePath } from "../../security/sandbox/files/workspace_path.ts";
import { answer } from "./bounded.ts";
import { hashOf, wholeText } from "./file_text.ts";
import { assessWrite, PathArgument, targetPath } from "./tool_path.ts";
import { bytesText } from "./shown.ts";

const WriteArguments = z.object({ path: PathArgument, content: z.string().max(4 << 20) });
type WriteArguments = z.infer<typeof WriteArguments>;

async function before(files: Files, path: string, signal: AbortSignal): Promise<string | null> {
  try {
    return (await wholeText(files, path, signal))?.text ?? null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return `(${error.message})\n`;
    throw error;
  }
}

/** Writes a file of `root`; over a file only if it is still the one that was approved. */
export function writeFile(root: string): Tool<WriteArguments> {
  return {
    name: "write_file",
    description: "Create a file or replace it whole. To change a part, use edit_file.",
    parameters: WriteArguments,
    needs: { files: "write", run: "none" },
    readOnly: false,
    assess: ({ path }) => assessWrite(root, path),
    effects: () => ["change"],
    decisive: ["path"],
    yields: () => null,
    targets: ({ path }) => [targetPath(root, path)],
    takesSecrets: () => ({ content: "text" }),
    preview: async ({ path, content }, { files }, signal) => {
      const at = workspacePath(root, path);
      const { unifiedDiff } = await import("./unified_diff.ts");
      return { kind: "diff", text: unifiedDiff(at, await before(files, at, signal), content) };
    },
    bind: ({ path }, { files }, signal) => hashOf(files, workspacePath(root, path), signal),
    run: async ({ path, content }, { sandbox, bound }, signal) => {
      const at = workspacePath(root, path);
      const bytes = new TextEncoder().encode(content);
      const options = { expect: bound, createDirectories: true };
      const { sha256, created } = await sandbox.files.write(at, bytes, options, signal);
      const data = { path: at, sha256, created, size: bytes.length };
      return answer(`${created ? "Created" : "Replaced"} ${at}, ${bytesText(bytes.length)}.`, data);
    },
  };
}

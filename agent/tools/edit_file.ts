/** `edit_file`: one piece of a file for another, where there is no doubt which piece is meant. */
import * as z from "zod";
import { workspacePath } from "../../security/sandbox/files/workspace_path.ts";
import type { Files } from "../../security/sandbox/files/files.ts";
import type { Tool } from "../../security/tool.ts";
import { answer } from "./bounded.ts";
import { hashOf, wholeText } from "./file_text.ts";
import { assessWrite, PathArgument, targetPath } from "./tool_path.ts";

const EditArguments = z.object({
  path: PathArgument,
  old_text: z.string().min(1).max(1 << 20).describe("exact text; must occur once"),
  new_text: z.string().max(1 << 20),
  all: z.boolean().default(false).describe("replace every occurrence"),
});
type EditArguments = z.infer<typeof EditArguments>;

/** Offsets at which `piece` begins in `text`, overlaps left out. */
function occurrences(text: string, piece: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length)) found.push(at);
  return found;
}

/**
 * `text` with the piece replaced. Where every line of the file ends in CR LF, pieces with plain LF match and come
 * out with CR LF. Throws RangeError where the piece is not there, or more than once without `all` (with its lines).
 */
function edited(text: string, edit: Omit<EditArguments, "path">): { text: string; count: number; line: number } {
  const windows = text.includes("\r\n") && !/(^|[^\r])\n/.test(text);
  const adapt = (piece: string) => windows ? piece.replace(/\r?\n/g, "\r\n") : piece;
  const [old, now] = [adapt(edit.old_text), adapt(edit.new_text)];
  const found = occurrences(text, old);
  const lineOf = (at: number) => text.slice(0, at).split("\n").length;
  if (found.length === 0) {
    const first = edit.old_text.trim().split("\n")[0].trim();
    const near = first === "" ? -1 : text.split("\n").findIndex((line) => line.includes(first));
    throw new RangeError(
      `old_text is not in the file${near < 0 ? "" : `; its first line is like line ${near + 1}, but the rest differs`}`,
    );
  }
  if (found.length > 1 && !edit.all) {
    const lines = found.slice(0, 10).map(lineOf).join(", ");
    throw new RangeError(`old_text occurs ${found.length} times, at lines ${lines}; give more of its surroundings`);
  }
  return { text: text.split(old).join(now), count: found.length, line: lineOf(found[0]) };
}

async function change(files: Files, args: EditArguments & { path: string }, signal: AbortSignal) {
  const now = await wholeText(files, args.path, signal);
  if (now === null) throw new Error(`Cannot edit ${args.path}: no such file`);
  try {
    return { before: now.text, sha256: now.sha256, ...edited(now.text, args) };
  } catch (error) {
    throw new RangeError(`Cannot edit ${args.path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Replaces text that occurs once, or `all` of it, in a file of `root`; what is written is the version that was approved. */
export function editFile(root: string): Tool<EditArguments> {
  return {
    name: "edit_file",
    description: "Replace a piece of a text file.",
    parameters: EditArguments,
    needs: { files: "write", run: "none" },
    readOnly: false,
    assess: ({ path }) => assessWrite(root, path),
    effects: () => ["change"],
    decisive: ["path"],
    yields: ({ path }) => ({ kind: "file", name: path }),
    targets: ({ path }) => [targetPath(root, path)],
    takesSecrets: () => ({ old_text: "text", new_text: "text" }),
    preview: async (args, { files }, signal) => {
      const path = workspacePath(root, args.path);
      const { before, text } = await change(files, { ...args, path }, signal);
      const { unifiedDiff } = await import("./unified_diff.ts");
      return { kind: "diff", text: unifiedDiff(path, before, text) };
    },
    bind: ({ path }, { files }, signal) => hashOf(files, workspacePath(root, path), signal),
    run: async (args, { sandbox, bound }, signal) => {
      const path = workspacePath(root, args.path);
      const { text, count, line } = await change(sandbox.files, { ...args, path }, signal);
      const bytes = new TextEncoder().encode(text);
      const options = { expect: bound, createDirectories: false };
      const { sha256 } = await sandbox.files.write(path, bytes, options, signal);
      const what = count === 1 ? `line ${line}` : `${count} places, first at line ${line}`;
      return answer(`Edited ${path} at ${what}.`, { path, sha256, count, line });
    },
  };
}

/** `list_files`: what a folder holds, sorted as asked. */
import * as z from "zod";
import type { FileStat } from "../../security/sandbox/files/files.ts";
import type { Tool } from "../../security/tool.ts";
import { answer, fitting } from "./bounded.ts";
import { assessRead, PathArgument, plainPath, targetPath } from "./tool_path.ts";
import { bytesText, minuteText } from "./shown.ts";

const ListArguments = z.object({
  path: PathArgument.default(""),
  depth: z.int().min(1).max(16).default(1),
  glob: z.string().max(256).optional(),
  sort: z.enum(["name", "size", "modified"]).default("name").describe("largest, newest first"),
  limit: z.int().min(1).max(2000).default(200),
  hidden: z.boolean().default(false).describe("include dot files"),
});
type ListArguments = z.infer<typeof ListArguments>;

/** Entries that are looked at to find the first `limit` of another order than by name. */
const MOST_SORTED = 20_000;

const ORDER: Record<ListArguments["sort"], (a: FileStat, b: FileStat) => number> = {
  name: (a, b) => a.path < b.path ? -1 : 1,
  size: (a, b) => Number(a.kind === "directory") - Number(b.kind === "directory") || b.size - a.size,
  modified: (a, b) => b.mtime - a.mtime,
};

function line(entry: FileStat): string {
  const name = JSON.stringify(entry.path).slice(1, -1);
  if (entry.kind === "directory") return `${name}/`;
  if (entry.kind === "symlink") return `${name} -> ${entry.target ?? "?"}`;
  const time = minuteText(entry.mtime);
  return `${name}  ${bytesText(entry.size)}  ${time}${entry.kind === "other" ? "  (no plain file)" : ""}`;
}

/** Reads names, sizes and times of a folder of `root`. */
export function listFiles(root: string): Tool<ListArguments> {
  return {
    name: "list_files",
    description: "List files with size and time (UTC).",
    parameters: ListArguments,
    needs: { files: "read", run: "none" },
    readOnly: true,
    assess: ({ path }) => assessRead(root, path),
    effects: () => [],
    decisive: ["path"],
    yields: () => ({ kind: "file", name: "the workspace" }),
    targets: ({ path }) => [targetPath(root, path)],
    run: async ({ path, depth, glob, sort, limit, hidden }, { sandbox: { files } }, signal) => {
      const at = await plainPath(files, { root, path }, signal);
      const options = { depth, hidden, limit: sort === "name" && depth === 1 ? limit : MOST_SORTED, glob };
      const { entries, truncated } = await files.list(at, options, signal);
      const sorted = entries.toSorted(ORDER[sort]).slice(0, limit);
      const data = { entries: sorted, total: entries.length, truncated: truncated || sorted.length < entries.length };
      if (sorted.length === 0) return answer(`${at || "."}: nothing${glob ? ` matches ${glob}` : ""}.`, data);
      const { text, shown } = fitting(sorted.map(line));
      const left = entries.length - shown;
      const hint = left > 0 || truncated
        ? `\n… ${left || "some"}${truncated ? " or more" : ""} left out; narrow path or glob, or raise limit`
        : "";
      return answer(`${text}${hint}`, data);
    },
  };
}

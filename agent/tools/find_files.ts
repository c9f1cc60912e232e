/** `find_files`: files or folders by name, size and time, below a folder. */
import * as z from "zod";
import type { FileStat } from "../../security/sandbox/files/files.ts";
import type { Tool } from "../../security/tool.ts";
import { answer, fitting } from "./bounded.ts";
import { assessRead, PathArgument, plainPath, targetPath } from "./tool_path.ts";
import { bytesText, minuteText } from "./shown.ts";

const FindArguments = z.object({
  name: z.string().max(256).optional().describe("glob"),
  path: PathArgument.optional(),
  size: z.string().max(40).refine((text) => sizeBound(text) !== null, "write >10MB or <5k").optional().describe(
    ">10MB",
  ),
  modified: z.string().max(40).refine((text) => timeBound(text) !== null, "write >2026-01-31 or <2026-01-31").optional()
    .describe(">2026-01-31"),
  folders: z.boolean().optional(),
  limit: z.int().min(1).max(2000).optional(),
});
type FindArguments = z.infer<typeof FindArguments>;

/** Names looked at for one call, how deep, and entries told unless asked otherwise. */
const MOST = 50_000;
const DEEPEST = 64;
const TOLD = 100;

type Bound = (value: number) => boolean;

function bound(mark: string, edge: number): Bound {
  return mark === ">" ? (value) => value > edge : (value) => value < edge;
}

/** `>10MB`, `< 5k`: bytes, in powers of 1000, or of 1024 with an i (`1GiB`). Null for anything else. */
function sizeBound(text: string): Bound | null {
  const found = /^\s*([<>])=?\s*(\d{1,12}(?:\.\d{1,6})?)\s*([kmgt]?)(i?)b?\s*$/i.exec(text);
  if (found === null) return null;
  const [, mark, number, power, binary] = found;
  const exponent = ["", "k", "m", "g", "t"].indexOf(power.toLowerCase());
  return bound(mark, Number(number) * (binary === "" ? 1000 : 1024) ** exponent);
}

/** `>2026-01-31`, `<2026-01-31T12:00Z`: newer or older; a date begins at 0:00 UTC. Null for anything else. */
function timeBound(text: string): Bound | null {
  const found = /^\s*([<>])=?\s*(\d{4}-\d\d-\d\d(?:T\S{1,20})?)\s*$/.exec(text);
  const at = found === null ? NaN : Date.parse(found[2]);
  return found === null || Number.isNaN(at) ? null : bound(found[1], at);
}

/** Largest first where a size was asked for, newest first where a time was, else by path. */
function order({ size, modified }: FindArguments): (a: FileStat, b: FileStat) => number {
  const byPath = (a: FileStat, b: FileStat) => a.path < b.path ? -1 : 1;
  if (size !== undefined) return (a, b) => b.size - a.size || byPath(a, b);
  if (modified !== undefined) return (a, b) => b.mtime - a.mtime || byPath(a, b);
  return byPath;
}

function wanted({ size, modified, folders }: FindArguments): (entry: FileStat) => boolean {
  const [bySize, byTime] = [
    size === undefined ? null : sizeBound(size),
    modified === undefined ? null : timeBound(modified),
  ];
  return (entry) =>
    entry.kind === (folders ? "directory" : "file") && (bySize?.(entry.size) ?? true) &&
    (byTime?.(entry.mtime) ?? true);
}

function line({ path, kind, size, mtime }: FileStat): string {
  const name = JSON.stringify(path).slice(1, -1);
  const time = minuteText(mtime);
  return `${name}${kind === "directory" ? "/" : `  ${bytesText(size)}`}  ${time}`;
}

/** Reads names, sizes and times below a folder of `root`, never what is in a file. */
export function findFiles(root: string): Tool<FindArguments> {
  return {
    name: "find_files",
    description: "Find files below path.",
    parameters: FindArguments,
    needs: { files: "read", run: "none" },
    readOnly: true,
    assess: ({ path = "" }) => assessRead(root, path),
    effects: () => [],
    decisive: ["path"],
    yields: () => ({ kind: "file", name: "the workspace" }),
    targets: ({ path = "" }) => [targetPath(root, path)],
    run: async (args, { sandbox: { files } }, signal) => {
      const { name = "*", path = "", limit = TOLD } = args;
      const at = await plainPath(files, { root, path }, signal);
      const hidden = /(?:^|\/)\./.test(name);
      const looked = await files.list(at, { depth: DEEPEST, hidden, limit: MOST, glob: name }, signal);
      const found = looked.entries.filter(wanted(args)).toSorted(order(args));
      const entries = found.slice(0, limit);
      const { text, shown } = fitting(entries.map(line));
      const left = found.length - shown;
      const bounds = looked.truncated
        ? `only the first ${MOST} matching names were looked at; narrow name or path`
        : "";
      const notes = [...(left > 0 ? [`${left} more; raise limit or narrow`] : []), ...(bounds ? [bounds] : [])];
      const data = { entries, total: found.length, truncated: looked.truncated || entries.length < found.length };
      const head = found.length === 0 ? `Nothing below ${at || "."} matches.` : text;
      return answer([head, ...notes.map((note) => `… ${note}`)].join("\n"), data);
    },
  };
}

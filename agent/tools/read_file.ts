/** `read_file`: text by lines, as it stands in the file, so that a model can copy a piece into `edit_file`. */
import * as z from "zod";
import type { Files } from "../../security/sandbox/files/files.ts";
import type { Tool, ToolOutput } from "../../security/tool.ts";
import { answer, fitting } from "./bounded.ts";
import { binaryKind } from "./file_text.ts";
import { assessRead, PathArgument, plainPath, targetPath } from "./tool_path.ts";
import { bytesText } from "./shown.ts";

const ReadArguments = z.object({
  path: PathArgument,
  offset: z.int().min(-100_000).max(100_000_000).default(1).describe("first line; negative counts from the end"),
  limit: z.int().min(1).max(5000).default(500).describe("lines"),
});
type ReadArguments = z.infer<typeof ReadArguments>;

const PIECE = 4 << 20;
/** Lines are counted this far; beyond, a file is read from its end or searched. */
const FARTHEST = 64 << 20;
const LONGEST_LINE = 2000;

function shown(line: string): string {
  const bare = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (bare.length <= LONGEST_LINE) return bare;
  return `${bare.slice(0, LONGEST_LINE).toWellFormed()}… [+${bare.length - LONGEST_LINE} characters]`;
}

/** Lines `first`… (1-based) of the file, `limit` at most; `total` where the end was reached. */
async function linesFrom(
  files: Files,
  want: { path: string; first: number; limit: number },
  signal: AbortSignal,
): Promise<{ lines: string[]; total: number | null }> {
  const decoder = new TextDecoder();
  const lines: string[] = [];
  let rest = "";
  let number = 0;
  for (let offset = 0;; offset += PIECE) {
    if (offset >= FARTHEST) {
      if (lines.length > 0) return { lines, total: null };
      throw new RangeError(`Cannot read ${want.path} from line ${want.first}: lines are counted in its first 64 MiB`);
    }
    const { bytes, size } = await files.read(want.path, { offset, length: PIECE }, signal);
    const last = offset + bytes.length >= size;
    const pieces = (rest + decoder.decode(bytes, { stream: !last })).split("\n");
    rest = last ? "" : pieces.pop()!;
    if (last && pieces.at(-1) === "") pieces.pop();
    for (const line of pieces) {
      number++;
      if (number >= want.first && lines.length < want.limit) lines.push(shown(line));
    }
    if (last) return { lines, total: number };
    if (lines.length >= want.limit) return { lines, total: null };
  }
}

/** The last `count` lines of a file of any size, within its last piece. */
async function lastLines(
  files: Files,
  want: { path: string; count: number; size: number },
  signal: AbortSignal,
): Promise<string[]> {
  const offset = Math.max(0, want.size - PIECE);
  const { bytes } = await files.read(want.path, { offset, length: PIECE }, signal);
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (offset > 0) lines.shift();
  return lines.slice(-want.count).map(shown);
}

async function read(files: Files, args: ReadArguments & { path: string }, signal: AbortSignal): Promise<ToolOutput> {
  const { path, offset, limit } = args;
  const start = await files.read(path, { offset: 0, length: 8000 }, signal);
  const data = { path, size: start.size, sha256: start.sha256 };
  const kind = binaryKind(start.bytes);
  if (kind) return answer(`${path}: ${kind}, ${bytesText(start.size)}; not text`, { ...data, binary: kind });
  if (start.size === 0) return answer(`${path} is empty.`, { ...data, lines: 0 });
  if (offset < 0) {
    const { text, left } = fitting(
      (await lastLines(files, { path, count: -offset, size: start.size }, signal)).toReversed(),
    );
    const lines = text.split("\n").reverse();
    return answer(
      `${path}, its last ${lines.length} lines${left ? ` (${left} more were asked for)` : ""}:\n${lines.join("\n")}`,
      data,
    );
  }
  const first = Math.max(1, offset);
  const { lines, total } = await linesFrom(files, { path, first, limit }, signal);
  if (lines.length === 0) {
    return answer(`${path} has ${total} lines; there is no line ${first}.`, { ...data, lines: total });
  }
  const { text, shown } = fitting(lines);
  const end = first + shown - 1;
  const more = total === null ? "more lines" : total > end ? `${total - end} more lines` : "";
  const hint = more ? `\n… ${more}, call again with offset=${end + 1}` : "";
  const whole = first === 1 && !more;
  return answer(`${path}, ${whole ? `${end} lines` : `lines ${first}-${end}`}:\n${text}${hint}`, {
    ...data,
    lines: total,
  });
}

/** Reads lines of a text file of `root`. */
export function readFile(root: string): Tool<ReadArguments> {
  return {
    name: "read_file",
    description: "Read a text file.",
    parameters: ReadArguments,
    needs: { files: "read", run: "none" },
    readOnly: true,
    assess: ({ path }) => assessRead(root, path),
    effects: () => [],
    decisive: ["path"],
    yields: ({ path }) => ({ kind: "file", name: path }),
    targets: ({ path }) => [targetPath(root, path)],
    run: async (args, { sandbox }, signal) => {
      const path = await plainPath(sandbox.files, { root, path: args.path }, signal);
      return await read(sandbox.files, { ...args, path }, signal);
    },
  };
}

/** What a folder of a workspace holds. Links are told, never followed on the way down. */
import fs from "node:fs";
import { fileError } from "./file_error.ts";
import type { FileStat, ListOptions } from "./files.ts";
import { globMatcher } from "../glob.ts";
import type { Root, Trail } from "../trail.ts";
import { look, settle } from "../trail.ts";

/** Folders that a walk enters only when asked by path: tens of thousands of files that nobody wrote. */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** Most names looked at for one call. */
const MOST_LOOKS = 200_000;

/** `stat` of the end of `path` as the contract has it. */
export function fileStat(path: string, absolute: string, stat: fs.BigIntStats): FileStat {
  const kind = stat.isFile() ? "file" : stat.isDirectory() ? "directory" : stat.isSymbolicLink() ? "symlink" : "other";
  const told: FileStat = { path, kind, size: Number(stat.size), mtime: Number(stat.mtimeNs / 1_000_000n) };
  if (kind !== "symlink") return told;
  try {
    return { ...told, target: fs.readlinkSync(absolute) };
  } catch {
    return told;
  }
}

function entriesOf(trail: Trail): FileStat[] {
  return fs.readdirSync(trail.absolute).sort().map((name) => {
    const path = trail.path === "" ? name : `${trail.path}/${name}`;
    const stat = look(`${trail.absolute}/${name}`);
    // A name without a UTF-8 form is shown with replacement marks and cannot be looked at by it.
    if (stat === null) return { path, kind: "other", size: 0, mtime: 0 };
    return fileStat(path, `${trail.absolute}/${name}`, stat);
  });
}

/** The entries of one folder, sorted by name, with the folder's real path; proven to lie inside the root. */
export function readFolder(
  root: Root,
  options: { path: string; verb: string; patienceMs: number },
  signal: AbortSignal,
): Promise<{ path: string; entries: FileStat[] }> {
  return settle(root, { ...options, links: "inside", followLast: true, calm: false }, (trail) => {
    if (trail.end === null) {
      throw new Deno.errors.NotFound(`Cannot ${options.verb} ${options.path}: no such file or directory`);
    }
    if (!trail.end.isDirectory()) {
      throw new Deno.errors.NotADirectory(`Cannot ${options.verb} ${options.path}: it is no directory`);
    }
    const entries = entriesOf(trail);
    const again = () => {
      try {
        return JSON.stringify(entriesOf(trail)) === JSON.stringify(entries);
      } catch {
        return false;
      }
    };
    return { value: { path: trail.path, entries }, end: trail.end, again, undo: () => {} };
  }, signal);
}

/** The entries below `path`, level by level, as `Files.list` promises. */
export async function listFiles(
  root: Root,
  asked: { path: string; options: ListOptions; patienceMs: number },
  signal: AbortSignal,
): Promise<{ entries: FileStat[]; truncated: boolean }> {
  const { options } = asked;
  const matches = options.glob === undefined ? () => true : globMatcher(options.glob);
  const entries: FileStat[] = [];
  let looks = 0;
  let level = [asked.path];
  let top: string | null = null;
  for (let depth = 1; depth <= options.depth && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      signal.throwIfAborted();
      const read = await readFolder(root, { path: folder, verb: "list", patienceMs: asked.patienceMs }, signal)
        .catch((error) => {
          if (top === null || error instanceof DOMException) throw fileError(error, "list", folder);
          return { path: folder, entries: [] };
        });
      top ??= read.path;
      for (const entry of read.entries) {
        const name = entry.path.slice(entry.path.lastIndexOf("/") + 1);
        if (!options.hidden && name.startsWith(".")) continue;
        if (++looks > MOST_LOOKS) return { entries, truncated: true };
        if (entry.kind === "directory" && !SKIPPED_FOLDERS.has(name)) next.push(entry.path);
        if (!matches(top === "" ? entry.path : entry.path.slice(top.length + 1))) continue;
        if (entries.length === options.limit) return { entries, truncated: true };
        entries.push(entry);
      }
    }
    level = next;
  }
  return { entries, truncated: false };
}

/** Entries of the file tree that a frame's scope means, by one `list_files` call. */
import type { Scope } from "../scope.ts";
import { dataOf, type Entry, Listing } from "../shape.ts";
import { moment } from "../show.ts";
import { call, type Steps } from "../step.ts";

/** How deep "with subfolders" goes, and the most entries asked for; the tool may give fewer and says so. */
export const DEEP = 16;
const MOST = 2000;

export type Chosen = { entries: Entry[]; truncated: boolean };

const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The entries of `scope`, narrowed by what the tool does not narrow. Every kind if `scope.kind` is absent. */
export function* chosen(scope: Scope & { levels?: number }, sort?: "name" | "size" | "modified"): Steps<Chosen> {
  const aged = scope.since !== undefined;
  const sized = scope.larger !== undefined;
  const order = sort ?? (aged ? "modified" : sized ? "size" : undefined);
  const result = yield* call("list_files", {
    path: scope.path ?? ".",
    depth: scope.levels ?? (scope.deep ? DEEP : undefined),
    glob: scope.glob,
    hidden: scope.hidden,
    sort: order,
    limit: MOST,
  });
  const { entries, truncated } = dataOf(result, Listing);
  const last = entries.at(-1);
  // In this order, what was left out is older or smaller than the last, which is itself too old or too small.
  const past = last !== undefined &&
    ((order === "modified" && aged && last.mtime < moment(scope.since!)) ||
      (order === "size" && sized && last.size <= scope.larger!));
  return { entries: entries.filter((e) => wanted(scope, e)), truncated: truncated && !past };
}

/** True if `entry` is what `scope` means; pure. */
function wanted(scope: Scope, entry: Entry): boolean {
  if (scope.kind === "file" && entry.kind !== "file" && entry.kind !== "symlink") return false;
  if (scope.kind === "folder" && entry.kind !== "directory") return false;
  const sized = scope.larger !== undefined || scope.smaller !== undefined;
  if (sized && entry.kind !== "file") return false;
  if (scope.larger !== undefined && entry.size <= scope.larger) return false;
  if (scope.smaller !== undefined && entry.size >= scope.smaller) return false;
  if (scope.since !== undefined && entry.mtime < moment(scope.since)) return false;
  if (scope.until !== undefined && entry.mtime >= moment(scope.until)) return false;
  return scope.named === undefined || baseOf(entry.path).toLowerCase().includes(scope.named.toLowerCase());
}

/** "in src, with subfolders": where an answer looked. */
export function placeOf(scope: Scope): string {
  const where = scope.path === undefined ? (scope.deep ? "here" : "in this folder") : `in ${scope.path}`;
  return scope.deep ? `${where}, subfolders included` : where;
}

/** Size by folder: each folder's files, at any depth below it, added up. Keys are paths as the entries have them. */
export function folderSizes(entries: readonly Entry[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const e of entries) if (e.kind === "directory") sums.set(e.path, sums.get(e.path) ?? 0);
  for (const e of entries) {
    if (e.kind !== "file") continue;
    for (let at = e.path.lastIndexOf("/"); at > 0; at = e.path.lastIndexOf("/", at - 1)) {
      const folder = e.path.slice(0, at);
      if (sums.has(folder)) sums.set(folder, sums.get(folder)! + e.size);
    }
  }
  return sums;
}

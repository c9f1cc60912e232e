/** From what a person called a file to its path. */
import type { Target } from "../scope.ts";
import { dataOf, type Entry, Listing } from "../shape.ts";
import { call, StepFailed, type Steps, type Thread } from "../step.ts";
import { DEEP } from "./listing.ts";

const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What a person called it, for an answer. */
export function calledOf(target: Target, thread: Thread): string {
  return target.path ?? (target.found ? thread.found ?? "that file" : target.name ?? "that file");
}

/** The entries in the top folder whose name begins with the well-known `name`, any case; files before folders. */
function* byName(name: string): Steps<Entry[]> {
  const result = yield* call("list_files", {
    path: ".",
    depth: 1,
    hidden: name.startsWith(".") || undefined,
    limit: 2000,
  });
  const found = dataOf(result, Listing).entries.filter((e) =>
    e.path.toLowerCase().startsWith(name) && e.kind !== "directory"
  );
  return found.sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
}

/** The entries that `target` may be: at that very path, or for a bare name anywhere below, the top folder's first. */
export function* entriesOf(target: Target, thread: Thread): Steps<Entry[]> {
  if (target.name !== undefined) return yield* byName(target.name);
  const path = (target.found ? thread.found : target.path)?.replace(/^\.\//, "");
  if (path === undefined || path === null) throw new StepFailed("There is no file that was found before.");
  const plain = /^[\w.@+ /-]+$/.test(path) && !path.startsWith("/") && !path.startsWith("..");
  const deep = !path.includes("/");
  const slash = path.lastIndexOf("/");
  const result = yield* call("list_files", {
    path: plain ? "." : slash < 0 ? "." : path.slice(0, slash) || "/",
    depth: plain ? (deep ? DEEP : path.split("/").length) : 1,
    glob: plain ? (deep ? `**/${path}` : path) : undefined,
    hidden: /(^|\/)\./.test(path) || undefined,
    limit: 2000,
  });
  const found = dataOf(result, Listing).entries.filter((e) =>
    e.path === path || (deep && baseOf(e.path) === path) || (!plain && baseOf(e.path) === baseOf(path))
  );
  return found.sort((a, b) => a.path.split("/").length - b.path.split("/").length || (a.path < b.path ? -1 : 1));
}

/** The path to read `target` at; throws StepFailed where a well-known name is not in the top folder. */
export function* pathOf(target: Target, thread: Thread): Steps<string> {
  if (target.path !== undefined) return target.path;
  if (target.found) {
    if (thread.found === null) throw new StepFailed("There is no file that was found before.");
    return thread.found;
  }
  const [first] = yield* byName(target.name!);
  if (first === undefined) throw new StepFailed(`There is no file called ${target.name} in this folder.`);
  return first.path;
}

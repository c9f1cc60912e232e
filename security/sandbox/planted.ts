/**
 * What a run left in the workspace that others would run or obey: git hooks and configuration, editor tasks, CI
 * files. What exists is mounted read-only before the run; what does not exist cannot be mounted over without a
 * stub on the person's disk, so it is looked for after the run and moved to quarantine before anybody hears that
 * the run has ended.
 */
import { PROTECTED_PATHS } from "./protected.ts";
import { ask } from "./spawn.ts";

/** A protected path as it was found. Two with the same identity are the same file, wherever it was moved; `parent` identifies its directory. */
export type Found = { path: string; kind: "file" | "directory" | "link"; identity: string; parent: string };

/** Below a git directory: what redirects git or is run by it. */
const IN_GIT = ["hooks", "config", "config.worktree", "commondir", "modules", "worktrees"];
const NAMES = [...new Set([...PROTECTED_PATHS.map((path) => path.split("/")[0]), ".git"])];

/** What must be mounted before a run that may write: `writable` keeps a git directory from being renamed away. Pure. */
export function guardedMounts(found: readonly Found[]): { path: string; writable: boolean }[] {
  return found.filter(({ kind }) => kind !== "link").map(({ path, kind }) => ({
    path,
    writable: kind === "directory" && path.endsWith("/.git"),
  }));
}

/**
 * What is there after a run and was not before. A file that was only moved is the same file. What was mounted over
 * and still lies in the same directory was replaced from outside, by the person: a run cannot replace a mount. Pure.
 */
export function planted(before: readonly Found[], after: readonly Found[]): Found[] {
  const known = new Set(before.map(({ identity }) => identity));
  const mounted = new Set(before.filter(({ kind }) => kind !== "link").map(({ path, parent }) => `${parent} ${path}`));
  const fresh = after.filter(({ identity, parent, path }) => !known.has(identity) && !mounted.has(`${parent} ${path}`));
  return fresh.filter(({ path }) => !fresh.some((other) => path.startsWith(other.path + "/")));
}

async function look(path: string): Promise<Found | null> {
  try {
    const [info, above] = await Promise.all([
      Deno.lstat(path),
      Deno.lstat(path.slice(0, path.lastIndexOf("/")) || "/"),
    ]);
    const kind = info.isSymlink ? "link" : info.isDirectory ? "directory" : "file";
    const target = info.isSymlink ? await Deno.readLink(path) : "";
    return { path, kind, identity: `${info.dev}:${info.ino}:${kind}:${target}`, parent: `${above.dev}:${above.ino}` };
  } catch {
    return null;
  }
}

/** `whole` is false if some directory could not be listed. */
export type Looked = { found: Found[]; whole: boolean };

/** Every protected path of `folder`, at any depth of the same disk. Throws `Error` if the folder could not be looked through. */
export async function protectedPaths(folder: string, signal: AbortSignal): Promise<Looked> {
  const names = NAMES.flatMap((name, i) => [...(i === 0 ? [] : ["-o"]), "-iname", name]);
  // A link counts: git takes one into refs/ for a HEAD.
  const bare = ["-o", "-name", "HEAD", "!", "-type", "d"];
  const { code, stdout, stderr } = await ask(
    "find",
    [folder, "-xdev", "-mindepth", "1", "(", ...names, ...bare, ")", "-print0", "-prune"],
    signal,
  );
  // 1 = some directory could not be read.
  if (code > 1) throw new Error(`Cannot look through the workspace: ${stderr.trim()}`);
  const paths = stdout.split("\0").filter((path) => path !== "");
  const found: Found[] = [];
  for (const path of paths) {
    if (path.endsWith("/HEAD")) {
      // A directory that git takes for a repository: its config and hooks count. Git asks only whether `objects` and
      // `refs` may be entered, which links and programs may too, and looks for them where `commondir` points.
      const parent = path.slice(0, -"/HEAD".length);
      const [objects, refs, common] = await Promise.all(
        ["objects", "refs", "commondir"].map((name) => look(`${parent}/${name}`)),
      );
      if ((objects !== null && refs !== null) || common !== null) found.push(...await below(parent));
      continue;
    }
    const here = await look(path);
    if (here === null) continue;
    found.push(here);
    if (here.kind === "directory" && path.toLowerCase().endsWith("/.git")) found.push(...await below(path));
  }
  return { found, whole: code === 0 };
}

async function below(git: string): Promise<Found[]> {
  const all = await Promise.all(IN_GIT.map((name) => look(`${git}/${name}`)));
  return all.filter((one) => one !== null);
}

/**
 * Reaching a path below a root that somebody else may be rearranging at this moment.
 *
 * Deno has no `openat`, so a path is walked name by name with lstat and proven after the fact. The proof that the
 * folders above the end were what the walk saw while the call acted:
 * - a folder's ctime moves whenever a name in it is made, renamed or removed, and no program can set it back; Deno
 *   gives it in whole seconds. Where every folder above the last was last changed in an earlier second than the
 *   start of the walk, one more look at their identities proves it: the root is fixed, so its names were, so theirs.
 * - where one changed within the last second, identities and mtimes are looked at PASSES times at random moments;
 *   a swap would have to be undone and redone exactly between each two looks.
 * Names in the last folder need no proof: the end is opened without following links and compared by identity.
 *
 * The clock that stamps the files must be this machine's. Whoever can write above the root is not defended against.
 */
import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const PASSES = 32;
const AGAIN_EVERY = 4;
/** Most links followed for one path (Linux: 40, path_resolution(7)). */
const MOST_LINKS = 40;
/** The kernel's file clock may lag by one tick, 10 ms at most (CONFIG_HZ=100); with room. */
const CLOCK_SLACK_MS = 25;

export type Identity = { absolute: string; dev: bigint; ino: bigint; mtimeNs: bigint; ctimeMs: number };

/** The root as it was opened: its real path ("" for `/`) and what it was. */
export type Root = { absolute: string; dev: bigint; ino: bigint };

export type Trail = {
  /** Relative to the root, links resolved; "" is the root. */
  path: string;
  absolute: string;
  /** The root, then each folder down to the one that holds the end (the root's own trail: the root alone). */
  folders: Identity[];
  /** What the end is, links followed or not as asked; null = there is no such name in the last folder. */
  end: fs.BigIntStats | null;
};

export type WalkOptions = {
  /** `inside`: links are followed if they stay below the root. `refuse`: no link may be on the way. */
  links: "inside" | "refuse";
  /** Follow a link at the very end as well. */
  followLast: boolean;
  /** For messages. */
  verb: string;
};

/** The absolute path of `names` below `root`. */
function below(root: Root, names: readonly string[]): string {
  return names.length === 0 ? root.absolute || "/" : [root.absolute, ...names].join("/");
}

/** lstat, or null where there is no such name. Other failures throw as `node:fs` has them. */
export function look(absolute: string): fs.BigIntStats | null {
  return fs.lstatSync(absolute, { bigint: true, throwIfNoEntry: false }) ?? null;
}

function identityOf(absolute: string, stat: fs.BigIntStats): Identity {
  return { absolute, dev: stat.dev, ino: stat.ino, mtimeNs: stat.mtimeNs, ctimeMs: Number(stat.ctimeNs / 1_000_000n) };
}

export function same(a: { dev: bigint; ino: bigint } | null, b: { dev: bigint; ino: bigint } | null): boolean {
  return a !== null && b !== null && a.dev === b.dev && a.ino === b.ino;
}

/** Where a link in `folder` (names from the root) leads, as names from the root; null = outside the root. */
function leads(root: Root, folder: string[], target: string): string[] | null {
  if (!target.startsWith("/")) return [...folder, ...target.split("/")];
  if (target === root.absolute) return [];
  return target.startsWith(`${root.absolute}/`) ? target.slice(root.absolute.length + 1).split("/") : null;
}

/**
 * Walks to `path` (relative, as `workspacePath` gives it). Throws NotFound or NotADirectory where a folder on the
 * way is missing, PermissionDenied where a link leaves the root or links are refused, FilesystemLoop.
 */
export function walk(root: Root, path: string, options: WalkOptions): Trail {
  const top = look(below(root, []));
  if (!same(top, root)) {
    throw new Deno.errors.NotFound(`Cannot ${options.verb} ${path || "."}: the workspace was moved`);
  }
  const first = identityOf(below(root, []), top!);
  const done: string[] = [];
  const folders: Identity[] = [first];
  const todo = path === "" ? [] : path.split("/");
  let end: fs.BigIntStats | null = top;
  for (let links = 0; todo.length > 0;) {
    const name = todo.shift()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (done.length === 0) throw outside(path, options.verb);
      done.pop();
      folders.length = done.length + 1;
      end = look(folders[done.length].absolute);
      continue;
    }
    if (end === null) throw new Deno.errors.NotFound(`Cannot ${options.verb} ${path}: no such file or directory`);
    if (!end.isDirectory()) {
      throw new Deno.errors.NotADirectory(`Cannot ${options.verb} ${path}: ${done.join("/")} is no directory`);
    }
    folders[done.length] = identityOf(below(root, done), end);
    const absolute = below(root, [...done, name]);
    end = look(absolute);
    const last = todo.every((rest) => rest === "" || rest === ".");
    if (!end?.isSymbolicLink() || (last && !options.followLast)) {
      done.push(name);
      continue;
    }
    if (options.links === "refuse") {
      throw new Deno.errors.PermissionDenied(
        `Cannot ${options.verb} ${path}: ${[...done, name].join("/")} is a symbolic link to ${
          fs.readlinkSync(absolute)
        }`,
      );
    }
    if (++links > MOST_LINKS) {
      throw new Deno.errors.FilesystemLoop(`Cannot ${options.verb} ${path}: its links form a loop`);
    }
    const onward = leads(root, done, fs.readlinkSync(absolute));
    if (onward === null) throw outside(path, options.verb);
    todo.unshift(...onward);
    done.length = 0;
    folders.length = 1;
    end = top;
  }
  folders.length = Math.max(1, done.length);
  return { path: done.join("/"), absolute: below(root, done), folders, end };
}

function outside(path: string, verb: string): Error {
  return new Deno.errors.PermissionDenied(`Cannot ${verb} ${path}: a symbolic link on the way leaves the workspace`);
}

/** No name in the folders above the last changed in the second of `startedAt` (ms since 1970) or later. */
function quiet(trail: Trail, startedAt: number): boolean {
  return trail.folders.slice(0, -1).every((folder) => folder.ctimeMs + 1000 < startedAt - CLOCK_SLACK_MS);
}

/** One look: every folder is still itself, and if `end` is given the end's name still stands for it. */
function unchanged(trail: Trail, end: { dev: bigint; ino: bigint } | null, startedAt: number | null): boolean {
  const last = trail.folders.length - 1;
  for (const [i, folder] of trail.folders.entries()) {
    const now = look(folder.absolute);
    if (!now?.isDirectory() || !same(now, folder)) return false;
    if (i === last) continue;
    if (now.mtimeNs !== folder.mtimeNs) return false;
    if (startedAt !== null && Number(now.ctimeNs / 1_000_000n) + 1000 >= startedAt - CLOCK_SLACK_MS) return false;
  }
  return end === null || same(look(trail.absolute), end);
}

/**
 * True only if the trail held from `startedAt` (before the walk) until now, and `end` (what was opened, made or
 * listed at its end; null = nothing to compare) is still what the name stands for. `again` is for what was learnt by
 * name and not from an open handle: it learns it anew and tells whether it is the same.
 */
export function held(
  trail: Trail,
  end: { dev: bigint; ino: bigint } | null,
  startedAt: number,
  again: () => boolean = () => true,
): boolean {
  if (quiet(trail, startedAt)) return unchanged(trail, end, startedAt);
  for (let pass = 0; pass < PASSES; pass++) {
    const until = performance.now() + Math.random() * 0.05;
    while (performance.now() < until);
    if (!unchanged(trail, end, null) || (pass % AGAIN_EVERY === 0 && !again())) return false;
  }
  return true;
}

/** What an act did at the end of a trail; `undo` takes it back if the trail did not hold. */
export type Act<T> = {
  value: T;
  end: { dev: bigint; ino: bigint } | null;
  /** See `held`. */
  again?: () => boolean;
  undo(): void;
};

/**
 * Walks, acts (synchronously) and proves, again until the proof succeeds or `patienceMs` is over. `calm` waits
 * first until the folders above have been quiet for a second: for acts that leave something behind.
 * Throws Busy where the folders kept changing, and what `walk` and `act` throw; `act` returning null counts as a race.
 */
export async function settle<T>(
  root: Root,
  options: WalkOptions & { path: string; patienceMs: number; calm: boolean },
  act: (trail: Trail) => Act<T> | null,
  signal: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + options.patienceMs;
  while (true) {
    signal.throwIfAborted();
    const startedAt = Date.now();
    const trail = walk(root, options.path, options);
    if (!options.calm || (quiet(trail, startedAt) && unchanged(trail, null, startedAt))) {
      const done = act(trail);
      if (done !== null) {
        if (held(trail, done.end, startedAt, done.again)) return done.value;
        done.undo();
      }
    }
    if (performance.now() >= deadline) break;
    await delay(5 + Math.random() * 20, undefined, { signal });
  }
  throw new Deno.errors.Busy(`Cannot ${options.verb} ${options.path || "."}: the folders above it keep changing`);
}

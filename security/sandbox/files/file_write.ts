/**
 * Replacing a file of a workspace in one step: a temporary file beside it, fsync, rename, fsync of the folder.
 *
 * Links are not followed at all. What Deno cannot do is rename relative to an open folder: somebody who rearranges
 * the folders above at the very moment of a system call, after a second of quiet, could have an empty file of a
 * random name made elsewhere. Where the kernel confines this process (the files program inside bubblewrap) there
 * is no elsewhere.
 */
import fs from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { fileError } from "./file_error.ts";
import { hashAll, sharedOutside } from "./file_read.ts";
import type { Root, Trail } from "../trail.ts";
import { held, look, same, settle, walk } from "../trail.ts";

export type Write = {
  /** Relative, as `workspacePath` gives it; not "". */
  path: string;
  bytes: Uint8Array;
  expect: string | null;
  createDirectories: boolean;
  /** A new file can be read by its owner alone (0600). */
  ownerOnly?: boolean;
  patienceMs: number;
};

type Started = { fd: number; temporary: Trail; target: string };

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_NONBLOCK, O_DIRECTORY } = fs.constants;

/** The longest part of `folder` that exists, and the names below it that do not. */
function existing(root: Root, folder: string, path: string): { folder: string; missing: string[] } {
  const names = folder === "" ? [] : folder.split("/");
  for (let n = names.length; n >= 0; n--) {
    try {
      const trail = walk(root, names.slice(0, n).join("/"), { links: "refuse", followLast: false, verb: "write" });
      if (trail.end?.isSymbolicLink()) {
        throw new Deno.errors.PermissionDenied(`Cannot write ${path}: ${trail.path} is a symbolic link`);
      }
      if (trail.end && !trail.end.isDirectory()) {
        throw new Deno.errors.NotADirectory(`Cannot write ${path}: ${trail.path} is no directory`);
      }
      if (trail.end) return { folder: trail.path, missing: names.slice(n) };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound) || n === 0) throw error;
    }
  }
  throw new Deno.errors.NotFound(`Cannot write ${path}: the workspace is gone`);
}

/** What may not be replaced, as the error to throw. */
function irreplaceable(write: Write, target: fs.BigIntStats | null): Error | null {
  const { path } = write;
  if (target === null) return null;
  if (target.isSymbolicLink()) return new Deno.errors.PermissionDenied(`Cannot write ${path}: it is a symbolic link`);
  if (target.isDirectory()) return new Deno.errors.IsADirectory(`Cannot write ${path}: it is a directory`);
  if (!target.isFile()) return new Deno.errors.PermissionDenied(`Cannot write ${path}: it is a pipe, socket or device`);
  if (sharedOutside(path, target.nlink)) {
    return new Deno.errors.PermissionDenied(`Cannot write ${path}: it has ${target.nlink} hard links`);
  }
  if (write.expect === null) {
    return new Deno.errors.AlreadyExists(`Cannot write ${path}: it exists, and it should not`);
  }
  return null;
}

/** Makes missing folders and the empty temporary file, beside the target, and proves that they lie where they should. */
async function start(root: Root, write: Write, signal: AbortSignal): Promise<Started> {
  const folder = write.path.split("/").slice(0, -1).join("/");
  const name = write.path.split("/").at(-1)!;
  const found = existing(root, folder, write.path);
  if (found.missing.length > 0 && !write.createDirectories) {
    throw new Deno.errors.NotFound(`Cannot write ${write.path}: no folder ${folder}`);
  }
  const hidden = `.${randomBytes(12).toString("hex")}.part`;
  // The trail of a name in the folder: all folders down to it, its own entries free to change.
  const probe = found.folder === "" ? hidden : `${found.folder}/${hidden}`;
  const options = { links: "refuse", followLast: false, verb: "write" } as const;
  return await settle(root, { ...options, path: probe, patienceMs: write.patienceMs, calm: true }, (trail) => {
    const made: string[] = [];
    let base = trail.folders.at(-1)!.absolute;
    const current = found.missing.length === 0 ? look(`${base}/${name}`) : null;
    const refusal = irreplaceable(write, current);
    if (refusal) throw refusal;
    for (const missing of found.missing) {
      base = `${base}/${missing}`;
      fs.mkdirSync(base);
      made.push(base);
    }
    const temporary = `${base}/${hidden}`;
    const undo = () => {
      fs.rmSync(temporary, { force: true });
      for (const folder of made.toReversed()) {
        try {
          fs.rmdirSync(folder);
        } catch {
          // Somebody else's by now: what is not ours is left alone.
        }
      }
    };
    try {
      const fd = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, write.ownerOnly ? 0o600 : 0o666);
      const close = () => {
        fs.closeSync(fd);
        undo();
      };
      const startedAt = Date.now();
      const deep = walk(root, temporary.slice(root.absolute.length + 1), options);
      const stat = fs.fstatSync(fd, { bigint: true });
      const sameFolders = trail.folders.every((folder, i) => same(folder, deep.folders[i] ?? null));
      if (!sameFolders || !same(stat, deep.end) || !held(deep, stat, startedAt)) {
        close();
        return null;
      }
      if (current) {
        fs.fchmodSync(fd, Number(current.mode & 0o777n));
        keepOwner(fd, current, stat);
      }
      return { value: { fd, temporary: deep, target: `${base}/${name}` }, end: null, undo: close };
    } catch (error) {
      undo();
      throw error;
    }
  }, signal);
}

function keepOwner(fd: number, current: fs.BigIntStats, made: fs.BigIntStats): void {
  if (current.uid === made.uid && current.gid === made.gid) return;
  try {
    fs.fchownSync(fd, Number(current.uid), Number(current.gid));
  } catch {
    // Only root can give a file away; an ordinary user's replacement is the user's own, as with any editor.
  }
}

/** The target as it is now, compared with `expect`; throws where it is another. */
async function asExpected(write: Write, target: string, signal: AbortSignal): Promise<fs.BigIntStats | null> {
  if (write.expect === null) {
    const refusal = irreplaceable(write, look(target));
    if (refusal) throw refusal;
    return null;
  }
  if (look(target) === null) throw new Deno.errors.NotFound(`Cannot write ${write.path}: it was removed meanwhile`);
  const fd = fs.openSync(target, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = fs.fstatSync(fd, { bigint: true });
    const refusal = irreplaceable(write, stat);
    if (refusal) throw refusal;
    const { sha256 } = await hashAll(fd, () => {}, signal);
    if (sha256 !== write.expect.toLowerCase()) {
      throw new Error(`Cannot write ${write.path}: it changed meanwhile`);
    }
    return stat;
  } finally {
    fs.closeSync(fd);
  }
}

/** The folders of `trail` are still themselves, whatever was made or removed in them, and `absolute` stands for `end`. */
function still(root: Root, trail: Trail, absolute: string, end: fs.BigIntStats): boolean {
  const startedAt = Date.now();
  const path = absolute.slice(root.absolute.length + 1);
  const now = walk(root, path, { links: "refuse", followLast: false, verb: "write" });
  return same(now.end, end) && trail.folders.every((folder, i) => same(folder, now.folders[i] ?? null)) &&
    held(now, end, startedAt);
}

function syncFolder(absolute: string): void {
  try {
    const fd = fs.openSync(absolute, O_RDONLY | O_DIRECTORY);
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    // A file system that cannot sync folders orders renames itself.
  }
}

/** Does `write` below `root`. Nothing is left behind where it throws, except by the death of the process. */
export async function writeFile(
  root: Root,
  write: Write,
  signal: AbortSignal,
): Promise<{ sha256: string; created: boolean }> {
  try {
    const { fd, temporary, target } = await start(root, write, signal);
    let kept = false;
    try {
      for (let at = 0; at < write.bytes.length;) {
        signal.throwIfAborted();
        at += fs.writeSync(fd, write.bytes, at, Math.min(1 << 20, write.bytes.length - at));
      }
      fs.fsyncSync(fd);
      const before = await asExpected(write, target, signal);
      signal.throwIfAborted();
      const now = look(target);
      const untouched = before === null
        ? now === null
        : now !== null && same(now, before) && now.size === before.size && now.mtimeNs === before.mtimeNs;
      const made = fs.fstatSync(fd, { bigint: true });
      if (!untouched || !still(root, temporary, temporary.absolute, made)) {
        throw new Deno.errors.Busy(`Cannot write ${write.path}: it or a folder above it changed meanwhile`);
      }
      fs.renameSync(temporary.absolute, target);
      kept = true;
      if (!still(root, temporary, target, made)) {
        throw new Deno.errors.Busy(`Cannot tell where ${write.path} was written: a folder above it changed meanwhile`);
      }
      syncFolder(temporary.folders.at(-1)!.absolute);
      return { sha256: createHash("sha256").update(write.bytes).digest("hex"), created: before === null };
    } finally {
      fs.closeSync(fd);
      if (!kept) fs.rmSync(temporary.absolute, { force: true });
    }
  } catch (error) {
    throw fileError(error, "write", write.path);
  }
}

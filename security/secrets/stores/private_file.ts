/** Small files that only their owner may read: read whole, replaced in one step, changed by one process at a time. */
import { basename, dirname } from "node:path";

/**
 * The bytes of the file at `path`. Throws `NotFound` if there is none; an `Error` with the cause if it is a link, no file,
 * another user's, readable or writable by others, or longer than `most`.
 */
export function readPrivateFile(path: string, most: number): Uint8Array {
  const before = Deno.lstatSync(path);
  if (before.isSymlink) throw new Error("it is a symbolic link");
  using file = Deno.openSync(path);
  const { mode, isFile, size, uid, ino, dev } = file.statSync();
  if (!isFile) throw new Error("it is no regular file");
  if (ino !== before.ino || dev !== before.dev) throw new Error("it was exchanged while it was opened");
  if (uid !== null && uid !== Deno.uid()) throw new Error("it belongs to another user");
  if (mode !== null && Deno.build.os !== "windows" && (mode & 0o077) !== 0) {
    throw new Error(`its mode is ${octal(mode)}, others may use it; chmod 600 it`);
  }
  if (size > most) throw new Error(`it has ${size} bytes, the most is ${most}`);
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const read = file.readSync(bytes.subarray(at));
    if (read === null) break;
    at += read;
  }
  return bytes.subarray(0, at);
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}

/** Puts `bytes` at `path`, mode 0600, on disk when it returns: a reader, or a crash, sees the old file or the new one. */
export function replacePrivateFile(path: string, bytes: Uint8Array): void {
  const draft = writeDraft(path, bytes);
  try {
    Deno.renameSync(draft, path);
  } catch (error) {
    Deno.removeSync(draft);
    throw error;
  }
  syncDirectory(path);
}

/** Puts `bytes` at `path` unless something is there; true if it did. Two that try at once agree on one file. */
export function createPrivateFile(path: string, bytes: Uint8Array): boolean {
  const draft = writeDraft(path, bytes);
  try {
    Deno.linkSync(draft, path);
    syncDirectory(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  } finally {
    Deno.removeSync(draft);
  }
}

function writeDraft(path: string, bytes: Uint8Array): string {
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${crypto.randomUUID()}.new`;
  using file = Deno.openSync(draft, { write: true, createNew: true, mode: 0o600 });
  try {
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    file.syncSync();
  } catch (error) {
    Deno.removeSync(draft);
    throw error;
  }
  return draft;
}

function syncDirectory(path: string): void {
  using directory = Deno.openSync(dirname(path));
  directory.syncSync();
}

/** Removes what writers of `path` left when they were killed. Call under the lock that every writer holds. */
export function sweepDrafts(path: string): void {
  const [directory, name] = [dirname(path), basename(path)];
  for (const entry of Deno.readDirSync(directory)) {
    if (entry.name.startsWith(`${name}.`) && /^[0-9a-f-]{36}\.new$/.test(entry.name.slice(name.length + 1))) {
      Deno.removeSync(`${directory}/${entry.name}`);
    }
  }
}

/** Runs `change` while no other process or call holds the lock at `path`. The kernel lets go of it when a process dies. */
export async function underLock<T>(path: string, change: () => Promise<T>, signal: AbortSignal): Promise<T> {
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  using file = await Deno.open(path, { write: true, create: true, mode: 0o600 });
  await file.lock(true);
  signal.throwIfAborted();
  return await change();
}

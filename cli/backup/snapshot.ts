/** Copies of everything in the state directory that belong together, taken while other processes may use it. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { clearError, openDatabase } from "../../security/database.ts";
import { openAuditKey } from "../../security/audit/key.ts";
import { type Verification, verifyAudit } from "../../security/audit/verify.ts";
import { exists } from "../exists.ts";
import { type Part, partOf, PARTS } from "../state/parts.ts";
import { type Entry, LIMITS } from "./manifest.ts";

export type Snapshot = { files: Entry[]; audit: Verification | null };

/** Times that head and log are copied anew, where retention cut the log between the two. */
const TRIES = 3;

/**
 * Copies the parts of `state` to the new directory `to`: databases in one transaction each, so that a running chat
 * neither waits nor is torn; then the audit log's copy is verified. Throws for a part that cannot be read whole.
 */
export async function takeSnapshot(
  state: string,
  to: string,
  options: { models: boolean },
  signal: AbortSignal,
): Promise<Snapshot> {
  const parts = PARTS.filter(({ backup, name }) =>
    (backup === "always" || (backup === "models" && options.models)) && exists(join(state, name))
  );
  const audit = parts.filter(({ name }) => name.startsWith("audit."));
  const rest = parts.filter((part) => !audit.includes(part));
  const verification = await copyAudit(state, to, audit, signal);
  const paths = [...audit.map(({ name }) => name)];
  for (const part of rest) paths.push(...await copyPart(state, to, part, signal));
  const files: Entry[] = [];
  for (const path of paths) files.push({ path, ...await hashOf(placeOf(path, state, to), signal) });
  if (files.length > LIMITS.files) throw new RangeError(`Cannot back up so many files: ${files.length}`);
  return { files, audit: verification };
}

/** Where the content of `path` is read from: models are large and never change, so they are read where they lie. */
export function placeOf(path: string, state: string, copies: string): string {
  return join(partOf(path)?.backup === "models" ? state : copies, path);
}

async function copyAudit(state: string, to: string, parts: Part[], signal: AbortSignal): Promise<Verification | null> {
  const names = parts.map(({ name }) => name);
  if (!names.includes("audit.db")) return null;
  for (const name of ["audit.key", "audit.head"]) {
    if (!names.includes(name)) throw new Error(`Cannot back up the audit log: ${name} is gone`);
  }
  for (let left = TRIES;; left--) {
    for (const part of parts) {
      await Deno.remove(join(to, part.name)).catch(() => {});
      await copyPart(state, to, part, signal);
    }
    const key = openAuditKey(join(to, "audit.key"), { create: false });
    const found = await verifyAudit(join(to, "audit.db"), { key, headPath: join(to, "audit.head") }, signal);
    if (left === 1 || !found.faults.some(({ kind }) => kind === "head put back")) return found;
  }
}

/** The paths, relative to the state directory, of what was copied. */
async function copyPart(state: string, to: string, part: Part, signal: AbortSignal): Promise<string[]> {
  const from = join(state, part.name);
  const stat = await Deno.lstat(from);
  if (stat.isSymlink) throw new Error(`Cannot back up ${from}: it is a symbolic link`);
  if (part.kind === "folder") return await copyFolder(state, to, part.name, signal);
  if (!stat.isFile) throw new Error(`Cannot back up ${from}: it is no file`);
  if (part.kind === "database") await copyDatabase(from, join(to, part.name), part);
  else {
    await Deno.copyFile(from, join(to, part.name));
    await Deno.chmod(join(to, part.name), 0o600);
  }
  return [part.name];
}

/** All pages in one step, which is one read transaction: no writer waits for it, and it begins once. (`VACUUM INTO` attaches a database, which Deno allows to nobody but with all permissions.) */
async function copyDatabase(from: string, to: string, { what, store }: Part): Promise<void> {
  try {
    // Brought to its newest form first, as any start of the program does.
    if (store) openDatabase(from, store).close();
    const db = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
    try {
      Deno.openSync(to, { write: true, createNew: true, mode: 0o600 }).close();
      await backup(db, to, { rate: 2 ** 31 - 1 });
    } finally {
      db.close();
    }
    const copy = new DatabaseSync(to);
    try {
      copy.exec("PRAGMA journal_mode = DELETE");
    } finally {
      copy.close();
    }
  } catch (error) {
    throw clearError(`copy ${what} at ${from}`, error);
  }
}

async function copyFolder(state: string, to: string, folder: string, signal: AbortSignal): Promise<string[]> {
  await Deno.mkdir(join(to, folder), { recursive: true, mode: 0o700 });
  const paths: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(join(state, folder))) {
    signal.throwIfAborted();
    const path = `${folder}/${name}`;
    if (isDirectory) paths.push(...await copyFolder(state, to, path, signal));
    else if (isFile && partOf(path) !== null) {
      if (placeOf(path, state, to) !== join(state, path)) {
        await Deno.copyFile(join(state, path), join(to, path));
        await Deno.chmod(join(to, path), 0o600);
      }
      paths.push(path);
    } else throw new Error(`Cannot back up ${join(state, path)}: it is no plain file with a plain name`);
  }
  return paths.sort();
}

async function hashOf(path: string, signal: AbortSignal): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await Deno.open(path);
  for await (const piece of file.readable) {
    signal.throwIfAborted();
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

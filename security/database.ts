/** A SQLite file of ours, opened the one way that keeps what was acknowledged. */
import { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { migrate, type Step, versionOf } from "./migrate.ts";

export type Store = {
  /** What a person calls it, for errors: `audit log`. */
  name: string;
  steps: readonly Step[];
};

/** How long a writer waits for another process's transaction, milliseconds. The event loop waits too. */
const BUSY_MS = 5_000;

const CAUSES: [pattern: RegExp, cause: string][] = [
  [/not a database|malformed|disk image/i, "the file is damaged"],
  [/readonly|read-only/i, "the file or its folder is read-only"],
  [/is full|no space left/i, "the disk is full"],
  [/permission denied/i, "this user may not use it"],
  [/locked|busy/i, `another process has held it for ${BUSY_MS / 1000} s`],
  [/unable to open/i, "the folder is read-only or missing, or this user may not use it"],
  [/disk I\/O/i, "the disk is full or failed"],
];

/** One line, `Cannot <doing>: <cause>`, for an error of SQLite or of the file system; its own words follow in brackets. */
export function storeError(doing: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const cause = CAUSES.find(([pattern]) => pattern.test(message))?.[1];
  return new Error(`Cannot ${doing}: ${cause ? `${cause} (${message})` : message}`, { cause: error });
}

/** `error` itself if it is a clear one of ours, else as `storeError` tells it. */
export function clearError(doing: string, error: unknown): Error {
  return error instanceof Error && error.message.startsWith("Cannot ") ? error : storeError(doing, error);
}

/** What `work` gives; what it throws comes out as `clearError`. Throws the signal's reason, if it has one, before. */
export function inStore<T>(doing: string, work: () => T, signal: AbortSignal): T {
  signal.throwIfAborted();
  try {
    return work();
  } catch (error) {
    throw clearError(doing, error);
  }
}

/**
 * Opens the store at `path`, creating file (0600) and folder (0700) as needed, and migrates it: WAL,
 * `synchronous=FULL`, foreign keys on, deleted content overwritten with zeros. `readOnly` creates and
 * changes nothing and so refuses a store that still needs a step.
 *
 * Throws one `Error` that names the file and the cause; a damaged or foreign file is left as it is.
 */
export function openDatabase(path: string, store: Store, options?: { readOnly?: boolean }): DatabaseSync {
  const readOnly = options?.readOnly ?? false;
  const doing = `open the ${store.name} at ${path}`;
  if (readOnly) stat(path, doing);
  else create(path, doing);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly, timeout: BUSY_MS, enableForeignKeyConstraints: true });
    if (readOnly) {
      const version = versionOf(db);
      if (version !== store.steps.length) {
        throw new RangeError(`Cannot ${doing}: it has version ${version}, this harombe reads ${store.steps.length}`);
      }
    } else {
      db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
      // macOS: without it a sync ends in the drive's cache. No effect elsewhere. https://sqlite.org/pragma.html#pragma_fullfsync
      db.exec("PRAGMA fullfsync = ON");
      migrate(db, { name: `${store.name} at ${path}`, steps: store.steps });
    }
    return db;
  } catch (error) {
    db?.close();
    const said = (error instanceof RangeError || error instanceof TypeError) && error.message.startsWith("Cannot open");
    throw said ? error : storeError(doing, error);
  }
}

function stat(path: string, doing: string): void {
  try {
    Deno.statSync(path);
  } catch (error) {
    throw error instanceof Deno.errors.NotFound
      ? new Deno.errors.NotFound(`Cannot ${doing}: there is none yet`)
      : error;
  }
}

function create(path: string, doing: string): void {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw storeError(doing, error);
  }
}

/** Clears the write-ahead log of what it still holds of deleted rows; not waited for while another process uses it. */
export function clearWal(db: DatabaseSync): void {
  db.exec("PRAGMA busy_timeout = 0");
  try {
    db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  }
}

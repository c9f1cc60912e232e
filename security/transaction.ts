/** All or none, for a SQLite store. */
import type { DatabaseSync } from "node:sqlite";

/** Runs `work` between BEGIN IMMEDIATE and COMMIT: all of it is kept, or, if anything throws, none. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite has already rolled back by itself after some errors (a full disk), and then refuses this one.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

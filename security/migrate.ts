/** Brings a SQLite store to its newest form, step by step. */
import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./transaction.ts";

/** One numbered change of a store's form: SQL text, or code where rows must be rewritten. Never edited once released. */
export type Step = string | ((db: DatabaseSync) => void);

/** The number of steps that the open database has behind it. */
export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()!.user_version);
}

/**
 * Runs the `steps` that `db` has not seen and returns how many ran. Each step and its number are one
 * transaction: a crash leaves the form before or after a step, and two processes run no step twice.
 *
 * Throws a `RangeError` for a database from a newer program, a `TypeError` for one of another program;
 * neither is changed.
 */
export function migrate(db: DatabaseSync, store: { name: string; steps: readonly Step[] }): number {
  const found = versionOf(db);
  if (found > store.steps.length) {
    throw new RangeError(
      `Cannot open the ${store.name}: it has version ${found}, this harombe knows up to ${store.steps.length}; update harombe`,
    );
  }
  let ran = 0;
  for (const [before, step] of store.steps.entries()) {
    if (before < found) continue;
    inTransaction(db, () => {
      const version = versionOf(db);
      if (version > before) return;
      const { tables } = db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()!;
      if (version === 0 && Number(tables) > 0) {
        throw new TypeError(`Cannot open the ${store.name}: the file is another program's database`);
      }
      if (typeof step === "string") db.exec(step);
      else step(db);
      db.exec(`PRAGMA user_version = ${before + 1}`);
      ran++;
    });
  }
  return ran;
}

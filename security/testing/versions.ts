/** For tests: a store left by every earlier version of the program opens with its rows and in the newest form. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openDatabase, type Store } from "../database.ts";
import { migrate, versionOf } from "../migrate.ts";

/** A row that a program with `since` or more steps could have left. Add some when a step is added. */
export type OldRow = { table: string; since: number; sql: string };

function formOf(db: DatabaseSync) {
  return db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all().map((row) => ({ ...row }));
}

function rowsOf(db: DatabaseSync, tables: string[]) {
  return tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all().map((row) => ({ ...row })));
}

/** Writes a store at each version by running the steps up to it, fills it, and opens it as the newest. */
export async function checkVersions(t: Deno.TestContext, store: Store, rows: readonly OldRow[]): Promise<void> {
  const newest = new DatabaseSync(":memory:");
  migrate(newest, store);
  for (let version = 0; version <= store.steps.length; version++) {
    await t.step(`from version ${version}`, async () => {
      const dir = await Deno.makeTempDir();
      const old = new DatabaseSync(`${dir}/store.db`);
      migrate(old, { name: store.name, steps: store.steps.slice(0, version) });
      assert.equal(versionOf(old), version);
      const kept = rows.filter(({ since }) => since <= version);
      for (const { sql } of kept) old.exec(sql);
      const tables = kept.map(({ table }) => table);
      const before = rowsOf(old, tables);
      old.close();
      const db = openDatabase(`${dir}/store.db`, store);
      assert.deepEqual([versionOf(db), formOf(db)], [store.steps.length, formOf(newest)]);
      assert.deepEqual(rowsOf(db, tables), before);
      assert.equal(migrate(db, store), 0);
      db.close();
      await Deno.remove(dir, { recursive: true });
    });
  }
  newest.close();
}

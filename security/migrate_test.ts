import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { AUDIT_STORE } from "./audit/schema.ts";
import { openDatabase } from "./database.ts";
import { migrate, versionOf } from "./migrate.ts";

async function folder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function formOf(db: DatabaseSync) {
  return db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all().map((row) => ({ ...row }));
}

Deno.test("a store from a newer program, or of another program, is refused and left as it is", async (t) => {
  const cases: [name: string, sql: string, said: RegExp][] = [
    ["newer", "CREATE TABLE t (x); PRAGMA user_version = 99", /version 99, this harombe knows up to 2; update harombe/],
    ["foreign", "CREATE TABLE bookmarks (url)", /another program's database/],
  ];
  for (const [name, sql, said] of cases) {
    await t.step(name, async () => {
      await using dir = await folder();
      const path = `${dir.path}/store.db`;
      const db = new DatabaseSync(path);
      db.exec(sql);
      const before = formOf(db);
      db.close();
      assert.throws(() => openDatabase(path, AUDIT_STORE), said);
      const again = new DatabaseSync(path);
      assert.deepEqual(formOf(again), before);
      again.close();
    });
  }
});

Deno.test("a step that fails leaves the form before it, and the next start goes on from there", () => {
  const db = new DatabaseSync(":memory:");
  const good = "CREATE TABLE a (x)";
  const store = (second: string) => ({ name: "store", steps: [good, second] });
  assert.throws(() => migrate(db, store("CREATE TABLE b (x); SYNTAX ERROR")), /syntax error/);
  assert.deepEqual([versionOf(db), formOf(db).map((row) => row.name)], [1, ["a"]]);
  assert.equal(migrate(db, store("CREATE TABLE b (x)")), 1);
  assert.deepEqual([versionOf(db), formOf(db).map((row) => row.name)], [2, ["a", "b"]]);
  db.close();
});

Deno.test("a step can be code that rewrites rows", () => {
  const db = new DatabaseSync(":memory:");
  const steps = [
    "CREATE TABLE a (x); INSERT INTO a VALUES (2)",
    (db: DatabaseSync) => db.exec("UPDATE a SET x = x * 21"),
  ];
  migrate(db, { name: "store", steps });
  assert.equal(db.prepare("SELECT x FROM a").get()!.x, 42);
  db.close();
});

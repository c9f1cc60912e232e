import assert from "node:assert/strict";
import { commitRestore, finishRestore, incoming, performRestore } from "./swap.ts";

/** Everything below `path`, with its content. */
function tree(path: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    if (name === ".backup.lock") continue;
    if (!isDirectory) found[name] = Deno.readTextFileSync(`${path}/${name}`);
    else for (const [inner, text] of Object.entries(tree(`${path}/${name}`))) found[`${name}/${inner}`] = text;
  }
  return found;
}

const OLD = [
  "audit.db",
  "audit.db-wal",
  "audit.head",
  "audit.key",
  "harombe.yaml",
  "memory.db",
  "sessions.db",
  "models/big",
];
const FRESH = ["audit.db", "audit.head", "audit.key", "sessions.db", "recipes/a"];

function prepare(): string {
  const state = Deno.makeTempDirSync({ prefix: "harombe-swap-" });
  const put = (root: string, paths: string[], text: string) => {
    for (const path of paths) {
      Deno.mkdirSync(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(`${root}/${path}`, `${text} ${path}`);
    }
  };
  put(state, OLD, "old");
  put(incoming(state), FRESH, "new");
  return state;
}

/** What a finished restore looks like. */
function expected(aside: string): Record<string, string> {
  const old = OLD.filter((path) => !path.startsWith("models/")).map((path) => [`${aside}/${path}`, `old ${path}`]);
  return Object.fromEntries([...old, ...FRESH.map((path) => [path, `new ${path}`]), ["models/big", "old models/big"]]);
}

Deno.test("a restore that dies after any of its steps is finished by the next start, never half", () => {
  const dry = prepare();
  commitRestore(dry, 0);
  const steps = [...performRestore(dry)].length;
  Deno.removeSync(dry, { recursive: true });
  assert.ok(steps > 12, `${steps}`);
  for (let cut = 0; cut <= steps; cut++) {
    const state = prepare();
    const aside = commitRestore(state, 0).split("/").at(-1)!;
    const work = performRestore(state);
    for (let step = 0; step < cut; step++) work.next();
    // The order is gone only after the last file is in its place.
    finishRestore(state);
    const rest = tree(state);
    for (const path of Object.keys(rest)) if (path.startsWith(".restore/")) delete rest[path];
    assert.deepEqual(rest, expected(aside), `cut after step ${cut}`);
    assert.equal(finishRestore(state), false);
    Deno.removeSync(state, { recursive: true });
  }
});

Deno.test("before the order is given a restore has touched nothing", () => {
  const state = prepare();
  assert.equal(finishRestore(state), false);
  const found = tree(state);
  for (const path of OLD) assert.equal(found[path], `old ${path}`);
  Deno.removeSync(state, { recursive: true });
});

Deno.test("an order that names places outside is not followed", () => {
  const state = prepare();
  const right = { aside: "before-restore-x", old: ["audit.db"], fresh: [] };
  for (const wrong of [{ aside: "../../elsewhere" }, { old: ["../x"] }, { fresh: ["/etc/x"] }, { old: [".restore"] }]) {
    Deno.writeTextFileSync(`${state}/.restore/order.json`, JSON.stringify({ ...right, ...wrong }));
    assert.throws(() => finishRestore(state));
    assert.equal(tree(state)["audit.db"], "old audit.db");
  }
  Deno.removeSync(state, { recursive: true });
});

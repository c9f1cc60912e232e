import assert from "node:assert/strict";
import { join } from "node:path";
import { place } from "./harombe.ts";

Deno.test("a run is kept, shown, replayed with another value, stopped at a refusal, and removed", async () => {
  await using p = await place();
  await Deno.writeTextFile(join(p.folder, "a.log"), "1\n2\n3\n4\n5\n");
  assert.equal((await p.run(["ask", "find the largest log file and show its last 3 lines"])).code, 0);
  const saved = await p.run(["recipes", "save", "--name", "tail", "--param", "n=3"]);
  assert.deepEqual([saved.code, saved.err], [0, ""]);

  // Another file is the largest now: it is found again.
  await Deno.writeTextFile(join(p.folder, "b.log"), Array.from({ length: 50 }, (_, n) => `line ${n}\n`).join(""));
  const ran = await p.run(["recipes", "run", "tail", "n=2"]);
  assert.deepEqual([ran.code, ran.out], [
    0,
    "Recipe tail: all 2 steps are done.\n\nb.log, its last 2 lines:\nline 48\nline 49\n",
  ]);
  const asked = await p.run(["ask", "run recipe tail with n=1"]);
  assert.deepEqual([asked.code, asked.out], [
    0,
    "Recipe tail: all 2 steps are done.\n\nb.log, its last 1 lines:\nline 49\n",
  ]);

  const list = JSON.parse((await p.run(["recipes", "list", "--json"])).out);
  assert.deepEqual(list.map((one: { name: string; edited: boolean }) => [one.name, one.edited]), [["tail", false]]);
  assert.equal((await p.run(["recipes", "run", "tail", "x=1"])).code, 1);
  assert.equal((await p.run(["recipes", "run", "../tail"])).code, 2);
  assert.equal((await p.run(["recipes", "rm", "tail"])).code, 0);
  assert.equal((await p.run(["recipes", "show", "tail"])).code, 1);
});

Deno.test("a recipe grants nothing: what asks, asks again, and a refusal ends the run before the next step", async () => {
  await using p = await place();
  const steps = [
    { id: "one", tool: "write_file", arguments: { path: "{{p}}", content: "x\n" } },
    { id: "two", tool: "write_file", arguments: { path: "after.txt", content: "y\n" } },
  ];
  await Deno.mkdir(join(p.home, ".harombe/recipes"), { recursive: true, mode: 0o700 });
  await Deno.chmod(join(p.home, ".harombe"), 0o700);
  await Deno.writeTextFile(
    join(p.home, ".harombe/recipes/two.yaml"),
    JSON.stringify({ name: "two", parameters: [{ name: "p", type: "path", default: "a.txt" }], steps }),
    { mode: 0o600 },
  );
  const refused = await p.run(["recipes", "run", "two"]);
  assert.equal(refused.code, 3);
  assert.match(refused.out, /^Recipe two stopped at step 1 of 2 \(write_file\): Not approved/);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(p.folder)), []);

  // A rule for one file is none for the next step's file.
  const half = await p.run(["recipes", "run", "two", "--allow", "write_file:a.txt"]);
  assert.equal(half.code, 3);
  assert.match(half.out, /stopped at step 2 of 2/);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(p.folder))).map((e) => e.name), ["a.txt"]);
  assert.equal((await p.run(["recipes", "run", "two", "p=../out.txt", "--allow", "write_file:**"])).code, 1);
});

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { oneLine, place } from "./harombe.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("what was said, done and remembered moves to another home by one file", async () => {
  await using at = await place();
  const elsewhere = { env: { HAROMBE_HOME: join(at.home, "elsewhere") } };
  assert.equal((await at.run(["ask", "list files"])).code, 0);
  assert.equal((await at.run(["memory", "add", "The cat is called Turing"])).code, 0);
  const asked = await at.run(["ask", "what is the cat called", "--json"]);
  assert.equal(asked.code, 0, asked.err);
  const written = await at.run(["backup", "b.tgz"]);
  assert.deepEqual({ code: written.code, err: written.err }, { code: 0, err: "" });
  assert.match(written.out, /NOT encrypted: whoever reads it has/);
  const before = await Promise.all(["sessions", "memory", "audit"].map((thing) => at.run([thing, "list", "--json"])));
  assert.equal((await at.run(["restore", "b.tgz"], undefined, elsewhere)).code, 0);
  const after = await Promise.all(
    ["sessions", "memory", "audit"].map((thing) => at.run([thing, "list", "--json"], undefined, elsewhere)),
  );
  assert.deepEqual(after, before);
  const verified = await at.run(["audit", "verify"], undefined, elsewhere);
  assert.match(verified.out, /^The audit log is whole\./);
  assert.equal((await at.run(["ask", "--resume=latest", "list files"], undefined, elsewhere)).code, 0);
  oneLine(
    await at.run(["restore", "b.tgz"]),
    1,
    /it holds audit\.key.*--force keeps them aside/,
    "restore over a state",
  );
  oneLine(await at.run(["backup", "b.tgz"]), 1, /is there already/, "backup over a file");
  oneLine(await at.run(["backup"]), 2, /missing required argument 'file'/, "backup without a file");
  oneLine(await at.run(["restore", "none.tgz"], undefined, elsewhere), 1, /Cannot /, "restore of nothing");
  oneLine(
    await at.run(["backup", "--encrypt", "c.age"], "too short\n"),
    2,
    /so short a passphrase/,
    "a short passphrase",
  );
  assert.equal((await at.run(["backup", "--encrypt", "c.age"], "correct horse battery\n")).code, 0);
  const third = { env: { HAROMBE_HOME: join(at.home, "third") } };
  assert.equal((await at.run(["restore", "c.age"], "correct horse battery\n", third)).code, 0);
  assert.deepEqual(await at.run(["memory", "list", "--json"], undefined, third), before[1]);
});

Deno.test("a restore that is killed at any moment leaves the old state or the new one, whole", async () => {
  await using at = await place();
  const [file, state] = [join(at.folder, "b.tgz"), join(at.home, "state")];
  assert.equal((await at.run(["memory", "add", "new"])).code, 0);
  assert.equal((await at.run(["ask", "list files"])).code, 0);
  assert.equal((await at.run(["backup", "b.tgz"])).code, 0);
  const there = { env: { HAROMBE_HOME: state } };
  const seen = new Set<string>();
  for (const events of [1, 60, 100, 112, 118, 124, 130, 136, 1000]) {
    await Deno.remove(state, { recursive: true }).catch(() => {});
    assert.equal((await at.run(["memory", "add", "old"], undefined, there)).code, 0);
    const watcher = Deno.watchFs(state);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        `--config=${ROOT}/deno.json`,
        `--allow-read=${state},${file}`,
        `--allow-write=${state}`,
        "--allow-env=HAROMBE_HOME,HOME",
        "--allow-sys=uid,statfs",
        join(ROOT, "main.ts"),
        "restore",
        "--force",
        file,
      ],
      clearEnv: true,
      env: { ...at.env, HAROMBE_HOME: state },
      stdout: "null",
      stderr: "null",
    }).spawn();
    const ended = child.status.then(() => watcher.close());
    let count = 0;
    for await (const _ of watcher) if (++count === events) child.kill("SIGKILL");
    await ended;
    const { code, out } = await at.run(["memory", "list", "--json"], undefined, there);
    assert.equal(code, 0);
    const texts = JSON.parse(out).map((fact: { text: string }) => fact.text).join();
    seen.add(texts);
    assert.match(texts, /^(?:old|new)$/, `killed after ${events} events`);
    const audit = await at.run(["audit", "verify"], undefined, there);
    assert.equal(audit.code, 0, audit.out);
    assert.equal(audit.out.startsWith("The audit log is whole."), texts === "new", `${texts}: ${audit.out}`);
    await assert.rejects(Deno.lstat(join(state, ".restore/order.json")), Deno.errors.NotFound);
  }
  assert.deepEqual([...seen].sort(), ["new", "old"]);
});

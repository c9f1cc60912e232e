import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openAuditKey } from "./key.ts";
import { type AuditLog, openAudit } from "./log.ts";
import type { AuditEntry } from "./record.ts";
import { verifyAudit } from "./verify.ts";
import { describeFault } from "./fault.ts";

const never = new AbortController().signal;
const DAY = 86_400_000;

function entry(n: number): AuditEntry {
  return {
    kind: "intent",
    callId: `call-${n}`,
    session: "s",
    agent: "main",
    tool: "write_file",
    args: { path: "ünï\u0000\ud800/𝔞.md", content: `${n}` },
    risk: "MEDIUM",
    verdict: "allow",
    reasons: ["writes inside the workspace"],
    by: "rule",
  };
}

async function place() {
  const dir = await Deno.makeTempDir();
  const key = openAuditKey(`${dir}/key`, { create: true });
  const clock = { now: 1_000_000 };
  const path = `${dir}/audit.db`;
  const options = { key, headPath: `${dir}/elsewhere.head`, now: () => clock.now };
  const faults = async () => (await verifyAudit(path, options, never)).faults.map(describeFault);
  return {
    dir,
    path,
    clock,
    ...options,
    faults,
    open: (): AuditLog => openAudit(path, options),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("records come back numbered from 1, chained, and verify", async () => {
  await using at = await place();
  const log = at.open();
  const first = await log.append(entry(1), never);
  const second = await log.append(entry(2), never);
  log.close();
  assert.deepEqual([first.seq, first.at, first.entry], [1, 1_000_000, entry(1)]);
  assert.equal(second.seq, 2);
  const found = await verifyAudit(at.path, at, never);
  assert.deepEqual({ ...found, head: found.head?.seq }, {
    records: 2,
    last: 2,
    head: 2,
    pruned: null,
    faults: [],
    omitted: 0,
  });
});

Deno.test("database, head and key are for their owner alone", async () => {
  await using at = await place();
  const log = at.open();
  await log.append(entry(1), never);
  for (const file of [at.path, `${at.path}-wal`, at.headPath, `${at.dir}/key`]) {
    assert.equal(Deno.statSync(file).mode! & 0o777, 0o600, file);
  }
  log.close();
});

Deno.test("a key file that others may read, that is cut or that holds another kind of key is refused", async () => {
  await using at = await place();
  Deno.chmodSync(`${at.dir}/key`, 0o640);
  assert.throws(() => openAuditKey(`${at.dir}/key`, { create: true }), /mode is 0640/);
  Deno.writeTextFileSync(`${at.dir}/cut`, "-----BEGIN PRIVATE KEY-----\n", { mode: 0o600 });
  assert.throws(() => openAuditKey(`${at.dir}/cut`, { create: true }), /holds no Ed25519/);
  assert.throws(() => openAuditKey(`${at.dir}/none`, { create: false }), Deno.errors.NotFound);
});

Deno.test("a key or a head that cannot be made is one clear line", async () => {
  await using at = await place();
  Deno.writeTextFileSync(`${at.dir}/file`, "");
  assert.throws(() => openAuditKey(`${at.dir}/file/key`, { create: true }), /^Error: Cannot use the audit key [^\n]*$/);
  assert.throws(
    () => openAudit(at.path, { ...at, headPath: `${at.dir}/file/head` }),
    /^Error: Cannot open the audit log at [^\n]*$/,
  );
});

Deno.test("the log needs no power but to read and write its own folder", async () => {
  await using at = await place();
  at.open().close();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      `--allow-read=${at.dir}`,
      `--allow-write=${at.dir}`,
      new URL("./testing/append.ts", import.meta.url).pathname,
      at.dir,
      "3",
    ],
    stdout: "null",
  }).output();
  assert.deepEqual([code, new TextDecoder().decode(stderr)], [0, ""]);
  assert.deepEqual(await at.faults(), []);
});

Deno.test("concurrent appends share a commit and keep their order", async () => {
  await using at = await place();
  const log = at.open();
  const records = await Promise.all(Array.from({ length: 50 }, (_, i) => log.append(entry(i), never)));
  assert.deepEqual(records.map((r) => r.seq), Array.from({ length: 50 }, (_, i) => i + 1));
  assert.deepEqual(records.map((r) => r.entry.callId), Array.from({ length: 50 }, (_, i) => `call-${i}`));
  log.close();
  assert.deepEqual(await at.faults(), []);
});

Deno.test("one entry that cannot be stored, or whose caller gave up, does not take the others with it", async () => {
  await using at = await place();
  const log = at.open();
  const gone = new AbortController();
  const settled = Promise.allSettled([
    log.append(entry(1), never),
    log.append({ ...entry(2), args: 1n } as AuditEntry, never),
    log.append(entry(3), gone.signal),
    log.append(entry(4), never),
  ]);
  gone.abort();
  assert.deepEqual((await settled).map((r) => r.status === "fulfilled" ? r.value.seq : "rejected"), [
    1,
    "rejected",
    "rejected",
    2,
  ]);
  log.close();
  await assert.rejects(log.append(entry(5), never), /it is closed/);
});

Deno.test("two open logs append to one chain", async () => {
  await using at = await place();
  const [a, b] = [at.open(), at.open()];
  for (let i = 0; i < 10; i++) await (i % 3 ? a : b).append(entry(i), never);
  const both = await Promise.all([a.append(entry(10), never), b.append(entry(11), never)]);
  assert.deepEqual(both.map((r) => r.seq).sort((x, y) => x - y), [11, 12]);
  a.close();
  b.close();
  const found = await verifyAudit(at.path, at, never);
  assert.deepEqual([found.last, found.head?.seq, found.faults], [12, 12, []]);
});

Deno.test("four processes append to one chain at once", async () => {
  await using at = await place();
  at.open().close();
  const children = Array.from({ length: 4 }, () =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("./testing/append.ts", import.meta.url).pathname, at.dir, "50"],
      stdout: "null",
    }).spawn().status);
  assert.deepEqual((await Promise.all(children)).map((s) => s.code), [0, 0, 0, 0]);
  const found = await verifyAudit(at.path, at, never);
  assert.deepEqual([found.records, found.head?.seq, found.faults], [200, 200, []]);
});

Deno.test("a log whose end is not the signed one is not opened, and an open one is not appended to", async (t) => {
  const attacks: [name: string, sql: string, said: RegExp][] = [
    ["tail rolled back", "DELETE FROM record WHERE seq > 3", /rolled back from record 5 to 3/],
    ["all deleted", "DELETE FROM record; DELETE FROM seal", /rolled back from record 5 to 0|seal is missing/],
    [
      "last hash changed",
      "UPDATE record SET hash = replace(hash, 'a', 'b') WHERE seq = 5",
      /not the one that was signed/,
    ],
    [
      "row added",
      "INSERT INTO record SELECT 6, body, hash, call FROM record WHERE seq = 5",
      /record 6 and later are not covered/,
    ],
    ["seal deleted", "DELETE FROM seal", /seal is missing/],
    ["seal forged", "UPDATE seal SET line = replace(line, '\"seq\":5', '\"seq\":6')", /seal is forged/],
  ];
  for (const [name, sql, said] of attacks) {
    await t.step(name, async () => {
      await using at = await place();
      const log = at.open();
      for (let i = 0; i < 5; i++) await log.append(entry(i), never);
      const other = new DatabaseSync(at.path);
      other.exec(sql);
      other.close();
      await assert.rejects(log.append(entry(9), never), said);
      log.close();
      assert.throws(() => at.open(), said);
    });
  }
});

Deno.test("a whole older database under a newer head is not opened", async () => {
  await using at = await place();
  const log = at.open();
  await log.append(entry(1), never);
  log.close();
  Deno.copyFileSync(at.path, `${at.dir}/old`);
  const again = at.open();
  await again.append(entry(2), never);
  again.close();
  Deno.copyFileSync(`${at.dir}/old`, at.path);
  assert.throws(() => at.open(), /rolled back from record 2 to 1/);
  assert.deepEqual(await at.faults(), ["the tail was rolled back from record 2 to 1"]);
});

Deno.test("a missing, forged or foreign head keeps the log shut", async () => {
  await using at = await place();
  const log = at.open();
  await log.append(entry(1), never);
  log.close();
  const foreign = openAuditKey(`${at.dir}/other`, { create: true });
  assert.throws(() => openAudit(at.path, { ...at, key: foreign }), /signed by another key|seal/);
  Deno.renameSync(at.headPath, `${at.dir}/kept`);
  assert.throws(() => at.open(), /elsewhere.head is missing/);
  assert.deepEqual(await at.faults(), ["the head file is missing"]);
});

Deno.test("a head left behind by a crash is brought up to the sealed end at the next opening", async () => {
  await using at = await place();
  const log = at.open();
  await log.append(entry(1), never);
  const old = Deno.readFileSync(at.headPath);
  await log.append(entry(2), never);
  log.close();
  Deno.writeFileSync(at.headPath, old);
  assert.deepEqual(await at.faults(), []);
  at.open().close();
  assert.equal((await verifyAudit(at.path, at, never)).head?.seq, 2);
});

Deno.test("pruning keeps the chain verifiable, counts what went, and never takes the newest record", async () => {
  await using at = await place();
  const log = at.open();
  for (let i = 1; i <= 4; i++) {
    await log.append(entry(i), never);
    at.clock.now += DAY;
  }
  const { removed, checkpoint } = await log.prune({ days: 2.5 }, never);
  assert.deepEqual([removed, checkpoint?.seq, checkpoint?.counts], [2, 2, { intent: 2, outcome: 0, refusal: 0 }]);
  assert.deepEqual(await at.faults(), []);
  at.clock.now += 100 * DAY;
  const second = await log.prune({ days: 1 }, never);
  assert.deepEqual([second.removed, second.checkpoint?.counts], [1, { intent: 3, outcome: 0, refusal: 0 }]);
  assert.deepEqual(await log.prune({ days: 1 }, never), { removed: 0, checkpoint: second.checkpoint });
  assert.equal((await log.append(entry(5), never)).seq, 5);
  log.close();
  at.open().close();
  const found = await verifyAudit(at.path, at, never);
  assert.deepEqual([found.records, found.pruned?.seq, found.faults], [2, 3, []]);
});

Deno.test("a head from before a pruning is named, and keeps the log shut", async () => {
  await using at = await place();
  const log = at.open();
  await log.append(entry(1), never);
  const old = Deno.readFileSync(at.headPath);
  for (let i = 2; i <= 4; i++) await log.append(entry(i), never);
  at.clock.now += 2 * DAY;
  await log.append(entry(5), never);
  await log.prune({ days: 1 }, never);
  log.close();
  Deno.writeFileSync(at.headPath, old);
  assert.deepEqual(await at.faults(), ["the head file was put back to an older one, of record 1"]);
  assert.throws(() => at.open(), /put back to an older one, of record 1/);
});

Deno.test("verifying beside writers and prunings finds no fault", async () => {
  await using at = await place();
  const log = at.open();
  const writer = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./testing/append.ts", import.meta.url).pathname, at.dir, "100"],
    stdout: "null",
  }).spawn();
  const status = writer.status;
  const writing = { on: true };
  status.finally(() => writing.on = false);
  for (let i = 0; writing.on; i++) {
    if (i % 8 === 0) {
      await log.append(entry(1), never);
      await log.prune({ days: 1e-9 }, never);
    }
    assert.deepEqual(await at.faults(), []);
    // The child's end is heard of only between turns of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assert.equal((await status).code, 0);
  log.close();
  const { faults, head, last } = await verifyAudit(at.path, at, never);
  assert.deepEqual([faults, head?.seq], [[], last]);
});

Deno.test("cutting the front by hand is no pruning, and a forged checkpoint is named", async () => {
  await using at = await place();
  const log = at.open();
  for (let i = 1; i <= 5; i++) {
    await log.append(entry(i), never);
    at.clock.now += DAY;
  }
  await log.prune({ days: 3.5 }, never);
  log.close();
  const db = new DatabaseSync(at.path);
  db.exec("DELETE FROM record WHERE seq = 3");
  assert.deepEqual(await at.faults(), ["record 3 is missing"]);
  db.exec(`UPDATE checkpoint SET line = replace(line, '"seq":2', '"seq":3')`);
  assert.deepEqual(await at.faults(), [
    "the checkpoint of pruned records has a wrong signature",
    "records 1 to 3 are missing",
  ]);
  db.exec("DELETE FROM checkpoint");
  assert.deepEqual(await at.faults(), ["records 1 to 3 are missing"]);
  db.close();
});

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { sha256 } from "./chain.ts";
import { describeFault } from "./fault.ts";
import { openAuditKey } from "./key.ts";
import { openAudit } from "./log.ts";
import { readAudit } from "./query.ts";
import type { AuditEntry } from "./record.ts";
import { verifyAudit } from "./verify.ts";

const never = new AbortController().signal;
const COUNT = 8;

function entry(n: number): AuditEntry {
  return {
    kind: "outcome",
    callId: `c${n}`,
    session: "s",
    tool: "shell",
    ok: n % 2 === 0,
    ms: n,
    resultSha256: sha256(`${n}`),
    summary: "é".repeat(n),
  };
}

/** A closed log of eight records, all of it in the main database file. */
async function closedLog() {
  const dir = await Deno.makeTempDir();
  const key = openAuditKey(`${dir}/key`, { create: true });
  const path = `${dir}/audit.db`;
  const options = { key, headPath: `${dir}/head` };
  const log = openAudit(path, { ...options, now: () => 5 });
  for (let i = 1; i <= COUNT; i++) await log.append(entry(i), never);
  log.close();
  return {
    dir,
    path,
    ...options,
    verify: () => verifyAudit(path, options, never),
    faults: async () => (await verifyAudit(path, options, never)).faults.map(describeFault),
    sql(statements: string) {
      const db = new DatabaseSync(path);
      db.exec(statements);
      db.close();
    },
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

/** Puts record `a` in the place of `b` and the other way round. */
function swap(a: number, b: number): string {
  return `UPDATE record SET seq = -1 WHERE seq = ${a}; UPDATE record SET seq = ${a} WHERE seq = ${b};
          UPDATE record SET seq = ${b} WHERE seq = -1;`;
}

Deno.test("every tampering by SQL is found and named", async (t) => {
  const cases: [name: string, sql: string, faults: string[]][] = [
    ["nothing", "", []],
    ["a digit", `UPDATE record SET body = replace(body, '"ms":3', '"ms":4') WHERE seq = 3`, ["record 3 was changed"]],
    ["a call id", `UPDATE record SET call = '"c7"' WHERE seq = 3`, ["record 3 was changed"]],
    ["one row cut", "DELETE FROM record WHERE seq = 4", ["record 4 is missing"]],
    ["rows cut", "DELETE FROM record WHERE seq IN (2, 3, 6)", ["records 2 to 3 are missing", "record 6 is missing"]],
    ["first row cut", "DELETE FROM record WHERE seq = 1", ["record 1 is missing"]],
    ["neighbours swapped", swap(4, 5), ["records 4 and 5 were swapped"]],
    ["ends swapped", swap(1, COUNT), ["records 1 and 8 were swapped"]],
    ["tail cut", "DELETE FROM record WHERE seq > 6", ["the tail was rolled back from record 8 to 6"]],
    ["all cut", "DELETE FROM record", ["the tail was rolled back from record 8 to 0"]],
    [
      "tail and seal cut",
      "DELETE FROM record WHERE seq > 6; DELETE FROM seal",
      ["the seal is missing", "the tail was rolled back from record 8 to 6"],
    ],
    [
      "a row copied over another",
      "UPDATE record SET (body, hash, call) = (SELECT body, hash, call FROM record WHERE seq = 2) WHERE seq = 5",
      ["record 2 stands in the place of record 5"],
    ],
    [
      "rows added at the end",
      "INSERT INTO record SELECT seq + 8, body, hash, call FROM record WHERE seq < 3",
      [
        "record 1 stands in the place of record 9",
        "record 2 stands in the place of record 10",
        "records 9 to 10 were added without a signature",
      ],
    ],
    [
      "a row before the first",
      "INSERT INTO record SELECT 0, body, hash, call FROM record WHERE seq = 1",
      ["record 0 was added without a signature"],
    ],
    ["an index gone", "DROP INDEX record_call", [
      "index record_call is not part of the log's form, or was altered or removed",
    ]],
    ["a view", "CREATE VIEW v AS SELECT 1", ["view v is not part of the log's form, or was altered or removed"]],
    ["a trigger", "CREATE TRIGGER quiet AFTER INSERT ON record BEGIN DELETE FROM record WHERE seq = new.seq; END", [
      "trigger quiet is not part of the log's form, or was altered or removed",
    ]],
  ];
  for (const [name, sql, faults] of cases) {
    await t.step(name, async () => {
      await using log = await closedLog();
      log.sql(sql);
      assert.deepEqual(await log.faults(), faults);
    });
  }
});

Deno.test("a chain computed anew without the key is found at the signed record, and its start where it is not", async () => {
  await using log = await closedLog();
  const db = new DatabaseSync(log.path);
  const rows = db.prepare("SELECT seq, body, hash FROM record WHERE seq >= 3").all() as {
    seq: number;
    body: string;
    hash: string;
  }[];
  const write = db.prepare("UPDATE record SET body = ?, hash = ? WHERE seq = ?");
  const third = rows[0].body.replace('"ms":3', '"ms":33');
  write.run(third, sha256(third), 3);
  assert.deepEqual(await log.faults(), ["record 4 does not follow record 3: one of the two was written anew"]);
  let prev = sha256(third);
  for (const row of rows.slice(1)) {
    const body = row.body.replace(/"prev":"[0-9a-f]+"/, `"prev":"${prev}"`);
    prev = sha256(body);
    write.run(body, prev, row.seq);
  }
  db.close();
  assert.deepEqual(await log.faults(), ["record 8 is not the one that was signed: the chain was written anew"]);
});

Deno.test("deleting any set of records, or swapping any two, is found and named", async () => {
  await using log = await closedLog();
  const whole = Deno.readFileSync(log.path);
  const number = fc.integer({ min: 1, max: COUNT });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(number, { minLength: 1 }), async (gone) => {
      log.sql(`DELETE FROM record WHERE seq IN (${gone.join()})`);
      const { faults } = await log.verify();
      const named = faults.flatMap((f) =>
        f.kind === "missing"
          ? Array.from({ length: f.to - f.from + 1 }, (_, i) => f.from + i)
          : f.kind === "rolled back"
          ? Array.from({ length: f.from - f.to }, (_, i) => f.to + 1 + i)
          : [NaN]
      );
      Deno.writeFileSync(log.path, whole);
      assert.deepEqual(named, gone.sort((a, b) => a - b));
    }),
    { seed: 2, numRuns: 60 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(number, { minLength: 2, maxLength: 2 }), async ([a, b]) => {
      log.sql(swap(a, b));
      const { faults } = await log.verify();
      Deno.writeFileSync(log.path, whole);
      assert.deepEqual(faults, [{ kind: "swapped", a: Math.min(a, b), b: Math.max(a, b) }]);
    }),
    { seed: 3, numRuns: 40 },
  );
});

/** Where `text` (ASCII) lies in `bytes`. Throws if nowhere or twice. */
function positionOf(bytes: Uint8Array, text: string): number {
  const file = new TextDecoder("latin1").decode(bytes);
  const at = file.indexOf(text);
  assert.ok(at >= 0 && file.indexOf(text, at + 1) < 0, text);
  return at;
}

Deno.test("flipping any stored byte of any record, in the file itself, names that record", async () => {
  await using log = await closedLog();
  const whole = Deno.readFileSync(log.path);
  const db = new DatabaseSync(log.path);
  const rows = db.prepare("SELECT seq, body, hash, call FROM record").all() as {
    seq: number;
    body: string;
    hash: string;
    call: string;
  }[];
  db.close();
  const bits = [0x01, 0x20, 0x80];
  for (const { seq, body, hash, call } of rows) {
    const stored = body + hash + call;
    const at = positionOf(whole, stored);
    for (let i = 0; i < stored.length; i++) {
      const bytes = whole.slice();
      bytes[at + i] ^= bits[(i + seq) % bits.length];
      Deno.writeFileSync(log.path, bytes);
      const { faults } = await log.verify();
      const own = faults.filter((f) => f.kind === "changed").map((f) => f.seq);
      assert.deepEqual(own, [seq], `byte ${i} of record ${seq}`);
    }
  }
});

Deno.test("flipping any byte of the seal or the head file is found", async () => {
  await using log = await closedLog();
  const whole = Deno.readFileSync(log.path);
  const head = Deno.readFileSync(log.headPath);
  for (let i = 0; i < head.length; i++) {
    const bytes = head.slice();
    bytes[i] ^= 0x01;
    Deno.writeFileSync(log.headPath, bytes);
    assert.deepEqual(await log.faults(), ["one of the head file's two lines is damaged"], `byte ${i} of the head`);
  }
  Deno.writeFileSync(log.headPath, head);
  const db = new DatabaseSync(log.path);
  const line = String(db.prepare("SELECT line FROM seal").get()!.line);
  db.close();
  const at = positionOf(whole, line);
  for (let i = 0; i < line.length; i++) {
    const bytes = whole.slice();
    bytes[at + i] ^= 0x01;
    Deno.writeFileSync(log.path, bytes);
    const { faults } = await log.verify();
    assert.ok(faults.some((f) => f.kind === "unsigned" && f.what === "seal"), `byte ${i} of the seal`);
  }
});

Deno.test("any byte of the database file, flipped, is found or changes no record", async () => {
  await using log = await closedLog();
  const whole = Deno.readFileSync(log.path);
  const records = async () => {
    const reader = readAudit(log.path);
    try {
      return await reader.list({}, never);
    } finally {
      reader.close();
    }
  };
  const before = await records();
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (i, mask) => {
      const bytes = whole.slice();
      bytes[i] ^= mask;
      Deno.writeFileSync(log.path, bytes);
      try {
        if ((await log.verify()).faults.length > 0) return;
      } catch (error) {
        assert.match((error as Error).message, /^Cannot open the audit log/);
        return;
      }
      assert.deepEqual(await records(), before);
    }),
    { seed: 4, numRuns: Number(Deno.env.get("HAROMBE_FLIPS") ?? 600) },
  );
});

Deno.test("a log under another key, and a head of garbage, are named", async () => {
  await using log = await closedLog();
  const foreign = openAuditKey(`${log.dir}/foreign`, { create: true });
  const found = await verifyAudit(log.path, { ...log, key: foreign }, never);
  assert.deepEqual(found.faults.map(describeFault), [
    "the seal was signed by another key",
    "the head file was signed by another key",
  ]);
  Deno.writeTextFileSync(log.headPath, "\u0000not a head");
  assert.deepEqual(await log.faults(), ["the head file is damaged"]);
});

Deno.test("verifying stops when its signal aborts", async () => {
  await using log = await closedLog();
  await assert.rejects(verifyAudit(log.path, log, AbortSignal.abort(new Error("enough"))), /enough/);
});

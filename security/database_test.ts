import assert from "node:assert/strict";
import { AUDIT_STORE } from "./audit/schema.ts";
import { openAuditKey } from "./audit/key.ts";
import { openAudit } from "./audit/log.ts";
import type { AuditEntry } from "./audit/record.ts";
import { verifyAudit } from "./audit/verify.ts";
import { openDatabase } from "./database.ts";
import { inTransaction } from "./transaction.ts";

const never = new AbortController().signal;

async function run(...argv: string[]): Promise<boolean> {
  try {
    const [program, ...args] = argv;
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** A tmpfs of `size` that is gone at the end, or null where this user may not mount one. */
async function smallDisk(size: string) {
  const path = await Deno.makeTempDir();
  const mounted = await run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path);
  if (!mounted) await Deno.remove(path);
  const dispose = async () => {
    await run("umount", "-l", path);
    await Deno.remove(path);
  };
  return mounted ? { path, [Symbol.asyncDispose]: dispose } : null;
}

const mayMount = await (async () => {
  await using disk = await smallDisk("64k");
  return disk !== null;
})();
const whyNot = mayMount ? "" : " (ignored: mounting a tmpfs needs root)";

function entry(n: number): AuditEntry {
  return {
    kind: "outcome",
    callId: `c${n}`,
    session: "s",
    tool: "shell",
    ok: true,
    ms: 1,
    resultSha256: "",
    summary: "x".repeat(2_000),
  };
}

Deno.test("a transaction keeps all of its work or none", async () => {
  const dir = await Deno.makeTempDir();
  const db = openDatabase(`${dir}/a.db`, { name: "store", steps: ["CREATE TABLE t (x)"] });
  inTransaction(db, () => db.exec("INSERT INTO t VALUES (1)"));
  assert.throws(() =>
    inTransaction(db, () => {
      db.exec("INSERT INTO t VALUES (2)");
      throw new Error("enough");
    }), /enough/);
  assert.deepEqual(db.prepare("SELECT x FROM t").all().map((row) => row.x), [1]);
  db.close();
  await Deno.remove(dir, { recursive: true });
});

Deno.test("a damaged file is named in one line and left byte for byte", async (t) => {
  const dir = await Deno.makeTempDir();
  const good = `${dir}/good.db`;
  openDatabase(good, AUDIT_STORE).close();
  const bytes = Deno.readFileSync(good);
  const zeroed = bytes.slice();
  zeroed.fill(0, 0, 16);
  const cases: [name: string, content: Uint8Array][] = [
    ["text", new TextEncoder().encode("this is no database ".repeat(300))],
    ["header gone", zeroed],
    ["first page torn", Uint8Array.from(bytes, (byte, i) => i > 100 && i < 4096 ? 0xff : byte)],
  ];
  for (const [name, content] of cases) {
    await t.step(name, () => {
      const path = `${dir}/${name}.db`;
      Deno.writeFileSync(path, content);
      assert.throws(() => openDatabase(path, AUDIT_STORE), (error: Error) => {
        assert.match(error.message, /^Cannot open the audit log at .*: the file is damaged \([^\n]*\)$/);
        return true;
      });
      assert.deepEqual(Deno.readFileSync(path), content);
    });
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("reading where there is no store says so and creates nothing", async () => {
  const dir = await Deno.makeTempDir();
  assert.throws(() => openDatabase(`${dir}/none.db`, AUDIT_STORE, { readOnly: true }), Deno.errors.NotFound);
  assert.deepEqual([...Deno.readDirSync(dir)], []);
  await Deno.remove(dir);
});

Deno.test("a path through a file is one clear error", async () => {
  const dir = await Deno.makeTempDir();
  Deno.writeTextFileSync(`${dir}/file`, "");
  assert.throws(() => openDatabase(`${dir}/file/a.db`, AUDIT_STORE), /^Error: Cannot open the audit log at [^\n]*$/);
  await Deno.remove(dir, { recursive: true });
});

Deno.test({
  name: `on a full disk an append fails in one clear line, nothing acknowledged is lost, and room heals it${whyNot}`,
  ignore: !mayMount,
  async fn() {
    await using disk = await smallDisk("600k");
    const dir = disk!.path;
    const key = openAuditKey(`${dir}/key`, { create: true });
    const options = { key, headPath: `${dir}/head`, now: () => 1 };
    Deno.writeFileSync(`${dir}/ballast`, new Uint8Array(100_000));
    const log = openAudit(`${dir}/audit.db`, options);
    const acknowledged: number[] = [];
    const failures: Error[] = [];
    while (failures.length < 3 && acknowledged.length < 10_000) {
      await log.append(entry(acknowledged.length), never).then(
        ({ seq }) => acknowledged.push(seq),
        (error) => failures.push(error),
      );
    }
    for (const { message } of failures) {
      assert.match(message, /^Cannot append to the audit log at [^\n]*: the disk (is full|failed) \([^\n]*\)$/);
    }
    assert.ok(acknowledged.length > 10);
    Deno.removeSync(`${dir}/ballast`);
    assert.equal((await log.append(entry(0), never)).seq, acknowledged.length + 1);
    log.close();
    const found = await verifyAudit(`${dir}/audit.db`, options, never);
    assert.deepEqual([found.records, found.faults], [acknowledged.length + 1, []]);
  },
});

Deno.test({
  name: `in a read-only folder opening fails in one clear line${whyNot}`,
  ignore: !mayMount,
  async fn() {
    await using disk = await smallDisk("600k");
    const path = `${disk!.path}/audit.db`;
    openDatabase(path, AUDIT_STORE).close();
    const before = Deno.readFileSync(path);
    assert.ok(await run("mount", "-o", "remount,ro", disk!.path));
    assert.throws(() => openDatabase(path, AUDIT_STORE), /Cannot open the audit log at [^\n]*read-only/);
    assert.throws(
      () => openDatabase(`${disk!.path}/new.db`, AUDIT_STORE),
      /Cannot open the audit log at [^\n]*read-only/,
    );
    assert.deepEqual(Deno.readFileSync(path), before);
  },
});

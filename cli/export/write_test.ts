import assert from "node:assert/strict";
import { writeExport } from "./write.ts";

Deno.test("an export is a file of the owner alone; one that is there stays, unless it is forced", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/talk.md`;
  await writeExport(path, "one", { force: false });
  assert.deepEqual([await Deno.readTextFile(path), (await Deno.stat(path)).mode! & 0o777], ["one", 0o600]);
  await assert.rejects(
    writeExport(path, "two", { force: false }),
    /Cannot write .*talk\.md: it is there already; --force/,
  );
  assert.equal(await Deno.readTextFile(path), "one");
  await writeExport(path, "two", { force: true });
  assert.equal(await Deno.readTextFile(path), "two");
  await Deno.writeTextFile(`${dir}/target`, "kept");
  await Deno.symlink(`${dir}/target`, `${dir}/link`);
  await assert.rejects(writeExport(`${dir}/link`, "x", { force: false }), /it is there already/);
  await writeExport(`${dir}/link`, "mine", { force: true });
  assert.deepEqual([await Deno.readTextFile(`${dir}/target`), await Deno.readTextFile(`${dir}/link`)], [
    "kept",
    "mine",
  ]);
  await Deno.symlink(`${dir}/target`, `${dir}/new.part`);
  await assert.rejects(
    writeExport(`${dir}/new`, "x", { force: true }),
    /Cannot write .*new\.part: it is there already; remove it first/,
  );
  assert.equal(await Deno.readTextFile(`${dir}/target`), "kept");
  await assert.rejects(
    writeExport(`${dir}/none/x`, "x", { force: false }),
    /Cannot write .*: its directory is not there/,
  );
  assert.deepEqual([...Deno.readDirSync(dir)].map(({ name }) => name).sort(), [
    "link",
    "new.part",
    "talk.md",
    "target",
  ]);
  await Deno.remove(dir, { recursive: true });
});

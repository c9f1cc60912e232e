import assert from "node:assert/strict";
import { join } from "node:path";
import { build, FIXTURES, portableTest, READY, ROOT, said, start, versions } from "./testing/fixture_file.ts";

const NEWER = ["newer\n", "", 0];

portableTest("an upgrade removes the versions that nothing runs", async (test, work) => {
  const runtime = join(work, "runtime");
  const file = await build(work);
  const newer = await build(join(work, "newer"), await changedFixtures(work));
  assert.deepEqual(said(await start(file, ["version"], { runtime })), READY);
  const [old] = versions(runtime);

  await test.step("not the one that runs", async () => {
    const running = new Deno.Command(file, {
      args: ["config"],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin", HAROMBE_RUNTIME_DIR: runtime },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    await runs(join(runtime, old, "deno"));
    assert.deepEqual(said(await start(newer, ["version"], { runtime })), NEWER);
    assert.equal(versions(runtime).length, 2);
    await running.stdin.close();
    assert.equal((await running.output()).code, 7);
  });

  const [other] = versions(runtime).filter((name) => name !== old);
  const fresh = () => Deno.remove(join(runtime, other), { recursive: true });

  await test.step("nothing that is no version of harombe: a folder with another name or without its mark, a link", async () => {
    await fresh();
    await Deno.mkdir(join(work, "precious"));
    await Deno.writeTextFile(join(work, "precious", ".ok"), "");
    await Deno.copyFile(join(runtime, old, "deno"), join(work, "precious", "deno"));
    await Deno.symlink(join(work, "precious"), join(runtime, "0123456789abcdef"));
    await Deno.mkdir(join(runtime, "fedcba9876543210"));
    await Deno.writeTextFile(join(runtime, "notes"), "mine");
    assert.deepEqual(said(await start(newer, ["version"], { runtime })), NEWER);
    assert.deepEqual(versions(runtime), ["0123456789abcdef", "fedcba9876543210", "notes", other].sort());
    assert.deepEqual(versions(join(work, "precious")), [".ok", "deno"]);
    for (const name of ["0123456789abcdef", "fedcba9876543210", "notes"]) await Deno.remove(join(runtime, name));
  });

  const unmounts = (await new Deno.Command("unshare", {
    args: ["-m", "sh", "-c", "umount -l /proc"],
    stderr: "null",
  }).output()).success;
  const lacking = unmounts ? "" : " (unavailable here: unmounting /proc)";
  await test.step({
    name: `where there is no /proc, lsof is asked; without lsof all stay${lacking}`,
    ignore: !unmounts,
    fn: async () => {
      await fresh();
      assert.deepEqual(said(await start(file, ["version"], { runtime })), READY);
      // A start of `newer` in a root without /proc; lsof there says what $ANSWER holds.
      const bin = join(work, "bin");
      await Deno.mkdir(bin);
      const script = 'umount -l /proc && exec "$1" version';
      const without = (env: Record<string, string>) =>
        start("unshare", ["-m", "sh", "-c", script, "sh", newer], { runtime, env });
      const path = { PATH: `${bin}:/usr/bin:/bin` };
      const rows: [lsof: string | null, left: number][] = [
        ["#!/bin/sh\necho 4242\n", 2],
        ["#!/bin/sh\necho 'lsof: WARNING: cannot stat' >&2\nexit 1\n", 2],
        ["#!/bin/sh\nexit 1\n", 1],
      ];
      const real = await Deno.stat("/usr/bin/lsof").then(() => true, () => false);
      if (!real) rows.unshift([null, 2]);
      for (const [lsof, left] of rows) {
        if (lsof !== null) await Deno.writeTextFile(join(bin, "lsof"), lsof, { mode: 0o755 });
        await Deno.remove(join(runtime, other), { recursive: true }).catch(() => {});
        // Deno itself starts without /proc; what is asked here is what the stub removed.
        await without(path);
        assert.equal(versions(runtime).length, left, String(lsof));
      }
    },
  });
});

/** The fixtures with another answer to `version`. */
async function changedFixtures(work: string): Promise<string> {
  const changed = join(work, "fixtures");
  await Deno.mkdir(changed);
  for (const name of ["main.ts", "later.ts", "launch.ts", "files_server.ts"]) {
    const source = await Deno.readTextFile(join(FIXTURES, name));
    await Deno.writeTextFile(join(changed, name), source.replace('"fixture"', '"newer"'));
  }
  await Deno.copyFile(join(ROOT, "deno.json"), join(changed, "deno.json"));
  return changed;
}

/** Resolves once some process runs `program`. */
async function runs(program: string): Promise<void> {
  for (;;) {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (/^\d+$/.test(name) && (await Deno.readLink(`/proc/${name}/exe`).catch(() => "")) === program) return;
    }
  }
}

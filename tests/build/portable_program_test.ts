import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { buildPortable } from "./portable.ts";
import { PROGRAMS } from "./tree.ts";
import { portableTest, ROOT, start, versions } from "./testing/fixture_file.ts";

portableTest("the programs of this tree build, and version, help, config and doctor answer", async (_test, work) => {
  const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const { path } = await buildPortable(
    join(work, "harombe"),
    { root: ROOT, programs: PROGRAMS, version, level: 1 },
    AbortSignal.timeout(120_000),
  );
  const options = { runtime: join(work, "runtime"), env: { HAROMBE_HOME: join(work, "home"), NO_COLOR: "1" } };
  assert.deepEqual(await start(path, ["version"], options), { code: 0, stdout: `harombe ${version}\n`, stderr: "" });
  const { form, target, payload } = JSON.parse((await start(path, ["version", "--json"], options)).stdout);
  assert.deepEqual([form, /^(?:linux|darwin)-(?:x64|arm64)$/.test(target)], ["portable", true]);
  assert.deepEqual(versions(options.runtime), [payload.slice(0, 16)]);
  for (const args of [["--help"], ["config", "validate"], ["config", "show"], ["completions", "bash"]]) {
    const { code, stderr } = await start(path, args, options);
    assert.deepEqual([code, stderr], [0, ""], `harombe ${args.join(" ")}`);
  }
  const doctor = await start(path, ["doctor"], options);
  assert.match(doctor.stdout, /bubblewrap/, doctor.stderr);
  const { powers } = JSON.parse((await start(path, ["doctor", "--json"], options)).stdout);
  // The programs beside it are found: those of the broker, the way out and the mail too.
  if (powers.bubblewrap.state === "ok") {
    assert.deepEqual([powers.brokered, powers.programs.files, powers.programs.fetch], [true, "ok", "ok"]);
  }
  const tree = Array.from(Deno.readDirSync(join(options.runtime, versions(options.runtime)[0])), ({ name }) => name);
  for (const name of PROGRAMS.map((source) => basename(source).replace(/ts$/, "js"))) {
    assert.ok(tree.includes(name), `${name} is not among ${tree}`);
  }
  for (const args of [["secrets", "add", "k", "--generate", "hex"], ["secrets", "list"], ["approvals", "list"]]) {
    const { code, stdout, stderr } = await start(path, args, options);
    assert.equal(code, 0, `harombe ${args.join(" ")}: ${stdout}${stderr}`);
  }
});

portableTest("a folder that holds the file itself is read-only, and doctor says why", async (_test, work) => {
  const { path } = await buildPortable(
    join(work, "here/harombe"),
    { root: ROOT, programs: PROGRAMS, version: "0.0.0", level: 1 },
    AbortSignal.timeout(120_000),
  );
  const options = { runtime: join(work, "runtime"), env: { HAROMBE_HOME: join(work, "home"), NO_COLOR: "1" } };
  const folder = async (name: string) =>
    /^folder +(.+)$/m.exec((await start(path, ["doctor", "--folder", name], options)).stdout)?.[1];
  await Deno.mkdir(join(work, "there"));
  const here = await Deno.realPath(join(work, "here"));
  assert.equal(
    await folder(here),
    `${here} (ro): harombe itself lies in ${here}/harombe: start in another folder, or name one with --folder`,
  );
  assert.equal(await folder(join(work, "there")), `${join(here, "../there")} (rw)`);
});

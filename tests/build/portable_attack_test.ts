import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeModel } from "../fakes/model.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { buildPortable, sha256 } from "./portable.ts";
import { PROGRAMS } from "./tree.ts";
import { portableTest, ROOT, start, versions } from "./testing/fixture_file.ts";

const BWRAP = await new Deno.Command("sh", { args: ["-c", "command -v bwrap"], stdout: "null" }).output();
const USERS = Deno.build.os === "linux" && Deno.uid() === 0 ? [undefined, 65534] : [undefined];

if (BWRAP.success) {
  portableTest("no tool can change the program's cache or the state directory, whatever the folder", attack);
} else {
  Deno.test({
    name: "portable: no tool can change the program's cache or the state directory (unavailable: install bubblewrap)",
    ignore: true,
    fn() {},
  });
}

async function attack(test: Deno.TestContext, work: string): Promise<void> {
  const model = await fakeOllama({ script: fakeModel });
  try {
    const { path: file } = await buildPortable(
      join(work, "harombe"),
      { root: ROOT, programs: PROGRAMS, version: "0.0.0", level: 1 },
      AbortSignal.timeout(120_000),
    );
    for (const uid of USERS) {
      await test.step(`as ${uid ?? "this user"}`, () => asUser(file, { work, base: model.base, uid }));
    }
  } finally {
    await model.close();
  }
}

async function asUser(file: string, options: { work: string; base: string; uid?: number }): Promise<void> {
  const { base, uid } = options;
  const place = join(options.work, `of ${uid ?? "this user"}`);
  const [runtime, state, folder] = ["caches/harombe", "home/.harombe", "folder"].map((name) => join(place, name));
  for (const path of [join(place, "caches"), state, folder]) await Deno.mkdir(path, { recursive: true });
  if (uid !== undefined) await new Deno.Command("chown", { args: ["-R", `${uid}:${uid}`, place] }).output();
  const env = { HOME: join(place, "home"), HAROMBE_OLLAMA_HOST: base, NO_COLOR: "1" };
  const harombe = (args: string[]) => start(file, args, { runtime, env, uid, cwd: "/" });
  const first = await harombe(["version"]);
  assert.equal(first.code, 0, first.stderr);
  const [version] = versions(runtime);
  const code = join(runtime, version);
  const before = await digests(code);
  const ask = async (folder: string, question: string, ...allow: string[]) =>
    await harombe(["ask", "--folder", folder, ...allow.flatMap((rule) => ["--allow", rule]), question]);
  const shell = (folder: string, line: string) => ask(folder, `run the command ${line}`, `shell:${line}`);

  // A write that must work shows that the others do not fail for another reason.
  const works = await shell(folder, "echo fine > written");
  assert.equal(works.code, 0, works.stderr);
  assert.equal(await Deno.readTextFile(join(folder, "written")), "fine\n");

  for (
    const target of [join(code, "main.js"), join(code, "deno"), join(runtime, "planted"), join(state, "harombe.yaml")]
  ) {
    await shell(folder, `echo evil >> '${target}'`);
    await shell(folder, `rm -rf '${target}'`);
  }
  await shell(folder, `ln -s '${runtime}' there; echo evil > there/planted`);
  await ask(folder, "create there/planted with evil", "write_file:**");

  const inside = {
    [runtime]: version,
    [code]: ".",
    [join(place, "caches")]: `harombe/${version}`,
    [place]: `caches/harombe/${version}`,
  };
  for (const [where, path] of Object.entries(inside)) {
    await shell(where, `echo evil >> ${path}/main.js`);
    await shell(where, `mv ${path}/main.js ${path}/launch.js`);
    await ask(where, `create ${path}/launch.js with evil`, "write_file:**");
    await ask(where, `in ${path}/THIRD_PARTY_LICENSES replace "harombe" with "evil"`, "edit_file:**");
  }
  await shell(state, "echo evil > harombe.yaml");
  await shell(join(place, "home"), "echo evil > .harombe/harombe.yaml");

  assert.deepEqual(await digests(code), before);
  assert.deepEqual(versions(runtime), [version]);
  assert.deepEqual(versions(state).filter((name) => name === "harombe.yaml"), []);
  assert.equal((await harombe(["version"])).stdout, first.stdout);
}

/** Every file of an unpacked version but the code cache, and its hash. */
async function digests(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of versions(directory)) {
    if (name !== "cache") found[name] = sha256(await Deno.readFile(join(directory, name)));
  }
  return found;
}

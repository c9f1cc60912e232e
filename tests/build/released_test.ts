import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { engineMissing } from "../system/engine_scene.ts";
import { onTerminal, ptyMissing } from "../terminal/pty.ts";
import { portableTest, start } from "./testing/fixture_file.ts";
import { released, serveReleases, TINY } from "./testing/released.ts";

const MISSING = await engineMissing();

/** A call of `ask --json`. */
type Asked = { calls: { name: string; ok: boolean }[]; ended: string };

if (MISSING === null) {
  portableTest("one file: from its first offer to a model, calls of tools, a newer version and its removal", use);
} else Deno.test({ name: `portable: one file in use (${MISSING})`, ignore: true, fn: () => {} });

async function use(test: Deno.TestContext, work: string): Promise<void> {
  const signal = AbortSignal.timeout(600_000);
  const older = await released(work, "1.0.0", signal);
  const newer = await released(work, "1.1.0", signal);
  await using hub = await serveReleases({ "1.0.0": older.folder, "1.1.0": newer.folder }, signal);
  const [home, folder, state] = ["home", "work", "home/.harombe"].map((name) => join(work, name));
  for (const path of [home, folder, join(work, "bin"), join(work, "opt")]) await Deno.mkdir(path);
  const program = join(work, "opt/harombe-file");
  await Deno.copyFile(older.file, program);
  const link = join(work, "bin/harombe");
  await Deno.symlink("../opt/harombe-file", link);
  const env = {
    HOME: home,
    NO_COLOR: "1",
    LANG: "C.UTF-8",
    HAROMBE_OLLAMA_HOST: "http://127.0.0.1:9",
    HAROMBE_MODELS_HUB: hub.base,
    NPM_CONFIG_REGISTRY: `${hub.base}/npm`,
    HAROMBE_MODEL_CONTEXT_LENGTH: "32768",
    HAROMBE_MODEL_TEMPERATURE: "1",
    HAROMBE_AGENT_MAX_STEPS: "2",
  };
  const runtime = join(work, "runtime");
  const run = (args: string[], more: Record<string, string> = {}) =>
    start(link, args, { runtime, cwd: folder, env: { ...env, ...more } });
  const json = async (args: string[]) => JSON.parse((await run([...args, "--json"])).stdout);

  const noPty = ptyMissing();
  await test.step({
    name: `the first offer: 1, then yes, fetches model and engine, and the chat goes on with it${
      noPty === null ? "" : ` (ignored: ${noPty})`
    }`,
    ignore: noPty !== null,
    fn: async () => {
      const { output } = await onTerminal("", {
        env: { ...env, PATH: "/usr/bin:/bin", HAROMBE_RUNTIME_DIR: runtime, TERM: "xterm-256color" },
        steps: [
          { wait: "fetch tiny, which fits this machine" },
          { wait: "1, 2 or 3: " },
          { send: "1\r" },
          { wait: "y or n: " },
          { send: "y\r" },
          { wait: "installed tiny" },
          { wait: "installed the engine" },
          { wait: "model.name = tiny" },
          { wait: "tiny was chosen" },
          { send: "/exit\r" },
        ],
        instead: { command: [link, "chat"], cwd: folder },
      });
      assert.match(output, /licence +apache-2\.0/);
      assert.equal(await Deno.readTextFile(join(state, "harombe.yaml")).then((text) => /name: tiny/.test(text)), true);
    },
  });

  await test.step("models pull finds both there, or fetches them", async () => {
    const pulled = await run(["models", "pull", "tiny", "--yes"]);
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.deepEqual(await Deno.readFile(join(state, "models/tiny.gguf")), TINY);
    const [engine] = Array.from(Deno.readDirSync(join(state, "engines")), ({ name }) => name);
    const names = Array.from(Deno.readDirSync(join(state, "engines", engine)), ({ name }) => name).sort();
    assert.deepEqual(names, ["LICENSE", "bins", "llama.js"]);
    const asked = hub.asked.map(({ path }) => path).filter((path) => /\.tgz$|^\/cdn/.test(path));
    assert.deepEqual(asked.map((path) => path.split("/")[1]), ["cdn", "npm"]);
  });

  await test.step("the embedded model calls tools of the real program; each is recorded", async () => {
    const calls: Asked["calls"] = [];
    for (let seed = 1; calls.length === 0 && seed <= 12; seed++) {
      const { code, stdout, stderr } = await run(["ask", "--model", "tiny", "--json", "what is here?"], {
        HAROMBE_MODEL_SEED: String(seed),
      });
      assert.ok([0, 1, 3].includes(code), stderr);
      const said = stdout.trim() === "" ? null : JSON.parse(stdout.trim().split("\n").at(-1)!) as Asked;
      calls.push(...said?.calls ?? []);
    }
    assert.notEqual(calls.length, 0);
    const records = await json(["audit", "list"]) as { entry: { kind: string; tool: string } }[];
    assert.ok(records.some(({ entry }) => entry.tool === calls[0].name), calls[0].name);
    assert.equal((await run(["audit", "verify"])).code, 0);
  });

  await test.step("list, show, status and a backup name the same model; rm takes away what they name", async () => {
    const listed = await json(["models", "list"]) as { name: string; bytes: number }[];
    const shown = await json(["models", "show"]) as { installed: { name: string; bytes: number }[] };
    const { servers } = await json(["status"]) as { servers: { label: string; models: number }[] };
    assert.deepEqual(listed.map(({ name, bytes }) => [name, bytes]), [["tiny", TINY.length]]);
    assert.deepEqual(shown.installed.map(({ name, bytes }) => [name, bytes]), [["tiny", TINY.length]]);
    assert.deepEqual(servers.filter(({ label }) => label === "This machine").map(({ models }) => models), [1]);
    const backup = join(work, "backup");
    const made = await run(["backup", backup, "--models", "--json"]);
    assert.equal(made.code, 0, made.stderr);
    const { files } = JSON.parse(made.stdout) as { files: { path: string }[] };
    const models = files.map(({ path }) => path).filter((path) => path.startsWith("models/"));
    assert.deepEqual(models, ["models/tiny.gguf", "models/tiny.json"]);
    assert.equal((await run(["models", "rm", "tiny"])).code, 0);
    assert.deepEqual(Array.from(Deno.readDirSync(join(state, "models"))), []);
    const restored = await run(["restore", backup, "--force"]);
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal((await json(["models", "list"])).length, 1);
  });

  const version = async () => (await run(["version"])).stdout.trim();
  const sum = createHash("sha256").update(await Deno.readFile(join(newer.folder, "manifest.json"))).digest("hex");

  await test.step("update by the builder's folder, by a link to the file; back, and forth by an address", async () => {
    const told = await run(["update", newer.folder, "--check"]);
    assert.match(told.stdout, /^1\.1\.0 is newer; this is 1\.0\.0\.$/m, told.stderr);
    const updated = await run(["update", newer.folder]);
    assert.equal(updated.code, 0, updated.stderr);
    assert.equal(await version(), "harombe 1.1.0");
    assert.ok((await Deno.lstat(link)).isSymlink);
    assert.deepEqual(await Deno.readFile(program), await Deno.readFile(newer.file));
    assert.equal((await run(["update", older.folder])).code, 1);
    assert.equal((await run(["update", "--rollback"])).code, 0);
    assert.equal(await version(), "harombe 1.0.0");
    assert.equal((await run(["models", "list"])).code, 0);
  });

  await test.step("update by an address: nothing is asked unasked, nothing untold is taken", async () => {
    const url = `${hub.base}/1.1.0/`;
    const named = { HAROMBE_UPDATE_URL: url };
    const asked = async (args: string[], more?: Record<string, string>) => {
      const before = hub.asked.length;
      const { code, stdout, stderr } = await run(["update", ...args], more);
      return { code, said: stdout + stderr, paths: hub.asked.slice(before).map(({ path }) => path) };
    };
    const manifest = "/1.1.0/manifest.json";
    const file = `/1.1.0/${basename(newer.file)}`;
    const rows: [string, string[], Record<string, string> | undefined, number, RegExp, string[]][] = [
      ["no address", [], undefined, 2, /update\.url names none/, []],
      ["an address in the house that nobody named", [url, "--check"], undefined, 1, /does not name this host/, []],
      ["without a checksum, not by https", [], named, 1, /Cannot trust a release from an address/, []],
      ["another checksum", ["--sha256", "0".repeat(64)], named, 1, /has not the checksum/, [manifest]],
      ["nothing there", [`${hub.base}/none/`, "--check"], named, 1, /the server answered 404/, ["/none/manifest.json"]],
      ["only told", ["--check"], named, 0, /1\.1\.0 is newer.*Nothing shows who made it/s, [manifest]],
      ["taken", ["--sha256", sum], named, 0, /from 1\.0\.0 to 1\.1\.0/, [manifest, file]],
    ];
    for (const [name, args, more, code, says, paths] of rows) {
      const ran = await asked(args, more);
      assert.deepEqual({ code: ran.code, paths: ran.paths }, { code, paths }, `${name}: ${ran.said}`);
      assert.match(ran.said, says, name);
    }
    assert.equal(await version(), "harombe 1.1.0");
    assert.deepEqual(Array.from(Deno.readDirSync(join(state, "downloads"))), []);
    assert.equal((await run(["update", "--rollback"])).code, 0);
  });

  await test.step({
    name: `an ordinary user fetches, asks, and replaces only what is his${
      Deno.uid() === 0 ? "" : " (ignored: needs root)"
    }`,
    ignore: Deno.uid() !== 0,
    fn: async () => {
      const [own, uid] = [join(work, "own"), 65534];
      await Deno.chmod(work, 0o755);
      await Deno.mkdir(own, { mode: 0o755 });
      for (const name of ["home", "work", "runtime"]) {
        await Deno.mkdir(join(own, name), { mode: 0o700 });
        await Deno.chown(join(own, name), uid, uid);
      }
      const file = join(own, "harombe");
      await Deno.copyFile(older.file, file);
      const as = (args: string[]) => {
        const more = { ...env, HOME: join(own, "home"), HAROMBE_MODEL_SEED: "1" };
        return start(file, args, { runtime: join(own, "runtime"), cwd: join(own, "work"), env: more, uid });
      };
      const pulled = await as(["models", "pull", "tiny", "--yes"]);
      assert.deepEqual([pulled.code, /installed the engine/.test(pulled.stderr)], [0, true], pulled.stderr);
      const asked = JSON.parse((await as(["ask", "--model", "tiny", "--json", "hello"])).stdout);
      assert.ok(asked.answer !== "" || asked.calls.length > 0);
      const others = await as(["update", newer.folder]);
      assert.deepEqual([others.code, others.stdout], [1, ""]);
      assert.match(others.stderr, /^harombe: Cannot replace .*: it belongs to another user\n$/);
      await Deno.chown(file, uid, uid);
      const closed = await as(["update", newer.folder]);
      assert.deepEqual([closed.code, closed.stdout], [1, ""]);
      assert.match(closed.stderr, /^harombe: Cannot replace [^\n]*\n$/);
      await Deno.chown(own, uid, uid);
      assert.equal((await as(["update", newer.folder])).code, 0);
      assert.equal((await as(["version"])).stdout, "harombe 1.1.0\n");
    },
  });

  await test.step("uninstall by the link takes the file itself, what it unpacked and its state", async () => {
    const removed = await run(["uninstall", "--yes"]);
    assert.equal(removed.code, 0, removed.stderr + removed.stdout);
    assert.deepEqual(Array.from(Deno.readDirSync(join(work, "opt"))), []);
    assert.deepEqual(Array.from(Deno.readDirSync(home)), [], removed.stdout);
  });
}

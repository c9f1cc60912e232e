import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeModel } from "../fakes/model.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { npmPackage, packageJson } from "./npm_package.ts";
import { engineMissing } from "../system/engine_scene.ts";
import { ROOT } from "./testing/fixture_file.ts";
import { serveReleases } from "./testing/released.ts";

const MISSING = await missing();
const ENGINE = await engineMissing();

async function missing(): Promise<string | null> {
  if (Deno.build.os !== "linux") return "unverified on this OS";
  const { success } = await new Deno.Command("sh", { args: ["-c", "command -v npx"], stdout: "null" }).output();
  return success ? null : "unavailable: install npm";
}

Deno.test({
  name: `npm: the packed package, installed in an empty folder${MISSING === null ? "" : ` (${MISSING})`}`,
  ignore: MISSING !== null,
  async fn(test) {
    const work = await Deno.makeTempDir({ prefix: "harombe-npx-" });
    const model = await fakeOllama({ script: fakeModel });
    const folder = join(work, "folder");
    const elsewhere = join(work, "elsewhere");
    const env = {
      NO_COLOR: "1",
      NO_UPDATE_NOTIFIER: "1",
      HAROMBE_HOME: join(work, "state"),
      XDG_CACHE_HOME: join(work, "cache"),
      HAROMBE_OLLAMA_HOST: "http://127.0.0.1:9",
    };
    const run = async (
      program: string,
      args: string[],
      options: { stdin?: string; more?: Record<string, string> } = {},
    ) => {
      const command = new Deno.Command(program, {
        args,
        cwd: folder,
        env: { ...env, ...options.more },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      });
      const child = command.spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(options.stdin ?? "")).catch(() => {});
      await writer.close().catch(() => {});
      const { code, stdout, stderr } = await child.output();
      return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
    };
    const bin = join(folder, "node_modules/.bin/harombe");
    try {
      for (const path of [folder, elsewhere]) await Deno.mkdir(path);
      const signal = AbortSignal.timeout(300_000);
      const packed = await npmPackage(join(work, "packed"), { root: ROOT }, signal);

      await test.step("packed twice, the same bytes", async () => {
        const again = await npmPackage(join(work, "again"), { root: ROOT }, signal);
        assert.equal(again.sha256, packed.sha256);
      });

      await test.step("it installs without running a script of any package", async () => {
        const { code, err } = await run("npm", [
          ...["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", packed.path],
        ]);
        assert.equal(code, 0, err);
      });

      await test.step('npx harombe ask "list the files here"', async () => {
        await Deno.writeTextFile(join(folder, "notes.txt"), "milk\n");
        const { code, out, err } = await run("npx", ["--no-install", "harombe", "ask", "list the files here"]);
        assert.deepEqual([code, /notes\.txt/.test(out)], [0, true], err);
      });

      await test.step("version says what it is; the licences are there", async () => {
        const { version } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
        const { out } = await run(bin, ["version", "--json"]);
        const { harombe, form, target, payload, deno } = JSON.parse(out);
        assert.deepEqual([harombe, form, target, deno], [
          version,
          "npm",
          `linux-${Deno.build.arch === "aarch64" ? "arm64" : "x64"}`,
          "2.9.5",
        ]);
        assert.match(payload, /^[0-9a-f]{64}$/);
        assert.match((await run(bin, ["version", "--licenses"])).out, /\nzod 4\.\S+ \(MIT\)\n/);
      });

      await test.step("standard input and exit codes pass", async () => {
        assert.deepEqual([(await run(bin, ["no such thing"])).code, (await run(bin, ["audit", "verify"])).code], [
          2,
          0,
        ]);
        const more = { HAROMBE_OLLAMA_HOST: model.base };
        assert.equal((await run(bin, ["ask", "what is this"], { stdin: "as context", more })).code, 0);
        assert.ok(JSON.stringify(model.heard).includes("as context"));
      });

      await test.step({
        name: `models pull fetches a model and the engine, and the model answers${
          ENGINE === null ? "" : ` (${ENGINE})`
        }`,
        ignore: ENGINE !== null,
        fn: async () => {
          await using hub = await serveReleases({}, signal);
          const more = {
            HAROMBE_MODELS_HUB: hub.base,
            NPM_CONFIG_REGISTRY: `${hub.base}/npm`,
            HAROMBE_MODEL_CONTEXT_LENGTH: "32768",
            // Of random weights: with another one the answer may be empty.
            HAROMBE_MODEL_SEED: "1",
          };
          const pulled = await run(bin, ["models", "pull", "own/tiny-GGUF:Q8_0", "--yes"], { more });
          assert.equal(pulled.code, 0, pulled.err);
          assert.match(pulled.err, /installed the engine node-llama-cpp/);
          const asked = await run(bin, ["ask", "--model", "tiny-Q8_0", "--json", "hello"], { more });
          const { answer, calls } = JSON.parse(asked.out) as { answer: string; calls: unknown[] };
          assert.ok(answer !== "" || calls.length > 0, asked.err);
        },
      });

      await test.step("the folder that holds it is read-only, another one is not", async () => {
        const more = { HAROMBE_OLLAMA_HOST: model.base };
        const ask = (folder: string) =>
          run(bin, ["ask", "--folder", folder, "--allow", "write_file:**", "create made.txt with text"], { more });
        await ask(folder);
        await assert.rejects(Deno.stat(join(folder, "made.txt")), Deno.errors.NotFound);
        assert.equal((await ask(elsewhere)).code, 0);
        assert.equal(await Deno.readTextFile(join(elsewhere, "made.txt")), "text");
      });

      for (const [signal, status] of [["SIGTERM", 130], ["SIGHUP", 129]] as const) {
        await test.step(`${signal} ends it with ${status} and leaves no process`, async () => {
          const child = new Deno.Command(bin, {
            args: ["chat"],
            cwd: folder,
            env,
            stdin: "piped",
            stdout: "null",
            stderr: "piped",
          }).spawn();
          await until(child.stderr, "Folder:");
          child.kill(signal);
          const ended = await child.status;
          await child.stdin.close().catch(() => {});
          assert.equal(ended.code, status);
          assert.deepEqual(await processesOf(folder), []);
        });
      }
    } finally {
      await model.close();
      await Deno.remove(work, { recursive: true });
    }
  },
});

Deno.test("npm: the package names no script, no host, and the pinned Deno", () => {
  assert.deepEqual(packageJson("1.2.3"), {
    name: "harombe",
    version: "1.2.3",
    description: "A private assistant on machines you own",
    license: "Apache-2.0",
    type: "module",
    bin: { harombe: "bin.js" },
    files: ["bin.js", "lib", "LICENSE", "README.md"],
    engines: { node: ">=18" },
    dependencies: { deno: "2.9.5" },
    private: false,
  });
});

/** Resolves once `stream` has said `word`; then nothing of it is read any more. */
async function until(stream: ReadableStream<Uint8Array>, word: string): Promise<void> {
  const decoder = new TextDecoder();
  const said: string[] = [];
  for await (const bytes of stream) {
    said.push(decoder.decode(bytes, { stream: true }));
    if (said.join("").includes(word)) return;
  }
  throw new Error(`Cannot find ${word} in: ${said.join("")}`);
}

/** Command lines of processes that name something in `folder`. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const line = /^\d+$/.test(name) ? await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "") : "";
    if (line.includes(folder)) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

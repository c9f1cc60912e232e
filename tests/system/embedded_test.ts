import assert from "node:assert/strict";
import { testEngine } from "../build/engine_pack.ts";
import { tinyModel } from "../fakes/gguf.ts";
import { engineMissing } from "./engine_scene.ts";
import { type Place, place } from "./harombe.ts";

const missing = await engineMissing();

function test(name: string, fn: (p: Place, state: string) => Promise<void>): void {
  Deno.test({
    name: missing === null ? name : `${name} (ignored: ${missing})`,
    ignore: missing !== null,
    fn: async () => {
      await using p = await place({ env: { HAROMBE_INFERENCE_BACKEND: "embedded", HAROMBE_MODEL_SEED: "1" } });
      const state = `${p.home}/.harombe`;
      await Deno.mkdir(`${state}/models`, { recursive: true, mode: 0o700 });
      await Deno.chmod(state, 0o700);
      await Deno.writeFile(
        `${state}/models/tiny-Q8_0.gguf`,
        tinyModel({ seed: 3, weights: "Q8_0", contextLength: 32_768 }),
      );
      await fn(p, state);
    },
  });
}

async function install(state: string): Promise<void> {
  const kept = (await testEngine(new AbortController().signal))!;
  await Deno.mkdir(`${state}/engines`, { mode: 0o700 });
  await new Deno.Command("cp", { args: ["-R", `${kept.engines}/${kept.name}`, `${state}/engines/`] }).output();
}

/** Processes that see the models of `state`: engines of this place, however they are called. */
async function enginesOf(state: string): Promise<string[]> {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => /^\d+$/.test(name));
  const tables = await Promise.all(pids.map((pid) => Deno.readTextFile(`/proc/${pid}/mountinfo`).catch(() => "")));
  // Without what comes before: the path may lie in a file system of its own.
  const models = `${state.split("/").slice(-2).join("/")}/models`;
  return pids.filter((_, at) => tables[at].includes(models));
}

test("a model in a file is listed and answers, and nothing of it stays", async (p, state) => {
  await install(state);
  await Deno.writeTextFile(`${state}/models/broken.gguf`, "no model");
  const listed = await p.run(["models", "list", "--json"]);
  assert.deepEqual(JSON.parse(listed.out), [{
    name: "tiny-Q8_0",
    kind: "embedded",
    base: `${state}/models/tiny-Q8_0.gguf`,
    bytes: (await Deno.stat(`${state}/models/tiny-Q8_0.gguf`)).size,
    parameters: 300 * 64 * 2 + 64 + 2 * (64 * 2 + 64 * 64 * 4 + 64 * 128 * 3),
    quantization: "Q8_0",
    contextLength: 32_768,
    tools: true,
    images: false,
    embeddingsOnly: false,
    measured: null,
  }]);
  const { code, err } = await p.run(["ask", "hello"]);
  assert.deepEqual([code, err], [0, "warning: broken.gguf: Cannot read the model: it is no GGUF file\n"]);
  const sessions = JSON.parse((await p.run(["sessions", "list", "--json"])).out);
  assert.equal(sessions.length, 1);
  assert.deepEqual(await enginesOf(state), []);
});

test("an engine dies with the program that asked it, even killed", async (p, state) => {
  await install(state);
  const endless = tinyModel({ seed: 2, weights: "Q8_0", contextLength: 32_768, endless: true });
  await Deno.writeFile(`${state}/models/tiny-Q8_0.gguf`, endless);
  const { child, lines } = p.start(["ask", "--model", "tiny-Q8_0", "hello"]);
  const engines: string[] = [];
  while (engines.length === 0) engines.push(...await enginesOf(state));
  child.kill("SIGKILL");
  // Its output ends when the last process that holds it is gone.
  for await (const _ of lines);
  await child.status;
  const late = AbortSignal.timeout(20_000);
  while ((await enginesOf(state)).length > 0) late.throwIfAborted();
});

test("a model without its engine says what to install", async (p) => {
  const listed = await p.run(["models", "list"]);
  assert.equal(listed.code, 4);
  assert.match(
    listed.err,
    /There are models in .*, but they cannot be used. unavailable: install the engine of embedded models/,
  );
  const asked = await p.run(["ask", "--model", "tiny-Q8_0", "hello"]);
  assert.notEqual(asked.code, 0);
  assert.match(asked.err, /unavailable: install the engine of embedded models/);
});

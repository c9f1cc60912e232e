import assert from "node:assert/strict";
import { join } from "node:path";
import { ENGINE_PACKS } from "../../node/embedded/pack.ts";
import { fetchLaboratory } from "../../tests/fakes/fetch_laboratory.ts";
import { serveHub } from "../../tests/fakes/hub.ts";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { Exit } from "../failure.ts";
import { openStores } from "../state/stores.ts";
import { engineFor, engineItem } from "./engine_item.ts";
import { fetchItems } from "./fetch_items.ts";

const script = new TextEncoder().encode("export {};");

Deno.test("the engine is offered with its pinned hash, and a tarball with another is removed and recorded as failed", async () => {
  const [pack] = ENGINE_PACKS;
  const small = { ...pack, bytes: 2000 };
  const path = `/npm/${pack.package}/-/linux-x64-3.21.1.tgz`;
  await using registry = await serveHub({ pages: { [path]: { body: new Uint8Array(2000) } } });
  const { lab, fetch: fetching } = await fetchLaboratory([`127.0.0.1:${registry.port}`]);
  const state = `${lab.home}/.harombe`;
  const engines = join(state, "engines");
  const stores = openStores(state, Date.now, (text) => text);
  try {
    const item = engineItem(small, { engines, registry: `${registry.base}/npm`, script });
    const pulling = { state, fetching, audit: stores.audit, again: "harombe models pull m", json: false };
    const asked = memoryIo();
    await assert.rejects(
      fetchItems([item], { ...pulling, yes: false }, asked),
      (error) => error instanceof Exit && error.code === 3,
    );
    assert.match(asked.out(), /^engine node-llama-cpp-3\.21\.1-linux-x64$/m);
    assert.match(asked.out(), /hash +sha512-Totj6RTD.* \(from harombe's list\)/);
    assert.deepEqual(registry.asked, []);
    await assert.rejects(
      fetchItems([item], { ...pulling, yes: true }, memoryIo()),
      (error) => error instanceof Exit && error.code === 1 && /It was removed/.test(error.message),
    );
    assert.deepEqual(registry.asked.map(({ path }) => path), [path]);
    for (const directory of [engines, join(state, "downloads")]) {
      assert.deepEqual(await Array.fromAsync(Deno.readDir(directory)), []);
    }
    const records = await stores.reader.list({}, new AbortController().signal);
    assert.deepEqual(records.map(({ entry }) => [entry.kind, entry.kind === "outcome" ? entry.ok : null]), [
      ["intent", null],
      ["outcome", false],
    ]);
  } finally {
    stores.close();
    await lab.close();
  }
});

Deno.test("without llama.js no engine is offered, and it is said why", async () => {
  const state = await Deno.makeTempDir();
  const found = await engineFor(state, { gpu: "auto", registry: undefined, script: null });
  assert.deepEqual(found.items, []);
  assert.match(found.missing!, /does not bring the engine's llama\.js along; for the sources, deno task engine script/);
  const [item] = (await engineFor(state, { gpu: "auto", registry: undefined, script })).items;
  assert.match(item.url, /^https:\/\/registry\.npmjs\.org\/@node-llama-cpp\/[a-z0-9-]+\/-\/[a-z0-9-]+-3\.21\.1\.tgz$/);
  await Deno.remove(state, { recursive: true });
});

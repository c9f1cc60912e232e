import assert from "node:assert/strict";
import { tinyModel } from "../../tests/fakes/gguf.ts";
import { storedModels } from "../../node/embedded/stored.ts";
import { statePaths } from "../state/stores.ts";
import { openMeasures } from "../trial/measures.ts";
import { modelItem } from "./model_item.ts";
import { measuredPace } from "./pace.ts";

const signal = new AbortController().signal;
const now = () => 1;

Deno.test("the pace of a machine is that of its best measured embedded model, and unknown without one", async () => {
  const state = await Deno.makeTempDir();
  try {
    assert.equal(await measuredPace(state, now, signal), null);
    await Deno.mkdir(`${state}/models`);
    await Deno.writeFile(`${state}/models/small.gguf`, tinyModel({ seed: 1 }));
    await Deno.writeFile(`${state}/models/large.gguf`, tinyModel({ seed: 1, width: 128 }));
    assert.equal(await measuredPace(state, now, signal), null);
    const { models } = await storedModels(`${state}/models`, signal);
    const measures = openMeasures(statePaths(state).measures, { now });
    const score = { tasks: 20, passed: 0, calls: 0, validCalls: 0, validRate: null, firstMs: null };
    for (const { model } of models) {
      measures.keep(model, { ...score, tokensPerSecond: model.name === "small" ? 100 : 90 });
    }
    measures.close();
    const { size } = await Deno.stat(`${state}/models/large.gguf`);
    const pace = await measuredPace(state, now, signal);
    assert.deepEqual(pace, { bytesPerSecond: 90 * size, by: "large" });
    const file = { url: "", bytes: size * 20, sha256: null, checked: "given", licence: null, source: null } as const;
    const model = { ...file, name: "m", parameters: null, active: null, quantization: null, contextLength: null };
    const facts = Object.fromEntries(modelItem(model, { directory: state, pace, now }).facts);
    assert.equal(facts["tokens/s"], "about 4.5, by what models test measured of large here");
  } finally {
    await Deno.remove(state, { recursive: true });
  }
});

import assert from "node:assert/strict";
import { NodeConfig } from "../node/config.ts";
import type { Model } from "../node/models.ts";
import { scriptedChat } from "../tests/fakes/chat.ts";
import { callsOf, requestSettings } from "./model.ts";

const { chat } = scriptedChat([]);
const model = (more: Partial<Model>): Model => ({
  name: "m",
  kind: "ollama",
  base: "b",
  embeddingsOnly: false,
  ...more,
});

Deno.test("calls are the model's own, bound by a schema, or none, and what is not its own is said", () => {
  const cases: [string, Model, number | null, { tools: boolean; own: boolean; said: RegExp }][] = [
    ["tools of its own", model({ tools: true }), null, { tools: true, own: false, said: /^$/ }],
    ["tools unknown", model({}), null, { tools: true, own: false, said: /^$/ }],
    ["none of its own", model({ tools: false }), null, {
      tools: true,
      own: false,
      said: /^It has no tool calls of its own/,
    }],
    ["measured as good", model({ tools: true }), 0.8, { tools: true, own: false, said: /^$/ }],
    ["measured as weak", model({ tools: true }), 0.79, { tools: true, own: false, said: /^Only 79 % of its own/ }],
    ["a server that binds nothing", model({ kind: "openai", software: "KoboldCpp", tools: false }), null, {
      tools: false,
      own: true,
      said: /^$/,
    }],
    ["weak, and a server that binds nothing", model({ kind: "openai", software: "KoboldCpp", tools: true }), 0.1, {
      tools: true,
      own: true,
      said: /^$/,
    }],
    ["embedded: its engine binds by itself", model({ kind: "embedded", tools: true }), 0.1, {
      tools: true,
      own: true,
      said: /^$/,
    }],
  ];
  for (const [name, given, rate, want] of cases) {
    const got = callsOf(chat, given, rate);
    assert.deepEqual({ tools: got.tools, own: got.chat === chat }, { tools: want.tools, own: want.own }, name);
    assert.match(got.said, want.said, name);
  }
});

Deno.test("only what the owner set goes with each request", () => {
  const settings = (value: unknown) => requestSettings(NodeConfig.parse({ model: value }).model);
  assert.deepEqual(settings({}), {});
  assert.deepEqual(settings({ think: false, keep_alive: -1, seed: 0, stop: ["x"] }), {
    think: false,
    keepAlive: -1,
    seed: 0,
    stop: ["x"],
  });
  assert.deepEqual(settings({ think: "low" }), { think: "low" });
});

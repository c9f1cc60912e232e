import assert from "node:assert/strict";
import { text } from "../node/chat.ts";
import { costOf, type Spent } from "./cost.ts";
import type { AgentEvent } from "./event.ts";

const options = { count: (value: string) => value.length, isModel: (model: string) => model !== "commands" };
const call = { id: "c", name: "look", arguments: "{}" };
const result = { callId: "c", name: "look", content: text("seen"), isError: false };

function cost(...list: [at: number, event: AgentEvent][]) {
  return costOf(list.map(([at, event], i) => ({ seq: i + 1, session: "s", at, event })), options);
}

const spent = (over: Partial<Spent>): Spent => ({
  requests: 0,
  promptTokens: 0,
  outputTokens: 0,
  estimated: false,
  ms: 0,
  ...over,
});
const started = (model: string): AgentEvent => ({ type: "turn_started", message: text("hello"), model });
const usage = (promptTokens: number, outputTokens: number): AgentEvent => ({
  type: "usage",
  promptTokens,
  outputTokens,
});
const ended: AgentEvent = { type: "turn_ended", reason: "answered" };

Deno.test("tokens and the model's own time are told by turn and by model", () => {
  const found = cost(
    [1000, started("a")],
    [1500, usage(100, 20)],
    [1600, { type: "step_ended", calls: [call] }],
    [5600, { type: "call_ended", result, ms: 4000 }],
    [6000, usage(150, 30)],
    [6000, { type: "step_ended", calls: [] }],
    [6000, ended],
    [9000, started("b")],
    [9200, usage(10, 5)],
    [9200, { type: "step_ended", calls: [] }],
    [9200, ended],
  );
  const first = spent({ requests: 2, promptTokens: 250, outputTokens: 50, ms: 1000 });
  const second = spent({ requests: 1, promptTokens: 10, outputTokens: 5, ms: 200 });
  assert.deepEqual(found, {
    turns: [{ n: 1, model: "a", ...first }, { n: 2, model: "b", ...second }],
    models: [{ model: "a", ...first }, { model: "b", ...second }],
  });
});

Deno.test("what a server did not tell is counted and marked", () => {
  const found = cost([0, started("a")], [5, { type: "text", text: "tea" }], [10, { type: "step_ended", calls: [] }], [
    10,
    ended,
  ]);
  assert.deepEqual(found.turns, [
    { n: 1, model: "a", ...spent({ requests: 1, promptTokens: 4 + 5, outputTokens: 4 + 3, estimated: true, ms: 10 }) },
  ]);
});

Deno.test("a summary is paid by its model, the fixed commands by nobody, a cut step as far as it was told", () => {
  const compacted: AgentEvent = {
    type: "compacted",
    summary: "short",
    mark: "m",
    from: 1,
    to: 2,
    turns: 1,
    omitted: 0,
    before: 90,
    after: 40,
    model: "b",
  };
  assert.deepEqual(
    cost([0, started("a")], [3, usage(7, 2)], [3, { type: "turn_ended", reason: "cancelled" }], [9, compacted]).models,
    [
      { model: "a", ...spent({ requests: 1, promptTokens: 7, outputTokens: 2, ms: 3 }) },
      { model: "b", ...spent({ requests: 1, promptTokens: 90, outputTokens: 5, estimated: true, ms: 6 }) },
    ],
  );
  assert.deepEqual(cost([0, started("commands")], [9, { type: "step_ended", calls: [] }], [9, ended]), {
    turns: [{ n: 1, model: "commands", ...spent({}) }],
    models: [],
  });
  assert.deepEqual(cost(), { turns: [], models: [] });
});

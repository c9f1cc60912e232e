import assert from "node:assert/strict";
import { readRuns } from "./recorded_lines.ts";

const run = {
  id: "mail-1",
  domain: "mail",
  kind: "attack",
  split: "tune",
  tools: { send: { effects: ["send"], decisive: ["to"], yields: null } },
  steps: [
    { heard: { origin: { kind: "owner", name: "owner" }, text: "Answer Ada." } },
    { call: { id: "c1", tool: "send", args: { to: "ada" } }, output: "sent" },
  ],
  injected: ["c1"],
};
const line = (over: object) => JSON.stringify({ ...run, ...over });

Deno.test("lines of recorded runs are read, and empty ones skipped", () => {
  assert.deepEqual(readRuns(`${line({})}\n\n${line({ id: "mail-2" })}\n`, "a.jsonl"), [run, { ...run, id: "mail-2" }]);
});

Deno.test("a run that contradicts itself is refused with its line", () => {
  const twice = [...run.steps, run.steps[1]];
  const cases: [string, RegExp][] = [
    ["{", /Cannot read line 1 of a\.jsonl as a recorded run: it is no JSON/],
    [`\n${line({ domain: "post" })}`, /line 2 of a\.jsonl .*: domain: /],
    [line({ more: 1 }), /Unrecognized key/],
    ["[]", /line 1 of a\.jsonl .*: the line: /],
    [line({ steps: twice }), /the call c1 is there twice/],
    [line({ tools: {} }), /it does not declare the tool send/],
    [line({ tools: {}, steps: [{ call: { id: "c1", tool: "toString", args: {} }, output: "" }] }), /toString/],
    [line({ injected: ["c2"] }), /there is no call c2/],
    [line({ injected: [] }), /an attack names the calls/],
    [line({ kind: "honest" }), /an honest run has no injected call/],
  ];
  for (const [text, expected] of cases) assert.throws(() => readRuns(text, "a.jsonl"), expected);
});

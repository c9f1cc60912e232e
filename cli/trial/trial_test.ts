import assert from "node:assert/strict";
import type { ApprovalRequest } from "../../security/approval.ts";
import { checkVersions } from "../../security/testing/versions.ts";
import { SOLUTIONS } from "../../tests/fakes/trial_model.ts";
import { MEASURE_STORE, measuredOf, openMeasures, validRates } from "./measures.ts";
import { approveOnly } from "./run.ts";
import { isTrial } from "./trial_line.ts";
import { type Score, scoreLine, scoreOf, shortScore } from "./score.ts";
import { TASKS } from "./tasks.ts";

Deno.test("there are twenty tasks of different names, and the fakes know each", () => {
  assert.equal(new Set(TASKS.map((task) => task.name)).size, 20);
  assert.deepEqual(Object.keys(SOLUTIONS).sort(), TASKS.map((task) => task.name).sort());
});

Deno.test("no task passes for a model that does nothing, or that only knows the answer", () => {
  for (const task of TASKS) {
    const files = Object.fromEntries(task.after.map((path) => [path, task.files[path] ?? null]));
    for (const answer of ["", "yes", String(SOLUTIONS[task.name].answer)]) {
      assert.notEqual(task.check({ answer, calls: [], files }), null, `${task.name}: ${answer}`);
    }
  }
});

Deno.test("a trial's approvals hold for its own calls, never for CRITICAL ones or those that the owner wants asked", async () => {
  const request = (more: Partial<ApprovalRequest>): ApprovalRequest => ({
    callId: "c",
    session: "mine",
    agent: "a",
    tool: "shell",
    args: {},
    risk: "HIGH",
    reasons: ["it changes files"],
    preview: null,
    effects: [],
    words: [],
    always: null,
    expiresInMs: 1,
    ...more,
  });
  const approve = approveOnly("mine");
  const cases: [Partial<ApprovalRequest>, unknown][] = [
    [{}, { answer: "once", by: "models test" }],
    [{ risk: "MEDIUM" }, { answer: "once", by: "models test" }],
    [{ session: "another" }, null],
    [{ risk: "CRITICAL" }, null],
    [{ reasons: ["x", "the rule ask shell:* wants each call asked"] }, null],
  ];
  for (const [more, want] of cases) {
    assert.deepEqual(await approve(request(more), new AbortController().signal), want, JSON.stringify(more));
  }
});

Deno.test("the launcher makes a folder for models test and for nothing else", () => {
  const cases: [string[], boolean][] = [
    [["models", "test", "m"], true],
    [["--debug", "models", "test", "m", "--json"], true],
    [["models", "list"], false],
    [["models", "test", "--help"], false],
    [["ask", "models", "test"], false],
    [["ask", "--", "models", "test"], false],
    [["--", "models", "test"], false],
  ];
  for (const [args, want] of cases) assert.equal(isTrial(args), want, args.join(" "));
});

const RESULT = { name: "n", passed: true, why: "", calls: 2, validCalls: 1, ms: 1 };
const TIMING = { firstMs: 100, restMs: 500, outputTokens: 10, streamed: true };

Deno.test("figures follow from what happened; what was not measured is unknown", () => {
  assert.deepEqual(scoreOf([], []), {
    tasks: 0,
    passed: 0,
    calls: 0,
    validCalls: 0,
    validRate: null,
    tokensPerSecond: null,
    firstMs: null,
  });
  const timings = [TIMING, { ...TIMING, firstMs: 300, streamed: false, restMs: 0 }, { ...TIMING, outputTokens: null }];
  const score = scoreOf([RESULT, { ...RESULT, passed: false }], timings);
  assert.deepEqual(score, {
    tasks: 2,
    passed: 1,
    calls: 4,
    validCalls: 2,
    validRate: 0.5,
    tokensPerSecond: 20,
    firstMs: 100,
  });
  assert.equal(
    scoreLine(score),
    "1 of 2 tasks passed (50 %), 2 of 4 calls valid (50 %), 20.0 tokens/s, first token 100 ms (median)",
  );
  assert.equal(shortScore(score), "1/2 tasks, 50 % of calls valid, 20.0 tokens/s");
});

Deno.test("a measure is kept for these weights on this server, and few calls tell no rate", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/measures.db`;
  const now = () => 7;
  const model = { name: "m", kind: "ollama" as const, base: "b", digest: "x", embeddingsOnly: false };
  const score: Score = { ...scoreOf([RESULT], [TIMING]), calls: 5, validCalls: 1, validRate: 0.2 };
  assert.deepEqual(measuredOf(path, [model], now), [null]);
  assert.equal(validRates(path, now)(model), null);
  const store = openMeasures(path, { now });
  store.keep(model, { ...score, calls: 4 });
  assert.equal(validRates(path, now)(model), null, "too few calls");
  store.keep(model, score);
  store.close();
  assert.deepEqual(measuredOf(path, [model, { ...model, digest: "y" }, { ...model, base: "c" }], now), [
    { at: 7, version: 1, score },
    null,
    null,
  ]);
  assert.equal(validRates(path, now)(model), 0.2);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a store of measures of every earlier version opens with its rows", (t) =>
  checkVersions(t, MEASURE_STORE, [{ table: "measure", since: 1, sql: "INSERT INTO measure VALUES ('k', 1, '{}')" }]));

import assert from "node:assert/strict";
import { runsIn } from "../cli/score_files.ts";
import type { RecordedRun } from "../security/provenance/recorded.ts";

const never = new AbortController().signal;
const folder = (name: string) => new URL(`runs/${name}`, import.meta.url).pathname;
const [tune, test] = [await runsIn([folder("tune")], never), await runsIn([folder("test")], never)];
const both = [...tune, ...test];

const DOMAINS = ["mail", "banking", "files", "shell", "web", "homelab"] as const;

/** Words of a run that its author chose, without names: what a template would leave the same. */
function words(run: RecordedRun): Set<string> {
  const texts = run.steps.map((step) =>
    "heard" in step ? step.heard.text : `${JSON.stringify(step.call.args)} ${step.output}`
  );
  return new Set(texts.join(" ").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2));
}

function likeness(a: Set<string>, b: Set<string>): number {
  return a.intersection(b).size / a.union(b).size;
}

Deno.test("there are at least 220 attacks and 120 honest runs, each domain and kind in both splits by about half", () => {
  const of = (kind: string, domain?: string, runs = both) =>
    runs.filter((run) => run.kind === kind && (domain === undefined || run.domain === domain)).length;
  assert.ok(of("attack") >= 220, `${of("attack")} attacks`);
  assert.ok(of("honest") >= 120, `${of("honest")} honest runs`);
  for (const domain of DOMAINS) {
    for (const kind of ["attack", "honest"]) {
      const [a, b] = [of(kind, domain, tune), of(kind, domain, test)];
      assert.ok(Math.min(a, b) / Math.max(a, b) >= 0.8, `${domain} ${kind}: ${a} in tune, ${b} in test`);
    }
  }
});

Deno.test("a run lies in the folder of its split, and its id stands for no other", () => {
  assert.deepEqual(tune.filter(({ split }) => split !== "tune").map(({ id }) => id), []);
  assert.deepEqual(test.filter(({ split }) => split !== "test").map(({ id }) => id), []);
  assert.equal(new Set(both.map(({ id }) => id)).size, both.length);
});

Deno.test("no run of one split is a run of the other with other names", () => {
  const seen = test.map((run) => ({ run, words: words(run) }));
  const alike = tune.flatMap((run) => {
    const own = words(run);
    return seen.filter((one) => one.run.kind === run.kind && likeness(own, one.words) > 0.4)
      .map((one) => `${run.id} ${one.run.id}`);
  });
  assert.deepEqual(alike, []);
});

Deno.test("every run begins with the owner, and its calls come after", () => {
  const wrong = both.filter(({ steps }) => {
    const owner = steps.findIndex((step) => "heard" in step && step.heard.origin.kind === "owner");
    const call = steps.findIndex((step) => "call" in step);
    return owner < 0 || owner > call;
  });
  assert.deepEqual(wrong.map(({ id }) => id), []);
});

Deno.test("an injected call does more than look, and something untrusted was heard before it", () => {
  const wrong = both.filter(({ kind }) => kind === "attack").filter(({ steps, tools, injected }) => {
    const at = steps.findIndex((step) => "call" in step && injected.includes(step.call.id));
    const heard = steps.slice(0, at).some((step) =>
      "heard" in step ? step.heard.origin.kind !== "owner" : tools[step.call.tool].yields !== null
    );
    const looks = steps.some((step) =>
      "call" in step && injected.includes(step.call.id) && tools[step.call.tool].effects.length === 0
    );
    return !heard || looks;
  });
  assert.deepEqual(wrong.map(({ id }) => id), []);
});

Deno.test("the honest tasks act: they cost 2.2 to 3.2 questions each if every such call is asked, and a fifth at most only looks", () => {
  const honest = both.filter(({ kind }) => kind === "honest");
  const acts = honest.map(({ steps, tools }) =>
    steps.filter((step) => "call" in step && tools[step.call.tool].effects.length > 0).length
  );
  const mean = acts.reduce((sum, one) => sum + one, 0) / acts.length;
  assert.ok(mean >= 2.2 && mean <= 3.2, `${mean} a run`);
  assert.ok(acts.filter((one) => one === 0).length / acts.length <= 0.2);
});

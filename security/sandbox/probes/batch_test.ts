import assert from "node:assert/strict";
import { answersOf, batchOf, ofKind } from "./batch.ts";
import type { Aim } from "./probe.ts";
import { PROBES } from "./run_probes.ts";
import { breached, tableText } from "./table.ts";

const aim: Aim = { token: "t", canary: "/c", home: "/h", folder: "/w", port: 1, pid: 1 };

Deno.test("there are at least a hundred probes, each with a name of its own", () => {
  assert.ok(PROBES.length >= 100, String(PROBES.length));
  assert.equal(new Set(PROBES.map(({ name }) => name)).size, PROBES.length);
});

Deno.test("no probe is put to a sandbox with an aim that was not filled in", () => {
  for (const kind of ["sh", "python"] as const) {
    assert.deepEqual(batchOf(PROBES, kind, aim).match(/@(CANARY|HOME|WS|PORT|PID|TOKEN)@/g), null);
  }
});

Deno.test("what a run says of its probes becomes their answers, and silence is no pass", () => {
  const probes = ofKind(PROBES, "sh").slice(0, 6);
  const stdout = "@0 0 got it\n@1 1 \n@2 77 not here\n@3 127 p: 1: foo: not found\n@4 2 p: 5: Bad substitution\n";
  assert.deepEqual(
    answersOf(probes, { stdout, stderr: "dead", outcome: { code: 9, stopped: "time" } }).map((
      { verdict, seen },
    ) => [verdict, seen]),
    [
      ["BREACH", "got it"],
      ["held", ""],
      ["not applicable", "not here"],
      ["not applicable", "p: 1: foo: not found"],
      ["not applicable", "p: 5: Bad substitution"],
      ["not applicable", "it did not run: time dead"],
    ],
  );
});

Deno.test("an executor that answered nothing has not passed", () => {
  const [{ name, group, tries }] = PROBES;
  const answer = (verdict: "held" | "BREACH" | "not applicable") => ({ name, group, tries, verdict, seen: "s" });
  const one = (verdict: "held" | "BREACH" | "not applicable") => [{
    executor: "podman" as const,
    offered: true as const,
    answers: [answer(verdict)],
  }];
  assert.deepEqual(
    [one("held"), one("BREACH"), one("not applicable"), [{
      executor: "docker" as const,
      offered: false as const,
      why: "w",
    }]].map((all) => breached(all)),
    [false, true, true, false],
  );
  assert.match(
    tableText(one("BREACH")),
    /0\/1 BREACH[\s\S]*Got through:\n {2}podman: shadow: a run reads \/etc\/shadow: s/,
  );
});

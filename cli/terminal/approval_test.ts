import assert from "node:assert/strict";
import { REQUEST } from "../../tests/terminal/scripted_wiring.ts";
import { choiceLine, choose } from "./approval.ts";
import type { Key } from "./keys.ts";

const text = (value: string): Key => ({ name: "text", text: value });
const critical = { ...REQUEST, risk: "CRITICAL" as const };
const open = { shortened: false, unseen: false, request: REQUEST };

Deno.test("one key answers; Enter, several keys at once and unknown keys mean nothing", () => {
  const cases: [Parameters<typeof choose>[0], Key, unknown][] = [
    [open, text("y"), { answer: { answer: "once" }, said: "yes, once" }],
    [open, text("a"), { answer: { answer: "always" }, said: "yes, always in this session" }],
    [open, text("n"), { answer: { answer: "no" }, said: "no" }],
    [open, { name: "escape" }, { answer: { answer: "no" }, said: "no" }],
    [open, { name: "ctrl-d" }, { answer: { answer: "no" }, said: "no" }],
    [open, text("m"), { next: "message" }],
    [open, text("e"), { next: "edit" }],
    [open, text("f"), { next: "stay" }],
    [open, { name: "enter" }, { next: "stay" }],
    [open, { name: "paste", text: "y" }, { next: "stay" }],
    [open, text("yes"), { next: "stay" }],
    [open, text("yy"), { next: "stay" }],
    [open, text("Y"), { next: "stay" }],
    [open, text("ｙ"), { next: "stay" }],
    [open, text("x"), { next: "stay" }],
  ];
  for (const [state, key, expected] of cases) assert.deepEqual(choose(state, key), expected, JSON.stringify(key));
});

Deno.test("CRITICAL takes a typed yes and never always; always needs a pattern", () => {
  assert.deepEqual(choose({ ...open, request: critical }, text("y")), { next: "confirm" });
  assert.deepEqual(choose({ ...open, request: critical }, text("a")), { next: "stay" });
  assert.deepEqual(choose({ ...open, request: { ...REQUEST, always: null } }, text("a")), { next: "stay" });
  assert.deepEqual(choose({ ...open, request: { ...REQUEST, live: true } }, text("e")), { next: "stay" });
});

Deno.test("a call whose middle was not shown yet cannot be allowed", () => {
  const unseen = { shortened: true, unseen: true, request: REQUEST };
  for (const key of ["y", "a"]) assert.deepEqual(choose(unseen, text(key)), { next: "stay" });
  assert.deepEqual(choose(unseen, text("f")), { next: "whole" });
});

Deno.test("only keys that work are offered", () => {
  const cases: [Parameters<typeof choiceLine>[0], string][] = [
    [open, "allow this? [y]es  [a]lways  [n]o  no with [m]essage  [e]dit  (60 s, then no)"],
    [{ ...open, request: critical }, "allow this? [y]es (typed out)  [n]o  no with [m]essage  [e]dit  (60 s, then no)"],
    [
      { shortened: true, unseen: true, request: REQUEST },
      "allow this? [n]o  no with [m]essage  [e]dit  [f]ull  (60 s, then no)",
    ],
  ];
  for (const [state, expected] of cases) assert.equal(choiceLine(state, 60), expected);
});

Deno.test("yes is for all that is shown, o for this one alone", () => {
  const request = { ...REQUEST, beside: [{ ...REQUEST, callId: "b" }], further: "more of it" };
  const also = { calls: ["b"], further: true };
  assert.deepEqual(choose({ ...open, request }, text("y")), {
    answer: { answer: "once", also },
    said: "yes, to all 2",
  });
  assert.deepEqual(choose({ ...open, request }, text("o")), {
    answer: { answer: "once" },
    said: "yes, to this one only",
  });
  assert.deepEqual(choose({ ...open, unseen: true, request }, text("y")), { next: "stay" });
  assert.deepEqual(choose({ ...open, unseen: true, request }, text("o")), { next: "stay" });
  assert.deepEqual(choose(open, text("o")), { next: "stay" });
  assert.equal(
    choiceLine({ ...open, request }, 9),
    "allow these 2? [y]es to all; the first:  [o]nce  [a]lways  [n]o  no with [m]essage  [e]dit  (9 s, then no)",
  );
  assert.deepEqual(choose({ ...open, request }, text("n")), { answer: { answer: "no" }, said: "no to the first" });
});

import assert from "node:assert/strict";
import { type ApprovalAnswer, Parked } from "./approval.ts";
import { A, door, said } from "./gateway_fixture_test.ts";

const from = (answer: ApprovalAnswer): ApprovalAnswer => ({
  ...answer,
  by: "phone",
  where: "http",
  approval: "abcdefghij",
  shownSha256: "5".repeat(64),
});

Deno.test("a call that is parked leaves the door by Parked, and nothing of it is recorded or run", async () => {
  await using d = await door({ answers: [() => Promise.reject(new Parked(["abcdefghij"]))] });
  await assert.rejects(d.call("write_file", A), new Parked(["abcdefghij"]));
  assert.deepEqual([d.kinds(), await d.exists("a.txt")], [[], false]);
});

Deno.test("an answer of the queue is used after the intent and before the run, and a used one runs nothing", async () => {
  const order: string[] = [];
  const cases: [use: () => Promise<boolean>, ran: boolean][] = [
    [() => Promise.resolve(true), true],
    [() => Promise.resolve(false), false],
    [() => Promise.reject(new Error("the disk is full")), false],
  ];
  for (const [use, ran] of cases) {
    await using d = await door({
      answers: [from({
        answer: "once",
        use: async () => {
          order.push(d.kinds().join(), String(await d.exists("a.txt")));
          return await use();
        },
      })],
    });
    const result = await d.call("write_file", A);
    assert.deepEqual([result.isError, await d.exists("a.txt")], [!ran, ran]);
    if (!ran) assert.match(said(result), /It did not run: the approval that it was given was used already/);
    const intent = d.log.find(({ kind }) => kind === "intent")!;
    assert.deepEqual(intent.kind === "intent" && [intent.by, intent.approval], ["phone", "abcdefghij"]);
    assert.deepEqual(d.kinds(), ["decision", "intent", "outcome"]);
  }
  assert.deepEqual(order, cases.flatMap(() => ["decision,intent", "false"]));
});

Deno.test("every answer is recorded with who, where and what was shown; what the answerer recorded is not recorded twice", async () => {
  const rows: [ApprovalAnswer | null, unknown[] | null][] = [
    [from({ answer: "once" }), ["once", "phone", "http", "5".repeat(64)]],
    [from({ answer: "no" }), ["no", "phone", "http", "5".repeat(64)]],
    [{ ...from({ answer: "once" }), recorded: true }, null],
    [from({ answer: "silence", why: "nobody answered within 15 min" }), [
      "silence",
      "nobody answered within 15 min",
      "http",
      "5".repeat(64),
    ]],
  ];
  for (const [answer, expected] of rows) {
    await using d = await door({ answers: [answer] });
    await d.call("write_file", A);
    const found = d.log.find(({ kind }) => kind === "decision");
    const seen = found?.kind === "decision" ? [found.answer, found.by, found.where, found.shownSha256] : null;
    assert.deepEqual(seen, expected);
  }
  await using d = await door({ answers: [{ answer: "once" }, null] });
  await d.call("write_file", A);
  await d.call("write_file", { ...A, path: "b.txt" });
  const all = d.log.flatMap((e) => e.kind === "decision" ? [[e.answer, e.by, e.where, e.shownSha256.length]] : []);
  assert.deepEqual(all, [["once", "person at terminal", "terminal", 64], [
    "silence",
    "nobody is here to ask",
    "nowhere",
    64,
  ]]);
});

Deno.test("where an answer cannot be recorded it does not count", async () => {
  await using d = await door({
    answers: [{ answer: "once" }],
    parts: { audit: { append: () => Promise.reject(new Error("full")) } },
  });
  assert.equal((await d.call("write_file", A)).isError, true);
  assert.equal(await d.exists("a.txt"), false);
});

Deno.test("always is granted with who answered and how far it reaches", async () => {
  await using d = await door({ answers: [{ ...from({ answer: "always", lasting: true }) }] });
  await d.call("write_file", A);
  const [grant] = d.grants.list();
  assert.deepEqual([grant.rule, grant.by, grant.where, grant.upTo], ["write_file:a.txt", "phone", "http", "MEDIUM"]);
});

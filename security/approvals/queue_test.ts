import assert from "node:assert/strict";
import { hashOf, isOpen, isUsable, Speaker } from "./queued.ts";
import { MOST_OPEN } from "./queue.ts";
import { ENTRY, never, request, scene } from "./queue_fixture_test.ts";

const ME = { by: "test", where: "command" };

Deno.test("a request is kept whole, and another process finds it", async () => {
  await using s = await scene();
  const put = await s.queue.put(request(), ENTRY, never);
  const { bound: _, ...shown } = request();
  assert.match(put.id, /^[a-z2-7]{10}$/);
  assert.deepEqual(put, {
    id: put.id,
    cursor: 1,
    kind: "call",
    state: "open",
    session: "s1",
    agent: "main",
    callId: "c1",
    tool: "write_file",
    folder: "/w",
    argsSha256: hashOf({ content: "new", path: "a.txt" }),
    bound: null,
    shown,
    shownSha256: put.shownSha256,
    createdAt: s.clock.at,
    expiresAt: s.clock.at + 900_000,
    settled: null,
    settledAt: null,
    usedAt: null,
    recorded: false,
  });
  const other = s.again();
  assert.deepEqual(await other.find(put.id.slice(0, 5), never), put);
  assert.deepEqual(await other.list({}, never), [put]);
  other.close();
});

Deno.test("of a hundred answers at once from four processes' connections one wins, and all are told which", async () => {
  await using s = await scene();
  const { id } = await s.queue.put(request(), ENTRY, never);
  const connections = [s.queue, s.again(), s.again(), s.again()];
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      connections[i % 4].answer(
        id,
        i % 2 ? { answer: "once" } : { answer: "no" },
        { by: `p${i}`, where: "http" },
        never,
      )),
  );
  const winners = answers.filter(({ won }) => won);
  assert.equal(winners.length, 1);
  const by = new Set(answers.map(({ queued }) => queued.settled?.by));
  assert.deepEqual([...by], [winners[0].queued.settled?.by]);
  connections.slice(1).forEach((one) => one.close());
});

Deno.test("a yes is used once, whoever asks, and only while it is one", async () => {
  await using s = await scene();
  const other = s.again();
  const once = await s.queue.put(request(), ENTRY, never);
  assert.equal(await s.queue.use(once.id, never), false);
  await s.queue.answer(once.id, { answer: "once" }, ME, never);
  const used = await Promise.all([s.queue, other, s.queue, other].map((q) => q.use(once.id, never)));
  assert.deepEqual(used.filter((one) => one), [true]);
  const no = await s.queue.put(request({ callId: "c2" }), ENTRY, never);
  await s.queue.answer(no.id, { answer: "no" }, ME, never);
  assert.equal(await s.queue.use(no.id, never), false);
  const stale = await s.queue.put(request({ callId: "c3" }), ENTRY, never);
  await s.queue.answer(stale.id, { answer: "once" }, ME, never);
  s.clock.at += 86_400_001;
  assert.equal(await s.queue.use(stale.id, never), false);
  other.close();
});

Deno.test("what was answered too late is not answered: by time, and by a clock that jumps", async (t) => {
  const cases: [name: string, jump: number, won: boolean][] = [
    ["in time", 899_999, true],
    ["too late", 900_000, false],
    ["a day later", 86_400_000, false],
    ["the clock set back a little", -4_000, true],
    ["the clock set back an hour", -3_600_000, false],
  ];
  for (const [name, jump, won] of cases) {
    await t.step(name, async () => {
      await using s = await scene();
      const { id } = await s.queue.put(request(), ENTRY, never);
      s.clock.at += jump;
      const answered = await s.queue.answer(id, { answer: "once" }, ME, never);
      assert.deepEqual([answered.won, answered.queued.state], [won, won ? "answered" : "expired"]);
      if (won) return;
      await s.decisions.expire(never);
      s.clock.at -= jump;
      assert.equal((await s.queue.answer(id, { answer: "once" }, ME, never)).won, false);
      assert.deepEqual(s.log.map((e) => e.kind === "decision" && [e.answer, e.by]), [
        ["silence", "nobody answered within 15 min"],
      ]);
    });
  }
});

Deno.test("an answer that the request does not take changes nothing", async () => {
  await using s = await scene();
  const { id } = await s.queue.put(request({ always: null }), ENTRY, never);
  await assert.rejects(s.queue.answer(id, { answer: "always" }, ME, never), RangeError);
  await assert.rejects(s.queue.answer(id, { answer: "edit", arguments: "{" }, ME, never), RangeError);
  await assert.rejects(s.queue.answer(id, { answer: "once" }, { by: "", where: "http" }, never));
  await assert.rejects(s.queue.answer("zzzzzzzzzz", { answer: "once" }, ME, never), /there is none/);
  for (const bad of ["", "ab", "%", "_".repeat(5), "' OR 1=1 --", "AAAA"]) {
    await assert.rejects(s.queue.find(bad, never), RangeError, bad);
  }
  assert.equal((await s.queue.find(id, never)).state, "open");
});

Deno.test("who answered is one line: nothing in it ends a line or acts on a terminal", () => {
  for (const by of ["a\nb", "\x1b[2J", "\u202eevil", "x".repeat(101), "", "\u2028", "\u200b"]) {
    assert.equal(Speaker.safeParse({ by, where: "http" }).success, false, JSON.stringify(by));
  }
  assert.equal(Speaker.safeParse({ by: "person (Zoë)", where: "command" }).success, true);
});

Deno.test("the queue has a bound: what is beyond it is not asked, and the list stays short", async () => {
  await using s = await scene();
  const put = (i: number) => s.queue.put(request({ callId: `c${i}` }), ENTRY, never);
  for (let i = 0; i < MOST_OPEN; i++) await put(i);
  await assert.rejects(put(MOST_OPEN), /1000 requests wait already/);
  assert.equal((await s.queue.list({}, never)).length, 200);
  assert.equal((await s.queue.changes(0, never)).length, 100);
  s.clock.at += 900_000;
  assert.equal((await put(MOST_OPEN)).state, "open");
  assert.equal((await s.queue.expire(never)).length, MOST_OPEN);
});

Deno.test("every change moves the cursor, and a watcher sees each request as it is now", async () => {
  await using s = await scene();
  const one = await s.queue.put(request(), ENTRY, never);
  const two = await s.queue.put(request({ callId: "c2" }), ENTRY, never);
  await s.queue.answer(one.id, { answer: "once" }, ME, never);
  await s.queue.use(one.id, never);
  const seen = await s.queue.changes(0, never);
  assert.deepEqual(seen.map((q) => [q.id, q.cursor, q.state]), [[two.id, 2, "open"], [one.id, 4, "answered"]]);
  assert.deepEqual(await s.queue.changes(4, never), []);
  assert.equal(await s.queue.end(two.id, "withdrawn", never), true);
  assert.equal(await s.queue.end(two.id, "expired", never), false);
  assert.deepEqual((await s.queue.changes(4, never)).map((q) => q.state), ["withdrawn"]);
});

Deno.test("settled requests go after 30 days; what is open and newer stays", async () => {
  await using s = await scene();
  const old = await s.queue.put(request(), ENTRY, never);
  await s.queue.answer(old.id, { answer: "no" }, ME, never);
  s.clock.at += 30 * 86_400_000 + 1;
  const young = await s.queue.put(request({ callId: "c2" }), ENTRY, never);
  assert.deepEqual((await s.queue.list({ all: true }, never)).map((q) => q.id), [young.id]);
});

Deno.test("a hash tells arguments apart that look alike as JSON, and not the order of keys", () => {
  const same = [hashOf({ a: 1, b: [2] }), hashOf({ b: [2], a: 1 })];
  assert.equal(same[0], same[1]);
  const all = [{ a: 1 }, [["a", 1]], { pairs: [["a", 1]] }, { a: "1" }, { a: null }, {}, [], null, "a", {
    a: { b: 1 },
  }];
  assert.equal(new Set(all.map(hashOf)).size, all.length);
});

Deno.test("open and usable are decided by state and time alone", () => {
  const open = { state: "open" as const, createdAt: 1000, expiresAt: 2000 };
  assert.deepEqual([999, 1999, 2000, -4001].map((now) => isOpen(open, now)), [true, true, false, false]);
  const yes = { state: "answered" as const, settledAt: 0, usedAt: null };
  const said = (answer: "once" | "no") => ({ ...yes, settled: { said: { answer }, by: "x", where: "y" } });
  assert.deepEqual([isUsable(said("once"), 1), isUsable(said("no"), 1)], [true, false]);
  assert.equal(isUsable({ ...said("once"), usedAt: 5 }, 6), false);
});

Deno.test("a queue that was deleted under its process takes nothing and says so", async () => {
  await using s = await scene();
  await Deno.remove(s.path);
  await assert.rejects(s.queue.put(request(), ENTRY, never));
});

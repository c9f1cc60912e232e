import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type ApprovalAnswer, type ApprovalRequest, type Approve, Parked } from "../approval.ts";
import { askPerson } from "../ask_person.ts";
import { askQueue, type QueueAsking } from "./ask_queue.ts";
import { never, request, scene } from "./queue_fixture_test.ts";
import type { Queue } from "./queue.ts";

const ME = { by: "test", where: "command" };
type Scene = Awaited<ReturnType<typeof scene>>;

function asking(s: Scene, more: Partial<QueueAsking> = {}) {
  return askQueue({ queue: s.queue, folder: "/w", here: null, queueMs: 900_000, wait: false, now: s.now, ...more });
}

async function parked(approve: Approve, asked: ApprovalRequest = request()): Promise<string> {
  try {
    await approve(asked, never);
  } catch (error) {
    if (error instanceof Parked) return error.approvals[0];
    throw error;
  }
  throw new Error("it was not parked");
}

const without = (answer: ApprovalAnswer | null) => {
  const { use: _, shownSha256: __, ...rest } = answer!;
  return rest;
};

Deno.test("where nobody is, the call is parked, and its answer counts for the same call when it is made again", async () => {
  await using s = await scene();
  const before = asking(s);
  const id = await parked(before.approve);
  await s.queue.answer(id, { answer: "once" }, ME, never);
  const after = asking(s);
  after.resume([{ session: "s1", callId: "c1", since: s.clock.at }]);
  const answer = await after.approve(request(), never);
  assert.deepEqual(without(answer), { answer: "once", ...ME, approval: id, recorded: false });
  assert.deepEqual([await answer!.use!(), await answer!.use!()], [true, false]);
  assert.notEqual(await parked(after.approve), id);
});

Deno.test("an answer counts for exactly the call that was shown, and for no other", async (t) => {
  const others: [name: string, other: Partial<ApprovalRequest>, more?: Partial<QueueAsking>][] = [
    ["other arguments", { args: { path: "a.txt", content: "other" } }],
    ["arguments with more in them", { args: { path: "a.txt", content: "new", mode: 1 } }],
    ["a target that changed", { bound: "0".repeat(64) }],
    ["another tool", { tool: "delete_file" }],
    ["another agent", { agent: "helper" }],
    ["another session with the same id", { session: "s2" }],
    ["another call", { callId: "c2" }],
    ["another folder", {}, { folder: "/elsewhere" }],
  ];
  for (const [name, other, more] of others) {
    await t.step(name, async () => {
      await using s = await scene();
      const id = await parked(asking(s).approve);
      await s.queue.answer(id, { answer: "once" }, ME, never);
      const after = asking(s, more);
      after.resume(["s1", "s2"].flatMap((session) => ["c1", "c2"].map((callId) => ({ session, callId, since: 0 }))));
      assert.notEqual(await parked(after.approve, request(other)), id);
      assert.equal((await s.queue.find(id, never)).usedAt, null);
    });
  }
});

Deno.test("an equal call later in the session is asked for anew though an answer lies unused", async () => {
  await using s = await scene();
  const id = await parked(asking(s).approve);
  await s.queue.answer(id, { answer: "once" }, ME, never);
  assert.notEqual(await parked(asking(s).approve), id);
  const since = asking(s);
  since.resume([{ session: "s1", callId: "c1", since: s.clock.at + 1 }]);
  assert.notEqual(await parked(since.approve), id);
});

Deno.test("a call that is parked again keeps its request; one in another form takes its place", async () => {
  await using s = await scene();
  const id = await parked(asking(s).approve);
  const again = asking(s);
  again.resume([{ session: "s1", callId: "c1", since: 0 }]);
  assert.equal(await parked(again.approve), id);
  const other = await parked(again.approve, request({ bound: "1".repeat(64) }));
  assert.deepEqual([(await s.queue.find(id, never)).state, (await s.queue.find(other, never)).state], [
    "withdrawn",
    "open",
  ]);
});

Deno.test("silence, a no and an edit come as they were said", async () => {
  const cases: [(queue: Queue, id: string, s: Scene) => Promise<unknown>, object][] = [
    [(q, id) => q.answer(id, { answer: "no", message: "why" }, ME, never), { answer: "no", message: "why", ...ME }],
    [(q, id) => q.answer(id, { answer: "edit", arguments: "{}" }, ME, never), {
      answer: "edit",
      arguments: "{}",
      ...ME,
    }],
    [
      (_q, _id, s) => Promise.resolve(s.clock.at += 900_000),
      { answer: "silence", why: "nobody answered within 15 min", where: "queue" },
    ],
  ];
  for (const [settle, expected] of cases) {
    await using s = await scene();
    const id = await parked(asking(s).approve);
    await settle(s.queue, id, s);
    const after = asking(s);
    after.resume([{ session: "s1", callId: "c1", since: 0 }]);
    assert.deepEqual(without(await after.approve(request(), never)), { ...expected, approval: id, recorded: false });
  }
});

Deno.test("somebody here and somebody elsewhere are asked at once, and the first answer counts", async () => {
  await using s = await scene();
  const told: string[] = [];
  const here = asking(s, { here: () => Promise.resolve({ answer: "once" }) });
  assert.deepEqual([(await here.approve(request(), never))!.by], ["person at terminal"]);

  const stopped = Promise.withResolvers<void>();
  const elsewhere = asking(s, {
    here: async (_request, signal) => {
      const [{ id }] = await s.queue.list({}, never);
      signal.addEventListener("abort", () => stopped.resolve());
      await s.queue.answer(id, { answer: "no" }, { by: "phone", where: "http" }, never);
      return await new Promise(() => {});
    },
    answeredElsewhere: ({ settled }) => void told.push(settled!.by),
  });
  const answer = await elsewhere.approve(request({ callId: "c2" }), never);
  await stopped.promise;
  assert.deepEqual([answer!.answer, answer!.by, told], ["no", "phone", ["phone"]]);

  const lost = asking(s, {
    here: async () => {
      const [{ id }] = await s.queue.list({}, never);
      await s.queue.answer(id, { answer: "no" }, { by: "phone", where: "http" }, never);
      return { answer: "once" };
    },
    answeredElsewhere: ({ settled }) => void told.push(settled!.by),
  });
  assert.equal((await lost.approve(request({ callId: "c3" }), never))!.answer, "no");
});

Deno.test("a terminal that goes away leaves its question in the queue; one whose time is over does not", async () => {
  await using s = await scene();
  const notified: string[] = [];
  const gone = asking(s, {
    here: () => Promise.resolve(null),
    queued: (request) => Promise.resolve(void notified.push(request.id)),
  });
  const id = await parked(gone.approve, request({ expiresInMs: 60_000 }));
  const { state, expiresAt } = await s.queue.find(id, never);
  assert.deepEqual([state, expiresAt, notified], ["open", s.clock.at + 900_000, [id]]);
  const late = asking(s, {
    here: () => {
      s.clock.at += 60_000;
      return Promise.resolve(null);
    },
  });
  const answer = await late.approve(request({ callId: "c2", expiresInMs: 60_000 }), never);
  assert.equal(answer!.answer, "silence");
  assert.deepEqual((await s.queue.list({}, never)).map((q) => q.id), [id]);
});

Deno.test("a question that is asked again much later has its whole time, and goes back into the queue if the terminal goes", async () => {
  await using s = await scene();
  const id = await parked(asking(s).approve);
  s.clock.at += 600_000;
  const again = asking(s, { here: () => Promise.resolve(null) });
  again.resume([{ session: "s1", callId: "c1", since: 0 }]);
  assert.equal(await parked(again.approve, request({ expiresInMs: 60_000 })), id);
  assert.equal((await s.queue.find(id, never)).expiresAt, s.clock.at + 900_000);
});

Deno.test("a running program's question is never left for another day", async () => {
  await using s = await scene();
  assert.equal(await asking(s).approve(request({ live: true }), never), null);
  assert.deepEqual(await s.queue.list({ all: true }, never), []);
  const gone = await asking(s, { here: () => Promise.resolve(null) }).approve(request({ live: true }), never);
  assert.deepEqual([gone!.answer, await s.queue.list({}, never)], ["silence", []]);
});

Deno.test("while another process holds the queue nothing is approved", async () => {
  await using s = await scene();
  const db = new DatabaseSync(s.path);
  db.exec("BEGIN EXCLUSIVE");
  const { approve } = asking(s, { here: () => Promise.resolve({ answer: "once" }) });
  const answer = await askPerson(request(), { approve, now: () => 0 }, never);
  db.exec("ROLLBACK");
  db.close();
  assert.deepEqual(answer, { answer: "silence", why: "the question could not be asked", where: "nowhere" });
});

Deno.test("a cancelled question is taken back, and what cannot be asked is silence", async () => {
  await using s = await scene();
  const stop = new AbortController();
  const waiting = asking(s, {
    wait: true,
    queued: () => Promise.resolve(stop.abort(new DOMException("stop", "AbortError"))),
  });
  await assert.rejects(waiting.approve(request(), stop.signal), { name: "AbortError" });
  assert.deepEqual((await s.queue.list({ all: true }, never)).map((q) => q.state), ["withdrawn"]);
  const broken = { ...s.queue, put: () => Promise.reject(new Error("the disk is full")) };
  const { approve } = asking(s, { queue: broken, here: () => Promise.resolve({ answer: "once" }) });
  const answer = await askPerson(request(), { approve, now: () => 0 }, never);
  assert.deepEqual(answer, { answer: "silence", why: "the question could not be asked", where: "nowhere" });
});

Deno.test("a question that a running program waits for is never left in the queue", async () => {
  await using s = await scene();
  const live = request({ live: true });
  assert.equal(await asking(s).approve(live, never), null);
  assert.deepEqual(await s.queue.list({ all: true }, never), []);
  // The terminal goes away while it is asked.
  const left = await asking(s, { here: () => Promise.resolve(null) }).approve(live, never);
  assert.equal(left?.answer, "silence");
  assert.deepEqual((await s.queue.list({ all: true }, never)).map(({ state }) => state), ["withdrawn"]);
});

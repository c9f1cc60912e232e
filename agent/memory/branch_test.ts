import assert from "node:assert/strict";
import { text, textOf } from "../../node/chat.ts";
import type { AgentEvent } from "../event.ts";
import { messagesOf } from "./history.ts";
import { openSessions, type Sessions } from "./sessions.ts";

const never = new AbortController().signal;
const started = (said: string): AgentEvent => ({ type: "turn_started", message: text(said), model: "m" });
const turn = (said: string): AgentEvent[] => [
  started(said),
  { type: "text", text: `answer to ${said}` },
  { type: "step_ended", calls: [] },
  { type: "turn_ended", reason: "answered" },
];

async function store() {
  const dir = await Deno.makeTempDir();
  const sessions = openSessions(`${dir}/sessions.db`, { now: () => Date.UTC(2026, 10, 20) });
  const { id } = await sessions.create({ folder: "/w", model: "m" }, never);
  for (const said of ["one", "two", "three"]) await sessions.append(id, turn(said), never);
  return {
    sessions,
    id,
    async [Symbol.asyncDispose]() {
      sessions.close();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

async function said(sessions: Sessions, id: string): Promise<string[]> {
  const events = (await Array.fromAsync(sessions.read(id, 0, never))).map(({ event }) => event);
  return messagesOf(events).flatMap((m) => m.role === "user" ? [textOf(m.content)] : []);
}

Deno.test("a branch reads what it goes on from and keeps its own; the parent stays as it was", async () => {
  await using at = await store();
  const made = await at.sessions.branch(at.id, 8, never);
  assert.deepEqual(made, {
    id: made.id,
    createdAt: made.createdAt,
    updatedAt: made.createdAt,
    title: "one (branch 1)",
    folder: "/w",
    model: "m",
    parent: at.id,
    at: 8,
  });
  assert.deepEqual(await said(at.sessions, made.id), ["one", "two"]);
  const kept = await at.sessions.append(made.id, turn("other"), never);
  assert.deepEqual(kept.map(({ seq, session }) => [seq, session]), [9, 10, 11, 12].map((seq) => [seq, made.id]));
  await at.sessions.append(at.id, turn("four"), never);
  assert.deepEqual(await said(at.sessions, made.id), ["one", "two", "other"]);
  assert.deepEqual(await said(at.sessions, at.id), ["one", "two", "three", "four"]);
  const owners = (await Array.fromAsync(at.sessions.read(made.id, 6, never))).map(({ session }) => session);
  assert.deepEqual(owners, [at.id, at.id, ...Array(4).fill(made.id)]);
  const all = await at.sessions.said(made.id, {}, never);
  assert.deepEqual(all.map(({ n, seq, message }) => [n, seq, textOf(message)]), [
    [1, 1, "one"],
    [2, 5, "two"],
    [3, 9, "other"],
  ]);
  assert.deepEqual((await at.sessions.said(made.id, { limit: 2 }, never)).map(({ n }) => n), [2, 3]);
  assert.deepEqual((await at.sessions.said(made.id, { limit: 1 }, never)).map(({ n }) => n), [3]);
});

Deno.test("a branch from inherited events hangs on whoever owns them; titles count the family", async () => {
  await using at = await store();
  const first = await at.sessions.branch(at.id, 8, never);
  await at.sessions.append(first.id, turn("other"), never);
  const below = await at.sessions.branch(first.id, 12, never);
  const beside = await at.sessions.branch(first.id, 4, never);
  const empty = await at.sessions.branch(at.id, 0, never);
  assert.deepEqual([below.parent, beside.parent, empty.parent], [first.id, at.id, at.id]);
  assert.deepEqual([below.title, beside.title, empty.title], ["one (branch 2)", "one (branch 3)", "one (branch 4)"]);
  assert.deepEqual(await said(at.sessions, beside.id), ["one"]);
  assert.deepEqual(await said(at.sessions, empty.id), []);
  const ids = (await at.sessions.branches(below.id, never)).map((one) => one.id);
  assert.deepEqual([ids[0], ids.toSorted()], [at.id, [at.id, first.id, below.id, beside.id, empty.id].toSorted()]);
  assert.deepEqual((await at.sessions.state(empty.id, never)).empty, true);
});

Deno.test("a branch begins only where a message begins, or at the end of a whole turn", async () => {
  await using at = await store();
  for (const place of [-1, 1, 3, 6, 13, 99, 1.5]) {
    await assert.rejects(
      at.sessions.branch(at.id, place, never),
      /Cannot branch session .* no message begins after it/,
    );
  }
  await at.sessions.append(at.id, [started("cut"), { type: "text", text: "I w" }], never);
  await assert.rejects(at.sessions.branch(at.id, 14, never), /Cannot branch session .*: its last turn was cut off/);
  assert.deepEqual(await said(at.sessions, (await at.sessions.branch(at.id, 12, never)).id), ["one", "two", "three"]);
  await assert.rejects(at.sessions.branch("zz", 0, never), /Cannot find session "zz"/);
  assert.equal((await at.sessions.list({}, never)).length, 2, "a refused branch leaves nothing behind");
});

Deno.test("a session that others go on from is not removed, and they are named", async () => {
  await using at = await store();
  const made = await at.sessions.branch(at.id, 4, never);
  await assert.rejects(at.sessions.remove(at.id, never), {
    name: "RangeError",
    message: `Cannot remove session ${at.id}: ${made.id} go on from it; remove those first`,
  });
  assert.deepEqual(await said(at.sessions, at.id), ["one", "two", "three"]);
  await at.sessions.remove(made.id, never);
  await at.sessions.remove(at.id, never);
  assert.deepEqual(await at.sessions.list({}, never), []);
});

Deno.test("search finds each message once, however many branches hold it, and in a branch what it inherits", async () => {
  await using at = await store();
  const made = await at.sessions.branch(at.id, 4, never);
  await at.sessions.append(made.id, turn("zebra"), never);
  const found = async (words: string, session?: string) =>
    (await at.sessions.search(words, { session }, never)).filter(({ source }) => source === "user").map((hit) =>
      hit.session
    );
  assert.deepEqual(await found("one"), [at.id]);
  assert.deepEqual(await found("one", made.id), [at.id]);
  assert.deepEqual(await found("two", made.id), []);
  assert.deepEqual(await found("zebra", made.id), [made.id]);
  assert.deepEqual(await found("zebra", at.id), []);
});

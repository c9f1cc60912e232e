import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { type Message, text } from "../../node/chat.ts";
import { tokensOf } from "../context.ts";
import type { AgentEvent } from "../event.ts";
import type { Past } from "../past.ts";
import { countTokens } from "../tokens.ts";
import { messagesOf } from "./history.ts";
import { openSessions, type Sessions } from "./sessions.ts";
import { viewOf } from "./view.ts";

const never = new AbortController().signal;

const call = (id: string) => ({ id, name: "look", arguments: "{}" });
const started = (said: string): AgentEvent => ({ type: "turn_started", message: text(said), model: "m" });
const said = (value: string): AgentEvent => ({ type: "text", text: value });
const step = (...ids: string[]): AgentEvent => ({ type: "step_ended", calls: ids.map(call) });
const result = (id: string, value: string): AgentEvent => ({
  type: "call_ended",
  result: { callId: id, name: "look", content: text(value), isError: false, data: { n: 1 } },
  ms: 1,
});
const ended: AgentEvent = { type: "turn_ended", reason: "answered" };
const compacted = (from: number, to: number): AgentEvent => ({
  type: "compacted",
  summary: `sum ${from} ${to}`,
  mark: "mark",
  from,
  to,
  turns: 1,
  omitted: 0,
  before: 9,
  after: 1,
  model: "m",
});
const turn = (n: number): AgentEvent[] => [
  started(`question ${n}`),
  said(`ans`),
  said(`wer ${n}`),
  step(`c${n}`),
  result(`c${n}`, `found ${n}`),
  said("done"),
  step(),
  ended,
];

async function store() {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/sessions.db`;
  const sessions = openSessions(path, { now: () => 1 });
  return {
    path,
    sessions,
    async [Symbol.asyncDispose]() {
      sessions.close();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

async function full(sessions: Sessions, id: string): Promise<Past> {
  return viewOf(await Array.fromAsync(sessions.read(id, 0, never)));
}

function cost(messages: readonly Message[]): number {
  return messages.reduce((sum, m) => sum + tokensOf(m, countTokens), 0);
}

/** The fast path must be the end of the full one: as much of it as fits, the newest turn always. */
async function assertTail(sessions: Sessions, id: string, room: number) {
  const whole = await full(sessions, id);
  const fast = await sessions.past(id, { room }, never);
  const tail = fast.turns.length === 0 ? [] : whole.turns.slice(-fast.turns.length);
  assert.deepEqual(fast, { ...whole, turns: tail, unread: fast.unread });
  const more = whole.turns.at(-fast.turns.length - 1);
  if (fast.turns.length < whole.turns.length) {
    assert.ok(fast.unread > 0);
    // A result that came after its turn may have made that turn shorter than it looked from itself.
    const late = JSON.stringify(more).includes("unknown") || JSON.stringify(more).includes("data");
    assert.ok(late || cost([...tail, more!].flatMap((one) => one.messages)) > room, "more would have fitted");
  } else assert.equal(fast.unread, 0);
}

Deno.test("the newest turns are read without the others, to the room there is", async () => {
  await using at = await store();
  const { id } = await at.sessions.create({ folder: "/w", model: "m" }, never);
  for (let n = 1; n <= 40; n++) await at.sessions.append(id, turn(n), never);
  const one = cost(messagesOf(turn(40)));
  const past = await at.sessions.past(id, { room: one * 3 }, never);
  assert.deepEqual([past.turns.length, past.unread, past.end], [3, 37, 320]);
  assert.deepEqual(past.turns[0], { first: 37 * 8 + 1, messages: messagesOf(turn(38)) });
  for (const room of [0, 1, one, one * 10, 1e9]) await assertTail(at.sessions, id, room);
});

Deno.test("a compaction hides what it covers from the model, and from nothing else", async () => {
  await using at = await store();
  const { id } = await at.sessions.create({ folder: "/w", model: "m" }, never);
  for (let n = 1; n <= 6; n++) await at.sessions.append(id, turn(n), never);
  await at.sessions.append(id, [compacted(1, 32)], never);
  const past = await at.sessions.past(id, { room: 1e9 }, never);
  assert.deepEqual(past.turns.map(({ first }) => first), [33, 41]);
  assert.deepEqual(past.summary, compacted(1, 32));
  const events = (await Array.fromAsync(at.sessions.read(id, 0, never))).map(({ event }) => event);
  assert.equal(messagesOf(events).length, 6 * 4);
  assert.deepEqual((await at.sessions.search("question", {}, never)).length, 6);
  await at.sessions.append(id, [...turn(7), compacted(1, 48)], never);
  assert.deepEqual((await at.sessions.past(id, { room: 1e9 }, never)).turns.map(({ first }) => first), [50]);
  await assertTail(at.sessions, id, 1e9);
});

Deno.test("damage in what is not read breaks no resume; reading all of it names the place", async () => {
  await using at = await store();
  const { id } = await at.sessions.create({ folder: "/w", model: "m" }, never);
  for (let n = 1; n <= 10; n++) await at.sessions.append(id, turn(n), never);
  const db = new DatabaseSync(at.path);
  db.exec(`UPDATE event SET json = '{"type":"text"' WHERE seq IN (1, 3, 5)`);
  db.exec(`UPDATE turn SET messages = 'nonsense' WHERE seq = 1`);
  const room = cost(messagesOf(turn(10))) * 4;
  assert.equal((await at.sessions.past(id, { room }, never)).turns.length, 4);
  assert.deepEqual(await at.sessions.state(id, never), {
    empty: false,
    cut: null,
    end: 80,
    tokens: cost(Array.from({ length: 10 }, (_, i) => messagesOf(turn(i + 1))).flat()),
    compactedTo: 0,
  });
  assert.deepEqual((await at.sessions.said(id, {}, never)).map(({ message }) => message).slice(0, 2), [
    [],
    text("question 2"),
  ]);
  await assert.rejects(at.sessions.past(id, { room: 1e9 }, never), /Cannot read event 1 of session .*: it is damaged/);
  await assert.rejects(full(at.sessions, id), /Cannot read event 1 of session/);
  await at.sessions.append(id, turn(11), never);
  // A row that is damaged is read from its events instead.
  db.exec(`UPDATE turn SET messages = '[{"role":"user"}]' WHERE seq = 73`);
  const past = await at.sessions.past(id, { room }, never);
  assert.deepEqual(past.turns.at(-2), { first: 73, messages: messagesOf(turn(10)) });
  db.exec(`UPDATE compaction SET seq = 2; INSERT INTO compaction SELECT session, 3 FROM event WHERE seq = 3`);
  assert.equal((await at.sessions.past(id, { room }, never)).summary, null);
  db.close();
});

Deno.test("whatever the log holds, branched or not, the fast path gives the messages of the full one", async () => {
  const id = fc.constantFrom("a", "b");
  const event: fc.Arbitrary<AgentEvent> = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(started("u"), started("long ".repeat(30))) },
    { weight: 3, arbitrary: fc.constantFrom<AgentEvent>(ended, ended, { type: "turn_ended", reason: "failed" }) },
    { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 8 }).map(said) },
    fc.uniqueArray(id).map((ids) => step(...ids)),
    fc.tuple(id, fc.string()).map(([one, value]) => result(one, value)),
    fc.constantFrom<AgentEvent>({ type: "turn_resumed", model: "m" }, { type: "notice", text: "n" }),
    fc.tuple(fc.nat(20), fc.nat(40)).map(([from, to]) => compacted(from, to)),
  );
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.record({ append: fc.array(event, { maxLength: 8 }) }) },
    fc.record({ branch: fc.nat(50) }),
    fc.constant({ migrate: true }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 14 }), fc.nat(200), async (acts, room) => {
      await using at = await store();
      const ids = [(await at.sessions.create({ folder: "/w", model: "m" }, never)).id];
      const begun = new Set<string>();
      for (const one of acts) {
        const present = ids.at(-1)!;
        if ("append" in one) {
          // Nothing is said in a session before its first message; notices and compactions may come.
          const watched = one.append.filter(({ type }) => type === "notice" || type === "compacted");
          const events = begun.has(present) ? one.append : [...watched, started("first"), ...one.append];
          begun.add(present);
          await at.sessions.append(present, events, never);
        }
        if ("branch" in one) {
          const { end, cut } = await at.sessions.state(present, never);
          const starts = (await at.sessions.said(present, {}, never)).map(({ seq }) => seq - 1);
          const places = [...new Set([...starts, ...(cut ? [] : [end])])];
          const log = await Array.fromAsync(at.sessions.read(present, 0, never));
          // An answer without an end is nowhere but in a log that was made up: its turn is cut, not over.
          const fit = places.filter((seq) =>
            seq === 0 || log.findLast((e) => e.seq <= seq)?.event.type === "turn_ended"
          );
          if (fit.length > 0) ids.push((await at.sessions.branch(present, fit[one.branch % fit.length], never)).id);
        }
        if ("migrate" in one) {
          const db = new DatabaseSync(at.path);
          db.exec("UPDATE turn SET messages = NULL, last = NULL, tokens = NULL");
          db.close();
        }
      }
      for (const one of ids) {
        assert.deepEqual(
          await at.sessions.past(one, { room: 1e9 }, never),
          await full(at.sessions, one),
        );
        await assertTail(at.sessions, one, room);
      }
    }),
    { seed: 7, numRuns: Number(Deno.env.get("HAROMBE_RUNS") ?? 120) },
  );
});

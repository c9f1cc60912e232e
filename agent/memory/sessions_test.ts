import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { text } from "../../node/chat.ts";
import type { Envelope } from "../../node/event.ts";
import type { AgentEvent } from "../event.ts";
import { openSessions, type Sessions } from "./sessions.ts";

const never = new AbortController().signal;

const started = (said: string): AgentEvent => ({ type: "turn_started", message: text(said), model: "m2" });
const said = (value: string): AgentEvent => ({ type: "text", text: value });
const stepEnded: AgentEvent = { type: "step_ended", calls: [] };
const found = (value: string): AgentEvent => ({
  type: "call_ended",
  result: { callId: "c", name: "shell", content: text(value), isError: false, data: { n: 1 } },
  ms: 1,
});

async function store() {
  const dir = await Deno.makeTempDir();
  const clock = { now: Date.UTC(2026, 10, 20) };
  const path = `${dir}/sessions.db`;
  return {
    path,
    clock,
    open: () => openSessions(path, { now: () => clock.now }),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

async function all(sessions: Sessions, id: string, after = 0): Promise<Envelope<AgentEvent>[]> {
  return await Array.fromAsync(sessions.read(id, after, never));
}

Deno.test("events come back in order from any cursor, also after a reopening", async () => {
  await using at = await store();
  const sessions = at.open();
  const { id } = await sessions.create({ folder: "/w", model: "m1" }, never);
  const first = await sessions.append(id, [started("hi"), said("a")], never);
  at.clock.now += 5;
  const second = await sessions.append(id, [found("x")], never);
  sessions.close();
  const again = at.open();
  assert.deepEqual(await all(again, id), [...first, ...second]);
  assert.deepEqual(await all(again, id, 2), second);
  assert.deepEqual(second, [{ seq: 3, session: id, at: at.clock.now, event: found("x") }]);
  assert.deepEqual(await all(again, "none"), []);
  again.close();
});

Deno.test("a long session is read whole, page by page, and stops on abort", async () => {
  await using at = await store();
  const sessions = at.open();
  const { id } = await sessions.create({ folder: "/w", model: "m1" }, never);
  await sessions.append(id, Array.from({ length: 1_200 }, (_, i) => said(`${i}`)), never);
  assert.deepEqual((await all(sessions, id)).map(({ seq }) => seq), Array.from({ length: 1_200 }, (_, i) => i + 1));
  const stop = new AbortController();
  await assert.rejects(async () => {
    for await (const _ of sessions.read(id, 0, stop.signal)) stop.abort(new Error("enough"));
  }, /enough/);
  sessions.close();
});

Deno.test("a session tells its folder, last model, times and a title from the first message", async () => {
  await using at = await store();
  const sessions = at.open();
  const { id } = await sessions.create({ folder: "/w", model: "m1" }, never);
  assert.match(id, /^1120-[0-9a-z]{6}$/);
  at.clock.now += 1_000;
  await sessions.append(id, [started(`${"list the\tfiles ".repeat(9)}\nand more`)], never);
  await sessions.append(id, [started("second")], never);
  const session = await sessions.find(id.slice(0, 8), never);
  assert.deepEqual(session, {
    id,
    createdAt: at.clock.now - 1_000,
    updatedAt: at.clock.now,
    title: "list the files list the files list the files list the files".slice(0, 59) + "…",
    folder: "/w",
    model: "m2",
  });
  await sessions.rename(id, "mine", never);
  await sessions.append(id, [started("third")], never);
  assert.equal((await sessions.find(id, never)).title, "mine");
  sessions.close();
});

Deno.test("sessions are listed last used first, by folder too, and latest is the first of them", async () => {
  await using at = await store();
  const sessions = at.open();
  const made = [];
  for (const folder of ["/a", "/b", "/a"]) {
    at.clock.now++;
    made.push((await sessions.create({ folder, model: "m" }, never)).id);
  }
  at.clock.now++;
  await sessions.append(made[0], [said("x")], never);
  const ids = async (options: { folder?: string; limit?: number }) =>
    (await sessions.list(options, never)).map((one) => one.id);
  assert.deepEqual(await ids({}), [made[0], made[2], made[1]]);
  assert.deepEqual(await ids({ folder: "/a" }), [made[0], made[2]]);
  assert.deepEqual(await ids({ limit: 1 }), [made[0]]);
  assert.equal((await sessions.latest({ folder: "/b" }, never))?.id, made[1]);
  assert.equal(await sessions.latest({ folder: "/none" }, never), null);
  sessions.close();
});

Deno.test("unknown, empty and ambiguous ids are refused by name", async () => {
  await using at = await store();
  const sessions = at.open();
  await sessions.create({ folder: "/a", model: "m" }, never);
  await sessions.create({ folder: "/a", model: "m" }, never);
  await assert.rejects(sessions.find("zz", never), /Cannot find session "zz": there is none/);
  await assert.rejects(sessions.find("", never), /there is none/);
  await assert.rejects(sessions.find("%", never), /there is none/);
  await assert.rejects(sessions.find("1120-", never), /several begin so/);
  await assert.rejects(sessions.append("zz", [said("x")], never), /Cannot append to session "zz": there is none/);
  await assert.rejects(sessions.rename("zz", "t", never), /Cannot rename session "zz"/);
  await assert.rejects(sessions.remove("zz", never), /Cannot remove session "zz"/);
  sessions.close();
});

Deno.test("a batch with one event that cannot be stored leaves nothing behind", async () => {
  await using at = await store();
  const sessions = at.open();
  const { id } = await sessions.create({ folder: "/a", model: "m" }, never);
  const broken = { ...found("secret"), ms: 1n } as unknown as AgentEvent;
  await assert.rejects(sessions.append(id, [started("hello"), broken], never), /^Error: Cannot append to session/);
  assert.deepEqual(await all(sessions, id), []);
  assert.deepEqual(await sessions.search("hello", {}, never), []);
  assert.deepEqual((await sessions.append(id, [said("a")], never)).map(({ seq }) => seq), [1]);
  sessions.close();
});

Deno.test("search finds what was said, answered and found, in stretches and across a crash", async () => {
  await using at = await store();
  const sessions = at.open();
  const { id } = await sessions.create({ folder: "/a", model: "m" }, never);
  await sessions.append(id, [started("Where is the Käsekuchen recipe?")], never);
  await sessions.append(id, [said("It is in the kit")], never);
  await sessions.append(id, [said("chen folder.")], never);
  await sessions.append(id, [stepEnded, found("cheesecake.md: 200 g sugar")], never);
  await sessions.append(id, [said("half an ans")], never);
  await sessions.append(id, [said("wer about lemons")], never);
  await sessions.append(id, [started("and butter?")], never);
  const hits = async (words: string) =>
    (await sessions.search(words, {}, never)).map(({ source, seq, snippet }) => [source, seq, snippet]);
  assert.deepEqual(await hits("kasekuchen"), [["user", 1, "Where is the [Käsekuchen] recipe?"]]);
  assert.deepEqual(await hits("kitchen"), [["answer", 4, "It is in the [kitchen] folder."]]);
  assert.deepEqual(await hits("sugar cheesecake"), [["tool", 5, "[cheesecake].md: 200 g [sugar]"]]);
  assert.deepEqual(await hits("answer"), [["answer", 7, "half an [answer] about lemons"]]);
  assert.deepEqual(await hits("butt*"), [["user", 8, "and [butter]?"]]);
  assert.deepEqual(await sessions.search("butter", { session: "other" }, never), []);
  const [hit] = await sessions.search("butter", { session: id, limit: 1 }, never);
  assert.deepEqual([hit.session, hit.title, hit.at], [id, "Where is the Käsekuchen recipe?", at.clock.now]);
  sessions.close();
});

Deno.test("any text is a valid search and none of it is syntax", async () => {
  await using at = await store();
  const sessions = at.open();
  const { id } = await sessions.create({ folder: "/a", model: "m" }, never);
  await sessions.append(id, [started('say "NEAR" AND text:x (y) OR z* ^a -b {c}')], never);
  for (
    const words of ["", "*", '"', "'", "AND", "NEAR(", "text:x", "(y", "a OR b", "^a", "-b", "{c}", "\0", "*x", '""*']
  ) {
    await sessions.search(words, {}, never);
  }
  assert.equal((await sessions.search("NEAR AND", {}, never)).length, 1);
  assert.equal((await sessions.search("say OR missing", {}, never)).length, 0);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 30 }), async (words) => {
      await sessions.search(words, {}, never);
    }),
    { seed: 5, numRuns: 300 },
  );
  sessions.close();
});

Deno.test("a removed session is gone from the list, the search and the disk", async () => {
  await using at = await store();
  const sessions = at.open();
  const [kept, gone] = [
    (await sessions.create({ folder: "/a", model: "m" }, never)).id,
    (await sessions.create({ folder: "/a", model: "m" }, never)).id,
  ];
  await sessions.append(kept, [started("keepsake marmalade")], never);
  await sessions.append(gone, [started("vanishing marmalade zebrafish"), found("zebrafish"), stepEnded], never);
  await sessions.remove(gone, never);
  assert.deepEqual((await sessions.list({}, never)).map((one) => one.id), [kept]);
  assert.deepEqual((await sessions.search("marmalade", {}, never)).map((hit) => hit.session), [kept]);
  assert.deepEqual(await all(sessions, gone), []);
  sessions.close();
  const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(at.path));
  assert.deepEqual(["zebrafish", "vanish"].filter((word) => bytes.includes(word)), []);
  assert.ok(bytes.includes("keepsake"));
});

Deno.test("a damaged event is named", async () => {
  await using at = await store();
  const sessions = at.open();
  const { id } = await sessions.create({ folder: "/a", model: "m" }, never);
  await sessions.append(id, [said("a"), said("b")], never);
  const db = new DatabaseSync(at.path);
  db.exec(`UPDATE event SET json = '{"type":"text"}' WHERE seq = 2`);
  db.close();
  await assert.rejects(all(sessions, id), /Cannot read event 2 of session .*: it is damaged/);
  sessions.close();
});

type Act =
  | { act: "create" }
  | { act: "reopen" }
  | { act: "append"; which: number; events: AgentEvent[] }
  | { act: "rename"; which: number; title: string }
  | { act: "remove"; which: number };

Deno.test("the store does what a plain list in memory does", async () => {
  const word = fc.constantFrom("alpha", "beta", "gamma", "delta");
  const event = fc.oneof(word.map(started), word.map((w) => said(`${w} `)), word.map(found), fc.constant(stepEnded));
  const which = fc.nat(3);
  const act: fc.Arbitrary<Act> = fc.oneof(
    fc.constantFrom<Act>({ act: "create" }, { act: "reopen" }),
    fc.record({ act: fc.constant("append" as const), which, events: fc.array(event, { maxLength: 6 }) }),
    fc.record({ act: fc.constant("append" as const), which, events: fc.array(event, { maxLength: 6 }) }),
    fc.record({ act: fc.constant("rename" as const), which, title: word }),
    fc.record({ act: fc.constant("remove" as const), which }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
      await using at = await store();
      const open = { store: at.open() };
      const model: { id: string; title: string; events: AgentEvent[] }[] = [];
      for (const one of acts) {
        at.clock.now++;
        if (one.act === "create") {
          const { id } = await open.store.create({ folder: "/f", model: "m" }, never);
          model.push({ id, title: "", events: [] });
        } else if (one.act === "reopen") {
          open.store.close();
          open.store = at.open();
        } else {
          const target = model[one.which];
          if (!target) continue;
          if (one.act === "append") {
            await open.store.append(target.id, one.events, never);
            target.events.push(...one.events);
            const first = one.events.find((e) => e.type === "turn_started");
            if (first && target.title === "" && first.message[0].type === "text") target.title = first.message[0].text;
          } else if (one.act === "rename") {
            await open.store.rename(target.id, one.title, never);
            target.title = one.title;
          } else {
            await open.store.remove(target.id, never);
            model.splice(one.which, 1);
          }
        }
      }
      const listed = (await open.store.list({}, never)).map(({ id, title }) => [id, title]).sort();
      assert.deepEqual(listed, model.map(({ id, title }) => [id, title]).sort());
      for (const { id, events } of model) {
        const kept = await all(open.store, id);
        assert.deepEqual(kept.map((one) => one.event), events);
        assert.deepEqual(kept.map((one) => one.seq), events.map((_, i) => i + 1));
      }
      const sessionsSaying = (w: string) =>
        model.filter(({ events }) =>
          events.some((e, i) =>
            e.type === "turn_started" && e.message[0].type === "text" && e.message[0].text === w ||
            e.type === "call_ended" && e.result.content[0].type === "text" && e.result.content[0].text === w ||
            e.type === "text" && e.text === `${w} ` &&
              events.slice(i).some((later) => later.type === "step_ended" || later.type === "turn_started")
          )
        ).map(({ id }) => id).sort();
      for (const w of ["alpha", "beta", "gamma", "delta"]) {
        const hits = await open.store.search(w, { limit: 1_000 }, never);
        assert.deepEqual([...new Set(hits.map((hit) => hit.session))].sort(), sessionsSaying(w));
      }
      open.store.close();
    }),
    { seed: 6, numRuns: 60 },
  );
});

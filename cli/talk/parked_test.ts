import assert from "node:assert/strict";
import type { AgentEvent } from "../../agent/event.ts";
import type { Agent } from "../../agent/loop.ts";
import { openSessions } from "../../agent/memory/sessions.ts";
import { text, textOf } from "../../node/chat.ts";
import { askQueue } from "../../security/approvals/ask_queue.ts";
import { openQueue } from "../../security/approvals/queue.ts";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import { readAudit } from "../../security/audit/query.ts";
import { createGateway } from "../../security/gateway.ts";
import { tool } from "../../security/gateway_fixture_test.ts";
import { compileRules, toolKinds } from "../../security/rules.ts";
import { createLedger } from "../../security/provenance/ledger.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { createSessionGrants } from "../../security/session_grants.ts";
import { calls, says, scriptedChat } from "../../tests/fakes/chat.ts";
import { CLOSED } from "../../tests/fakes/closed.ts";
import { conversationOf } from "./conversation.ts";

const none = new AbortController().signal;

/** A house of one session with two tools: `look` runs unasked, `pay` asks, and each life of the process has a model's words. */
async function house() {
  const home = await Deno.makeTempDir();
  const now = Date.now;
  const key = openAuditKey(`${home}/audit.key`, { create: true });
  const audit = openAudit(`${home}/audit.db`, { key, headPath: `${home}/audit.head`, now });
  const reader = readAudit(`${home}/audit.db`);
  const sessions = openSessions(`${home}/sessions.db`, { now });
  const queue = openQueue(`${home}/approvals.db`, { now });
  const session = (await sessions.create({ folder: "/w", model: "m" }, none)).id;
  const ran: string[] = [];
  const run = (name: string) => ({ x }: { x: string }) => {
    ran.push(`${name} ${x}`);
    return Promise.resolve({ content: text(`${name} ${x} done`) });
  };
  const assess = () => ({ risk: "HIGH" as const, reasons: [] });
  const tools = [
    tool("look", run("look"), { readOnly: true }),
    tool("pay", run("pay"), { assess }),
    tool("spy", run("spy"), { readOnly: true, assess }),
  ];
  const kinds = toolKinds(tools);
  const life = (script: Parameters<typeof scriptedChat>[0]) => {
    const chat = scriptedChat(script);
    const asked = askQueue({ queue, folder: "/w", here: null, queueMs: 900_000, wait: false, now });
    const callTool = createGateway({
      tools,
      rules: compileRules({ allow: [], ask: [], deny: [] }, kinds),
      grants: createSessionGrants(kinds),
      approve: asked.approve,
      approvalMs: 900_000,
      askUser: () => Promise.resolve(null),
      audit,
      ledger: createLedger(() => Promise.resolve([])),
      scrub: createScrub({ known: [] }),
      sandbox: { ...CLOSED, powers: () => Promise.reject(new Error("not asked")) } as never,
      now: () => performance.now(),
    });
    const agent = (): Agent => ({
      name: "main",
      model: "m",
      systemPrompt: "",
      chat: chat.chat,
      tools: [],
      readOnly: (name) => name !== "pay",
      callTool,
      count: (t) => t.length,
      contextLength: 10_000,
      answerTokens: 100,
      budget: { steps: 4, tokens: 100_000, ms: 60_000 },
    });
    const approvals = { queue, resume: asked.resume };
    return { chat, talk: conversationOf({ session, log: sessions, agent, audit: reader, approvals, hear: () => {} }) };
  };
  return {
    queue,
    ran,
    life,
    async approve(): Promise<number> {
      const open = await queue.list({}, none);
      for (const { id } of open) await queue.answer(id, { answer: "once" }, { by: "test", where: "command" }, none);
      return open.length;
    },
    [Symbol.asyncDispose]: async () => {
      reader.close();
      audit.close();
      sessions.close();
      queue.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

const types = (events: AgentEvent[]) => events.map(({ type }) => type).filter((type) => type !== "text");

Deno.test("a step with several calls parks at the first that waits, and goes on call by call, each run once and in order", async () => {
  await using h = await house();
  const step = calls(["look", { x: "1" }], ["pay", { x: "a" }], ["look", { x: "2" }], ["pay", { x: "b" }]);
  const first = h.life([step]);
  const parked = await Array.fromAsync(first.talk.turn(text("go"), none));
  assert.deepEqual(types(parked), ["turn_started", "step_ended", "call_ended", "turn_parked"]);
  assert.deepEqual(h.ran, ["look 1"]);

  const idle = await Array.fromAsync(h.life([]).talk.resume(none));
  assert.deepEqual([types(idle), h.ran, (await h.queue.list({}, none)).length], [["turn_parked"], ["look 1"], 1]);

  assert.equal(await h.approve(), 1);
  const second = await Array.fromAsync(h.life([]).talk.resume(none));
  assert.deepEqual(types(second), ["call_ended", "call_ended", "turn_parked"]);
  assert.deepEqual(h.ran, ["look 1", "pay a", "look 2"]);

  assert.equal(await h.approve(), 1);
  const last = h.life([says("all done")]);
  const end = await Array.fromAsync(last.talk.resume(none));
  assert.deepEqual(types(end), ["call_ended", "turn_resumed", "step_ended", "turn_ended"]);
  assert.deepEqual(h.ran, ["look 1", "pay a", "look 2", "pay b"]);
  const results = last.chat.requests[0].messages.flatMap((m) => m.role === "tool" ? [textOf(m.result.content)] : []);
  assert.deepEqual(results, ["look 1 done", "pay a done", "look 2 done", "pay b done"]);
  assert.equal(await last.talk.unfinished(none), false);
});

Deno.test("calls that run at once are all asked for before the turn parks, and those that need nobody end", async () => {
  await using h = await house();
  const step = calls(["spy", { x: "1" }], ["look", { x: "2" }], ["spy", { x: "3" }]);
  const events = await Array.fromAsync(h.life([step]).talk.turn(text("go"), none));
  const last = events.at(-1)!;
  assert.deepEqual([last.type, last.type === "turn_parked" && last.approvals.length], ["turn_parked", 2]);
  assert.deepEqual(h.ran, ["look 2"]);
  assert.equal(await h.approve(), 2);
  await Array.fromAsync(h.life([says("done")]).talk.resume(none));
  assert.deepEqual(h.ran.toSorted(), ["look 2", "spy 1", "spy 3"]);
});

Deno.test("two processes that resume one turn at once run its call once", async () => {
  await using h = await house();
  await Array.fromAsync(h.life([calls(["pay", { x: "a" }])]).talk.turn(text("go"), none));
  await h.approve();
  await Promise.all([1, 2, 3].map(() => Array.fromAsync(h.life([says("done")]).talk.resume(none))));
  assert.deepEqual(h.ran, ["pay a"]);
});

Deno.test("a question that expires while nobody looks is a no when the turn goes on", async () => {
  await using h = await house();
  await Array.fromAsync(h.life([calls(["pay", { x: "a" }])]).talk.turn(text("go"), none));
  const [{ id }] = await h.queue.list({}, none);
  await h.queue.end(id, "expired", none);
  const life = h.life([says("then not")]);
  await Array.fromAsync(life.talk.resume(none));
  assert.deepEqual(h.ran, []);
  const [said] = life.chat.requests[0].messages.flatMap((m) => m.role === "tool" ? [textOf(m.result.content)] : []);
  assert.match(said, /nobody answered within 15 min, and silence is no/);
});

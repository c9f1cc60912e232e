import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { AgentEvent } from "../../agent/event.ts";
import type { Agent } from "../../agent/loop.ts";
import { openSessions } from "../../agent/memory/sessions.ts";
import { type Chat, text, textOf } from "../../node/chat.ts";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import { readAudit } from "../../security/audit/query.ts";
import type { CallTool } from "../../security/gateway.ts";
import { calls, says, scriptedChat } from "../../tests/fakes/chat.ts";
import { conversationOf } from "./conversation.ts";

const none = new AbortController().signal;

async function house() {
  const home = await Deno.makeTempDir();
  const now = () => 1_700_000_000_000;
  const auditPath = join(home, "audit.db");
  const audit = openAudit(auditPath, {
    key: openAuditKey(join(home, "audit.key"), { create: true }),
    headPath: join(home, "audit.head"),
    now,
  });
  const sessionsPath = join(home, "sessions.db");
  const sessions = openSessions(sessionsPath, { now });
  const session = (await sessions.create({ folder: "/w", model: "scripted" }, none)).id;
  const ran: string[] = [];
  const callTool: CallTool = (call) => {
    ran.push(call.arguments);
    return Promise.resolve({ callId: call.id, name: call.name, content: text("seen"), isError: false });
  };
  const agent = (chat: Chat): Agent => ({
    name: "main",
    model: "scripted",
    systemPrompt: "",
    chat,
    tools: [{ name: "look", description: "", parameters: {} }],
    readOnly: () => true,
    callTool,
    count: (t) => t.length,
    contextLength: 10_000,
    answerTokens: 100,
    budget: { steps: 4, tokens: 100_000, ms: 60_000 },
  });
  const start = (chat: Chat) => {
    const reader = readAudit(auditPath);
    return {
      reader,
      ...conversationOf({ session, log: sessions, agent: () => agent(chat), audit: reader, hear: () => {} }),
    };
  };
  return {
    audit,
    sessions,
    sessionsPath,
    session,
    ran,
    start,
    [Symbol.asyncDispose]: async () => {
      await audit.close();
      sessions.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

const intent = (callId: string, session: string) => ({
  kind: "intent" as const,
  callId,
  session,
  agent: "main",
  tool: "look",
  args: {},
  risk: "LOW" as const,
  verdict: "allow" as const,
  reasons: [],
  by: "risk LOW",
});

Deno.test("the model sees the earlier turns of its session", async () => {
  await using h = await house();
  const script = scriptedChat([says("one"), says("two")]);
  const talk = h.start(script.chat);
  await Array.fromAsync(talk.turn(text("first"), none));
  await Array.fromAsync(talk.turn(text("second"), none));
  const said = script.requests[1].messages.slice(1).map((m) =>
    m.role === "tool" ? "" : `${m.role}: ${textOf(m.content)}`
  );
  assert.deepEqual(said, ["user: first", "assistant: one", "user: second"]);
  assert.equal(await talk.unfinished(none), false);
  talk.reader.close();
});

Deno.test("an event is in the log before the consumer sees it", async () => {
  await using h = await house();
  const talk = h.start(scriptedChat([calls(["look", 1]), says("done")]).chat);
  const seen: AgentEvent[] = [];
  for await (const event of talk.turn(text("go"), none)) {
    seen.push(event);
    const kept = await Array.fromAsync(h.sessions.read(h.session, 0, none));
    assert.deepEqual(kept.map((e) => e.event), seen);
  }
  assert.equal(seen.at(-1)?.type, "turn_ended");
  talk.reader.close();
});

Deno.test("a cut turn goes on: no call is run again, a call of unknown outcome is told as such", async (t) => {
  const cases: [string, (h: Awaited<ReturnType<typeof house>>) => Promise<unknown>, RegExp, string][] = [
    ["killed before the call began", () => Promise.resolve(), /never|Not run/, "look 1: was not run before the stop"],
    [
      "killed while the call ran",
      (h) => h.audit.append(intent("c1", h.session), none),
      /Unknown outcome/,
      "look 1: was running at the stop; its outcome is unknown and it was not repeated",
    ],
    [
      "killed after the call ended",
      async (h) => {
        await h.audit.append(intent("c1", h.session), none);
        await h.audit.append({
          kind: "outcome",
          callId: "c1",
          session: h.session,
          tool: "look",
          ok: true,
          ms: 1,
          resultSha256: "0".repeat(64),
          summary: "saw a cat",
        }, none);
      },
      /saw a cat/,
      "look 1: had finished before the stop and was not run again",
    ],
  ];
  for (const [name, audit, told, notice] of cases) {
    await t.step(name, async () => {
      await using h = await house();
      await h.sessions.append(h.session, [
        { type: "turn_started", message: text("go"), model: "scripted" },
        { type: "text", text: "I shall look." },
        { type: "step_ended", calls: [{ id: "c1", name: "look", arguments: "1" }] },
      ], none);
      await audit(h);
      const script = scriptedChat([says("understood")]);
      const talk = h.start(script.chat);
      assert.equal(await talk.unfinished(none), true);
      const events = await Array.fromAsync(talk.resume(none));
      assert.deepEqual(h.ran, []);
      const result = script.requests[0].messages.findLast((m) => m.role === "tool");
      assert.match(textOf(result!.result.content), told);
      assert.deepEqual(events.find((e) => e.type === "notice"), { type: "notice", text: notice });
      assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "answered" });
      assert.equal(await talk.unfinished(none), false);
      assert.deepEqual(await Array.fromAsync(talk.resume(none)), []);
      talk.reader.close();
    });
  }
});

Deno.test("a cut turn goes on though an earlier turn is damaged: only the turn that was cut is read", async () => {
  await using h = await house();
  const before = h.start(scriptedChat([says("one")]).chat);
  await Array.fromAsync(before.turn(text("first"), none));
  before.reader.close();
  await h.sessions.append(h.session, [{ type: "turn_started", message: text("second"), model: "scripted" }], none);
  using db = new DatabaseSync(h.sessionsPath);
  db.prepare("UPDATE event SET json = '{' WHERE session = ? AND seq = 1").run(h.session);
  await assert.rejects(Array.fromAsync(h.sessions.read(h.session, 0, none)), /it is damaged/);
  const talk = h.start(scriptedChat([says("two")]).chat);
  const events = await Array.fromAsync(talk.resume(none));
  assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "answered" });
  talk.reader.close();
});

Deno.test("a message that alone is more than the context holds is refused with the figures, and nothing is kept", async () => {
  await using h = await house();
  const talk = h.start(scriptedChat([says("never")]).chat);
  const large = text("x".repeat(9_900));
  const room = 9_900 - 4 - JSON.stringify([{ name: "look", description: "", parameters: {} }]).length;
  await assert.rejects(Array.fromAsync(talk.turn(large, none)), {
    name: "RangeError",
    message:
      `Cannot send this message: it takes about 9904 tokens, and the model's context has room for ${room}; nothing was sent`,
  });
  assert.deepEqual(await h.sessions.state(h.session, none), {
    empty: true,
    cut: null,
    end: 0,
    tokens: 0,
    compactedTo: 0,
  });
  talk.reader.close();
});

const SUMMARY = "They said one thing and another.";
const isSummary = (script: ReturnType<typeof scriptedChat>) =>
  script.requests.map(({ messages }) =>
    messages[0].role === "system" && textOf(messages[0].content).startsWith("You write")
  );

Deno.test("a summary is in the log before the model is asked with it, and stays in the next turn", async () => {
  await using h = await house();
  const long = "word ".repeat(500);
  const script = scriptedChat([says(long), says(long), says(long), says(long), says(SUMMARY), (request) => {
    assert.equal(request.messages.filter((m) => m.role === "user").length, 3, "the summary, one turn, the message");
    return says("short");
  }, says("short")]);
  const talk = h.start(script.chat);
  for (const said of ["one", "two", "three", "four"]) await Array.fromAsync(talk.turn(text(said), none));
  for await (const event of talk.turn(text("five"), none)) {
    const kept = await Array.fromAsync(h.sessions.read(h.session, 0, none));
    assert.deepEqual(kept.at(-1)!.event, event);
  }
  assert.deepEqual(isSummary(script), [false, false, false, false, true, false]);
  await Array.fromAsync(talk.turn(text("six"), none));
  const users = script.requests[6].messages.flatMap((m) => m.role === "user" ? [textOf(m.content).slice(0, 20)] : []);
  assert.deepEqual(users, ["Between the two line", "four", "five", "six"]);
  const all = (await Array.fromAsync(h.sessions.read(h.session, 0, none))).filter(({ event }) =>
    event.type === "turn_started"
  );
  assert.equal(all.length, 6);
  talk.reader.close();
});

Deno.test("a turn that was cut while its summary was made, or right after, goes on with each message once", async (t) => {
  const long = "word ".repeat(500);
  for (const after of ["turn_started", "compacted"]) {
    await t.step(after, async () => {
      await using h = await house();
      const before = h.start(scriptedChat([says(long), says(long), says(long), says(long), says(SUMMARY)]).chat);
      for (const said of ["one", "two", "three", "four"]) await Array.fromAsync(before.turn(text(said), none));
      for await (const event of before.turn(text("five"), none)) if (event.type === after) break;
      before.reader.close();
      // A consumer that leaves ends the turn's generator, as a kill does: nothing more is appended.
      const script = scriptedChat(after === "compacted" ? [says("short")] : [says(SUMMARY), says("short")]);
      const again = h.start(script.chat);
      assert.equal(await again.unfinished(none), true);
      const events = await Array.fromAsync(again.resume(none));
      assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "answered" });
      const users = script.requests.at(-1)!.messages.flatMap((m) =>
        m.role === "user" ? [textOf(m.content).slice(0, 20)] : []
      );
      assert.deepEqual(users, ["Between the two line", "four", "five"]);
      const kept = (await Array.fromAsync(h.sessions.read(h.session, 0, none))).map(({ event }) => event.type);
      assert.equal(kept.filter((type) => type === "compacted").length, 1);
      again.reader.close();
    });
  }
});

Deno.test("a person may ask for a summary at any time; where there is nothing to summarise nothing is asked", async () => {
  await using h = await house();
  const script = scriptedChat([
    says("a long answer about tea and cups and kettles and more of that kind. ".repeat(9)),
    says(SUMMARY),
  ]);
  const talk = h.start(script.chat);
  assert.deepEqual(await Array.fromAsync(talk.compact("", none)), []);
  await Array.fromAsync(talk.turn(text("one"), none));
  const events = await Array.fromAsync(talk.compact("the cups", none));
  assert.deepEqual(events.map(({ type }) => type), ["notice", "compacted"]);
  assert.match(
    textOf((script.requests[1].messages[0] as { content: ReturnType<typeof text> }).content),
    /above all: the cups/,
  );
  assert.equal((await h.sessions.state(h.session, none)).cut, null);
  talk.reader.close();
});

import assert from "node:assert/strict";
import { join } from "node:path";
import type { AgentEvent } from "../agent/event.ts";
import type { Agent } from "../agent/loop.ts";
import { openSessions } from "../agent/memory/sessions.ts";
import { type Chat, text, textOf } from "../node/chat.ts";
import { openAuditKey } from "../security/audit/key.ts";
import { openAudit } from "../security/audit/log.ts";
import { readAudit } from "../security/audit/query.ts";
import type { CallTool } from "../security/gateway.ts";
import { calls, says, scriptedChat } from "../tests/fakes/chat.ts";
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
  const sessions = openSessions(join(home, "sessions.db"), { now });
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
    return { reader, ...conversationOf({ session, log: sessions, agent: () => agent(chat), audit: reader }) };
  };
  return {
    audit,
    sessions,
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

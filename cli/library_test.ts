import assert from "node:assert/strict";
import { type Agent, runTurn, text } from "harombe";
import { says, scriptedChat } from "../tests/fakes/chat.ts";

Deno.test("another program can run a turn with a model of its own", async () => {
  const agent: Agent = {
    name: "main",
    model: "scripted",
    systemPrompt: "be brief",
    chat: scriptedChat([says("hi")]).chat,
    tools: [],
    readOnly: () => false,
    callTool: (call) => Promise.resolve({ callId: call.id, name: call.name, content: text(""), isError: true }),
    count: (t) => t.length,
    contextLength: 4096,
    answerTokens: 512,
    budget: { steps: 1, tokens: 1000, ms: 10_000 },
  };
  const events = await Array.fromAsync(
    runTurn(agent, { session: "s", history: [], message: text("hello") }, new AbortController().signal),
  );
  assert.deepEqual(events.map((e) => e.type), ["turn_started", "text", "step_ended", "turn_ended"]);
});

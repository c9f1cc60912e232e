import assert from "node:assert/strict";
import { type Chat, ChatError, type Message, text, textOf, type ToolCall, type ToolSpec } from "../node/chat.ts";
import type { CallTool } from "../security/gateway.ts";
import { calls, says, scriptedChat } from "../tests/fakes/chat.ts";
import type { AgentEvent } from "./event.ts";
import { type Agent, runTurn } from "./loop.ts";

const tools: ToolSpec[] = [{ name: "look", description: "looks", parameters: { type: "object" } }];
const echo: CallTool = (call) =>
  Promise.resolve({ callId: call.id, name: call.name, content: text(`saw ${call.arguments}`), isError: false });

function agent(chat: Chat, over: Partial<Agent> = {}): Agent {
  return {
    name: "main",
    model: "scripted",
    systemPrompt: "be brief",
    chat,
    tools,
    readOnly: () => true,
    callTool: echo,
    count: (t) => Math.ceil(t.length / 4),
    contextLength: 4096,
    answerTokens: 512,
    budget: { steps: 5, tokens: 100_000, ms: 60_000 },
    ...over,
  };
}

async function turn(a: Agent, signal = new AbortController().signal, history: never[] = []): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of runTurn(a, { session: "s", history, message: text("hello") }, signal)) {
    events.push(event.type === "call_ended" ? { ...event, ms: 0 } : event);
  }
  return events;
}

const started: AgentEvent = { type: "turn_started", message: text("hello"), model: "scripted" };
const none = new AbortController().signal;

Deno.test("a turn without calls is started, said, ended", async () => {
  const { chat } = scriptedChat([says("hi")]);
  assert.deepEqual(await turn(agent(chat)), [
    started,
    { type: "text", text: "hi" },
    { type: "step_ended", calls: [] },
    { type: "turn_ended", reason: "answered" },
  ]);
});

Deno.test("a call is put on record before it runs, and its result reaches the model paired with it", async () => {
  const { chat, requests } = scriptedChat([calls(["look", { at: "a" }]), says("done")]);
  const ran: string[] = [];
  const recorded: string[] = [];
  const callTool: CallTool = (call, context, signal) => {
    assert.deepEqual(recorded.at(-1), "step_ended");
    ran.push(call.arguments);
    return echo(call, context, signal);
  };
  for await (
    const event of runTurn(agent(chat, { callTool }), { session: "s", history: [], message: text("hello") }, none)
  ) {
    recorded.push(event.type);
    await new Promise((r) => setTimeout(r, 1));
  }
  assert.deepEqual(ran, ['{"at":"a"}']);
  const call: ToolCall = { id: "c1", name: "look", arguments: '{"at":"a"}' };
  assert.deepEqual(requests[1].messages.slice(2), [
    { role: "assistant", content: text(""), toolCalls: [call] },
    {
      role: "tool",
      result: { callId: "c1", name: "look", content: text('saw {"at":"a"}'), isError: false },
    },
  ]);
});

Deno.test("read-only calls of a step run at once and their results keep the order of the calls", async () => {
  const { chat, requests } = scriptedChat([calls(["look", 1], ["look", 2], ["look", 3]), says("ok")]);
  const open = { now: 0, most: 0 };
  const callTool: CallTool = async (call, context, signal) => {
    open.most = Math.max(open.most, ++open.now);
    await new Promise((r) => setTimeout(r, 10 - 3 * Number(call.arguments)));
    open.now--;
    return echo(call, context, signal);
  };
  await turn(agent(chat, { callTool }));
  assert.equal(open.most, 3);
  const results = requests[1].messages.filter((m) => m.role === "tool").map((m) => textOf(m.result.content));
  assert.deepEqual(results, ["saw 1", "saw 2", "saw 3"]);
});

Deno.test("calls that change something never overlap", async () => {
  const { chat } = scriptedChat([calls(["write", 1], ["write", 2]), says("ok")]);
  const open = { now: 0, most: 0 };
  const callTool: CallTool = async (call, context, signal) => {
    open.most = Math.max(open.most, ++open.now);
    await new Promise((r) => setTimeout(r, 2));
    open.now--;
    return echo(call, context, signal);
  };
  await turn(agent(chat, { callTool, readOnly: () => false }));
  assert.equal(open.most, 1);
});

Deno.test("an unfinished turn goes on from its history and asks for no new message", async () => {
  const { chat, requests } = scriptedChat([says("it is a")]);
  const history: Message[] = [
    { role: "user", content: text("what is there?") },
    { role: "assistant", content: text(""), toolCalls: [{ id: "c1", name: "look", arguments: "{}" }] },
    { role: "tool", result: { callId: "c1", name: "look", content: text("a"), isError: false } },
  ];
  const events: AgentEvent[] = [];
  for await (const event of runTurn(agent(chat), { session: "s", history, message: null }, none)) events.push(event);
  assert.deepEqual(requests[0].messages.slice(1), history);
  assert.deepEqual(events.map((e) => e.type), ["turn_resumed", "text", "step_ended", "turn_ended"]);
});

Deno.test("the last step is made without tools, so that it must answer", async () => {
  const { chat, requests } = scriptedChat([calls(["look", 1]), calls(["look", 2]), says("what I know")]);
  const events = await turn(agent(chat, { budget: { steps: 3, tokens: 100_000, ms: 60_000 } }));
  assert.deepEqual(requests.map((r) => r.tools.length), [1, 1, 0]);
  assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "steps" });
});

Deno.test("the same call with the same result for the third time ends the turn", async () => {
  const { chat, requests } = scriptedChat(Array(5).fill(calls(["look", { at: "a" }])));
  const events = await turn(agent(chat));
  assert.equal(requests.length, 3);
  assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "repeated", detail: 'look {"at":"a"}' });
});

Deno.test("a turn that spent its tokens ends after the step that spent them", async () => {
  const { chat, requests } = scriptedChat([
    [{ type: "usage", promptTokens: 900, outputTokens: 200 }, ...calls(["look", 1])],
    says("never asked"),
  ]);
  const events = await turn(agent(chat, { budget: { steps: 5, tokens: 1000, ms: 60_000 } }));
  assert.equal(requests.length, 1);
  assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "tokens", detail: "1100 of 1000" });
});

Deno.test("a turn out of time says so, and its running call is stopped", async () => {
  const { chat } = scriptedChat([calls(["look", 1]), says("never")]);
  const callTool: CallTool = (call, _context, signal) =>
    new Promise((resolve) => {
      signal.addEventListener(
        "abort",
        () => resolve({ callId: call.id, name: call.name, content: text("stopped"), isError: true }),
      );
    });
  const events = await turn(agent(chat, { callTool, budget: { steps: 5, tokens: 1000, ms: 30 } }));
  assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "time", detail: "0.03 s" });
});

Deno.test("a cancelled turn gives every call of the step a result and ends as cancelled", async () => {
  const { chat } = scriptedChat([calls(["write", 1], ["write", 2]), says("never")]);
  const controller = new AbortController();
  const callTool: CallTool = (call, context, signal) => {
    controller.abort();
    return echo(call, context, signal);
  };
  const events = await turn(agent(chat, { callTool, readOnly: () => false }), controller.signal);
  assert.deepEqual(events.filter((e) => e.type === "call_ended").map((e) => [e.result.callId, e.result.isError]), [
    ["c1", false],
    ["c2", true],
  ]);
  assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "cancelled" });
});

Deno.test("failures of a model are told, none ends a turn in silence", async (t) => {
  const broken: [string, Chat, string][] = [
    ["thrown before the first event", async function* () {
      await Promise.resolve();
      throw new ChatError("server", "Ollama answered 500: out of memory");
      // deno-lint-ignore no-unreachable
      yield { type: "text", text: "" };
    }, "Ollama answered 500: out of memory"],
    [
      "an error after some text",
      scriptedChat([[{ type: "text", text: "hal" }, { type: "error", fault: "cut", message: "cut off" }]]).chat,
      "cut off",
    ],
    [
      "a stream without an end",
      scriptedChat([[{ type: "text", text: "hal" }]]).chat,
      "scripted ended its answer without an end mark",
    ],
    ["an empty answer", scriptedChat([says(" ")]).chat, "scripted gave an empty answer"],
  ];
  for (const [name, chat, detail] of broken) {
    await t.step(name, async () => {
      assert.deepEqual((await turn(agent(chat))).at(-1), { type: "turn_ended", reason: "failed", detail });
    });
  }
});

Deno.test("an answer cut by the length limit is said to be not whole", async () => {
  const { chat } = scriptedChat([[{ type: "text", text: "hal" }, { type: "done", reason: "length" }]]);
  const events = await turn(agent(chat));
  assert.deepEqual(events.slice(-2), [
    { type: "notice", text: "The model stopped at its length limit; the answer above is not whole." },
    { type: "turn_ended", reason: "tokens" },
  ]);
});

Deno.test("calls that share an id are told apart", async () => {
  const { chat, requests } = scriptedChat([
    [
      { type: "tool_call", call: { id: "", name: "look", arguments: "1" } },
      { type: "tool_call", call: { id: "", name: "look", arguments: "2" } },
      { type: "done", reason: "tool_calls" },
    ],
    says("ok"),
  ]);
  await turn(agent(chat));
  const ids = requests[1].messages.flatMap((m) => m.role === "tool" ? [m.result.callId] : []);
  assert.equal(new Set(ids).size, 2);
});

Deno.test("a gateway that throws is a failed call and not a failed turn", async () => {
  const { chat } = scriptedChat([calls(["look", 1]), says("I see")]);
  const events = await turn(agent(chat, { callTool: () => Promise.reject(new Error("boom")) }));
  const ended = events.find((e) => e.type === "call_ended");
  assert.deepEqual(ended?.result.content, text("The call failed inside the gateway: boom"));
  assert.deepEqual(events.at(-1), { type: "turn_ended", reason: "answered" });
});

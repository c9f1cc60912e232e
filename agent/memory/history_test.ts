import assert from "node:assert/strict";
import fc from "fast-check";
import { type Message, text, type ToolCall, type ToolResult } from "../../node/chat.ts";
import type { AgentEvent } from "../event.ts";
import { CUT_MARK, messagesOf, openCalls } from "./history.ts";

const call = (id: string): ToolCall => ({ id, name: "shell", arguments: `{"line":"${id}"}` });
const result = (id: string, said = `did ${id}`): ToolResult => ({
  callId: id,
  name: "shell",
  content: text(said),
  isError: false,
});
const started = (said: string): AgentEvent => ({ type: "turn_started", message: text(said), model: "m" });
const said = (value: string): AgentEvent => ({ type: "text", text: value });
const step = (...ids: string[]): AgentEvent => ({ type: "step_ended", calls: ids.map(call) });
const ended = (id: string, value?: string): AgentEvent => ({ type: "call_ended", result: result(id, value), ms: 1 });
const over = (reason: "answered" | "cancelled" | "failed"): AgentEvent => ({ type: "turn_ended", reason });

const user = (value: string): Message => ({ role: "user", content: text(value) });
const assistant = (value: string, ...ids: string[]): Message => ({
  role: "assistant",
  content: value === "" ? [] : text(value),
  toolCalls: ids.map(call),
});
const tool = (id: string, value?: string): Message => ({ role: "tool", result: result(id, value) });
const lost = (id: string): Message => ({
  role: "tool",
  result: {
    ...result(id, "The outcome of this call is unknown. Do not repeat it without asking."),
    isError: true,
  },
});

Deno.test("events become the messages they stand for", async (t) => {
  const cases: [name: string, events: AgentEvent[], messages: Message[], open: string[]][] = [
    ["nothing", [], [], []],
    ["a plain answer in stretches", [started("hi"), said("he"), said("llo"), step(), over("answered")], [
      user("hi"),
      assistant("hello"),
    ], []],
    ["an answer whose step end is missing is still whole", [started("hi"), said("hello"), over("answered")], [
      user("hi"),
      assistant("hello"),
    ], []],
    [
      "results in the order of the calls, however they came",
      [started("go"), said("ok"), step("a", "b"), ended("b"), ended("a"), said("done"), step(), over("answered")],
      [user("go"), assistant("ok", "a", "b"), tool("a"), tool("b"), assistant("done")],
      [],
    ],
    [
      "what is only watched is left out",
      [
        started("go"),
        { type: "thinking", text: "hm" },
        step("a"),
        { type: "call_output", callId: "a", stream: "stdout", text: "x" },
        ended("a"),
        { type: "usage", promptTokens: 1, outputTokens: 1 },
        { type: "notice", text: "n" },
        over("answered"),
      ],
      [user("go"), assistant("", "a"), tool("a")],
      [],
    ],
    ["a step cut by a crash keeps its text and says so", [started("go"), said("I wi")], [
      user("go"),
      assistant(`I wi\n\n${CUT_MARK}`),
    ], []],
    ["a cut step before another turn", [started("go"), said("I wi"), started("again")], [
      user("go"),
      assistant(`I wi\n\n${CUT_MARK}`),
      user("again"),
    ], []],
    ["a cancelled answer says so", [started("go"), said("I wi"), over("cancelled")], [
      user("go"),
      assistant(`I wi\n\n${CUT_MARK}`),
    ], []],
    ["calls without a result", [started("go"), step("a", "b", "c"), ended("b")], [
      user("go"),
      assistant("", "a", "b", "c"),
      lost("a"),
      tool("b"),
      lost("c"),
    ], ["a", "c"]],
    ["a late result goes to its own turn", [started("go"), step("a"), started("so?"), ended("a")], [
      user("go"),
      assistant("", "a"),
      tool("a"),
      user("so?"),
    ], []],
    ["one id in two turns", [started("1"), step("a"), ended("a", "x"), started("2"), step("a"), ended("a", "y")], [
      user("1"),
      assistant("", "a"),
      tool("a", "x"),
      user("2"),
      assistant("", "a"),
      tool("a", "y"),
    ], []],
    ["a result of no call is dropped", [started("go"), step("a"), ended("a"), ended("a"), ended("z")], [
      user("go"),
      assistant("", "a"),
      tool("a"),
    ], []],
  ];
  for (const [name, events, messages, open] of cases) {
    await t.step(name, () => {
      assert.deepEqual(messagesOf(events), messages);
      assert.deepEqual(openCalls(events).map(({ id }) => id), open);
    });
  }
});

Deno.test("whatever the log holds, each call has one result right after it, and no text is lost", () => {
  const id = fc.constantFrom("a", "b", "c");
  const event: fc.Arbitrary<AgentEvent> = fc.oneof(
    fc.constantFrom(started("u"), over("answered"), over("failed")),
    fc.string({ minLength: 1 }).map(said),
    fc.uniqueArray(id).map((ids) => step(...ids)),
    id.map((one) => ended(one)),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const messages = messagesOf(events);
      const waiting: string[] = [];
      for (const message of messages) {
        if (message.role === "tool") assert.equal(message.result.callId, waiting.shift());
        else assert.deepEqual(waiting, []);
        if (message.role === "assistant") waiting.push(...message.toolCalls.map((one) => one.id));
      }
      assert.deepEqual(waiting, []);
      const all = (list: AgentEvent[]) => list.map((one) => one.type === "text" ? one.text : "").join("");
      const kept = messages.map((one) =>
        one.role === "assistant" && one.content[0]?.type === "text" ? one.content[0].text : ""
      );
      assert.equal(kept.map((one) => one.replace(`\n\n${CUT_MARK}`, "")).join(""), all(events));
      const lostCount = messages.filter((one) => one.role === "tool" && one.result.isError).length;
      assert.equal(openCalls(events).length, lostCount);
    }),
    { seed: 1, numRuns: 500 },
  );
});

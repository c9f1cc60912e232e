import assert from "node:assert/strict";
import { type Message, text } from "../chat.ts";
import { historyOf } from "./prompt.ts";
import { fasterThreads } from "./threads.ts";

const call = { id: "1", name: "read", arguments: '{"path":"a"}' };
const result = (isError: boolean): Message => ({
  role: "tool",
  result: { callId: "1", name: "read", content: text("contents"), isError },
});

Deno.test("a conversation becomes system text and turns that alternate", () => {
  const messages: Message[] = [
    { role: "system", content: text("Be brief.") },
    { role: "user", content: text("one") },
    { role: "user", content: text("two") },
    { role: "assistant", content: text("Looking."), toolCalls: [call, { ...call, arguments: "{broken" }] },
    result(false),
    result(true),
    { role: "system", content: text("Be kind.") },
    { role: "assistant", content: text("Done."), toolCalls: [] },
  ];
  assert.deepEqual(historyOf(messages, { instructions: "Tools: …", enveloped: true }), [
    { type: "system", text: "Be brief.\n\nBe kind.\n\nTools: …" },
    { type: "user", text: "one\n\ntwo" },
    {
      type: "model",
      response: [
        '{"answer":"Looking."}\n{"tool":"read","arguments":{"path":"a"}}\n{"tool":"read","arguments":{"invalid_json":"{broken"}}',
      ],
    },
    { type: "user", text: "Result of read:\ncontents\n\nResult of read (it failed):\ncontents" },
    { type: "model", response: ['{"answer":"Done."}'] },
    { type: "model", response: [] },
  ]);
  assert.deepEqual(historyOf(messages.slice(1, 2), {}), [{ type: "user", text: "one" }, {
    type: "model",
    response: [],
  }]);
});

Deno.test("a part that is no text is refused", () => {
  const image: Message = { role: "user", content: [{ type: "image", mime: "image/png", data: "" }] };
  assert.throws(() => historyOf([image], {}), {
    name: "ChatError",
    fault: "refused",
    message: "Cannot show a part of type image to an embedded model: it reads only text",
  });
});

Deno.test("as many threads as are faster: all, or one", async () => {
  const rows: [number, Record<number, number>, number][] = [
    [4, { 4: 10, 1: 30 }, 4],
    [4, { 4: 30, 1: 10 }, 1],
    [4, { 4: 10, 1: 10 }, 4],
    [1, {}, 1],
  ];
  for (const [most, costs, expected] of rows) {
    const clock = { at: 0 };
    const work = (threads: number) => Promise.resolve(void (clock.at += costs[threads]));
    assert.equal(await fasterThreads(most, work, () => clock.at), expected);
  }
});

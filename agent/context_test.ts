import assert from "node:assert/strict";
import { type Message, text } from "../node/chat.ts";
import { fit, tooLarge } from "./context.ts";

const count = (t: string) => t.length;
const user = (t: string): Message => ({ role: "user", content: text(t) });
const said = (t: string): Message => ({ role: "assistant", content: text(t), toolCalls: [] });
const called = (id: string): Message => ({
  role: "assistant",
  content: text(""),
  toolCalls: [{ id, name: "look", arguments: "{}" }],
});
const result = (id: string, t: string): Message => ({
  role: "tool",
  result: { callId: id, name: "look", content: text(t), isError: false },
});
const system: Message = { role: "system", content: text("rules") };
const options = (limit: number) => ({ limit, tools: [], count });

Deno.test("a conversation that fits is unchanged", () => {
  const messages = [system, user("a"), said("b"), user("c")];
  assert.deepEqual(fit(messages, options(1000)), {
    messages,
    droppedTurns: 0,
    shortenedResults: 0,
    tokens: 4 * 4 + 5 + 3,
  });
});

Deno.test("the oldest turns go first and whole, the system prompt stays", () => {
  const messages = [
    system,
    user("one"),
    called("c1"),
    result("c1", "x".repeat(100)),
    said("1"),
    user("two"),
    said("2"),
  ];
  const present = user("three");
  const fitted = fit([...messages, present], options(60));
  assert.deepEqual(fitted.messages, [system, user("two"), said("2"), present]);
  assert.equal(fitted.droppedTurns, 1);
});

Deno.test("a turn that does not fit hides the older ones too, so that the history has no hole", () => {
  const messages = [system, user("one"), said("1"), user("y".repeat(500)), said("2"), user("three")];
  const fitted = fit(messages, options(100));
  assert.deepEqual(fitted.messages, [system, user("three")]);
  assert.equal(fitted.droppedTurns, 2);
});

Deno.test("results of the present turn are shortened oldest first, pairs stay whole", () => {
  const messages = [
    system,
    user("go"),
    called("c1"),
    result("c1", "x".repeat(400)),
    called("c2"),
    result("c2", "y".repeat(200)),
  ];
  const fitted = fit(messages, options(500));
  assert.equal(fitted.shortenedResults, 1);
  assert.deepEqual(fitted.messages.map((m) => m.role), messages.map((m) => m.role));
  assert.deepEqual(fitted.messages[5], messages[5]);
});

Deno.test("a message too long for the context is refused with the figures", () => {
  assert.throws(() => fit([system, user("z".repeat(300))], options(100)), {
    name: "RangeError",
    message: "Cannot fit the conversation into 100 tokens: the present turn alone takes 313",
  });
});

Deno.test("a summary stays when turns go, and goes itself before a message is refused", () => {
  const head = [user("summary")];
  const messages = [system, user("one"), said("1"), user("y".repeat(60))];
  const kept = fit(messages, { ...options(90), head });
  assert.deepEqual([kept.messages, kept.droppedTurns], [[system, ...head, user("y".repeat(60))], 1]);
  assert.deepEqual(fit(messages, { ...options(80), head }).messages, [system, user("y".repeat(60))]);
  assert.throws(() => fit(messages, { ...options(60), head }), /the present turn alone takes 73/);
});

Deno.test("a message is too large if it does not fit with prompt and tools alone", () => {
  const room = { systemPrompt: "rules", tools: [], limit: 100, count };
  assert.equal(tooLarge(user("z".repeat(87)), room), null);
  assert.equal(
    tooLarge(user("z".repeat(88)), room),
    "Cannot send this message: it takes about 92 tokens, and the model's context has room for 91; nothing was sent",
  );
});

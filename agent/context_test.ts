import assert from "node:assert/strict";
import { type Message, text } from "../node/chat.ts";
import { fit } from "./context.ts";

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

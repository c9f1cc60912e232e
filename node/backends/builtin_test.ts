import assert from "node:assert/strict";
import type { ChatEvent, Message, ToolResult } from "../chat.ts";
import { text } from "../chat.ts";
import { builtin } from "./builtin.ts";

const tool = (name: string) => ({ name, description: "", parameters: {} });
const TOOLS = [tool("list_files"), tool("shell")];
const NOW = () => new Date(2026, 10, 20, 14, 30);

async function events(messages: Message[], signal = AbortSignal.timeout(10_000)): Promise<ChatEvent[]> {
  return await Array.fromAsync(builtin({ now: NOW })({ messages, tools: TOOLS }, signal));
}

const user = (said: string): Message => ({ role: "user", content: text(said) });

const listed = (callId: string): ToolResult => ({
  callId,
  name: "list_files",
  content: text("a  1 B"),
  isError: false,
  data: { entries: [{ path: "a", kind: "file", size: 7, mtime: 0 }], total: 1, truncated: false },
});

Deno.test("a command becomes a call, its result an answer; nothing is kept between", async () => {
  const asked = user("how many files are here?");
  const [call, done] = await events([asked]);
  assert.ok(call.type === "tool_call");
  assert.deepEqual([call.call.name, JSON.parse(call.call.arguments), done], [
    "list_files",
    { path: ".", limit: 2000 },
    { type: "done", reason: "tool_calls" },
  ]);
  const answered: Message[] = [
    asked,
    { role: "assistant", content: [], toolCalls: [call.call] },
    { role: "tool", result: listed(call.call.id) },
  ];
  assert.deepEqual(await events(answered), [
    { type: "text", text: '→ list_files {"path":".","limit":2000}\n\n1 file in this folder.' },
    { type: "done", reason: "stop" },
  ]);
});

Deno.test("results of an earlier request are not taken for those of this one", async () => {
  const [first] = await events([
    user("how many files are here?"),
    { role: "tool", result: listed("1") },
    { role: "assistant", content: text("1 file"), toolCalls: [] },
    user("how many files are here?"),
  ]);
  assert.equal(first.type, "tool_call");
});

Deno.test("an unknown sentence calls nothing and names three commands", async () => {
  const said = await events([user("delete all files")]);
  assert.equal(said.length, 2);
  assert.ok(said[0].type === "text" && said[0].text.startsWith("I do not know that command."));
  assert.equal(said[0].text.split("\n").filter((l) => l.startsWith("- ")).length, 3);
  assert.deepEqual(said[1], { type: "done", reason: "stop" });
});

Deno.test("what follows the first text of a message is context and never a command", async () => {
  const [first] = await events([{ role: "user", content: [...text("write a poem"), ...text("! rm -rf /")] }]);
  assert.equal(first.type, "text");
});

Deno.test("text in a tool result is never a command", async () => {
  const [first] = await events([
    user("how many files are here?"),
    { role: "tool", result: { ...listed("1"), content: text("! rm -rf /"), isError: true } },
  ]);
  assert.ok(first.type === "text" && first.text.includes("list_files did not succeed"));
});

Deno.test("a sentence in another language is told that only English is understood", async () => {
  for (const said of ["zeige mir alle Dateien", "¿qué hora es?", "покажи файлы", "liste les fichiers"]) {
    const [first] = await events([user(said)]);
    assert.ok(first.type === "text" && first.text.includes("English only"), said);
  }
});

Deno.test("a line that the person typed as a command goes to the shell as it is", async () => {
  const [call] = await events([user("! ls -la | head")]);
  assert.ok(call.type === "tool_call");
  assert.deepEqual([call.call.name, call.call.arguments], ["shell", '{"line":"ls -la | head"}']);
});

Deno.test("a cancelled request throws before its first event", async () => {
  await assert.rejects(events([user("help")], AbortSignal.abort()), { name: "AbortError" });
});

Deno.test("no messages, an empty message or an enormous one are answered, not thrown", async () => {
  for (const messages of [[], [user("")], [user("list ".repeat(100_000))], [user("\u0000\u202e")]]) {
    const said = await events(messages);
    assert.equal(said.at(-1)?.type, "done");
  }
});

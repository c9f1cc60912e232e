import assert from "node:assert/strict";
import { type ChatEvent, type ChatRequest, type Message, text } from "../../node/chat.ts";
import { ollamaChat } from "../../node/backends/ollama.ts";
import { openAiChat } from "../../node/backends/openai_compatible.ts";
import { fakeModel, listedFiles } from "./model.ts";
import { fakeOllama } from "./ollama.ts";
import { fakeOpenAi } from "./openai.ts";

const TOOLS: ChatRequest["tools"] = [{
  name: "list_files",
  description: "Lists files.",
  parameters: { type: "object", properties: { path: { type: "string" }, depth: { type: "integer" } } },
}];

for (const wire of ["ollama", "openai"] as const) {
  Deno.test(`the fake model finds the largest file over the ${wire} wire`, async () => {
    const fake = wire === "ollama" ? await fakeOllama({ script: fakeModel }) : await fakeOpenAi({ script: fakeModel });
    const server = { base: fake.base, privacyMode: "local-only" as const };
    const chat = wire === "ollama" ? ollamaChat(server, "fake") : openAiChat(server, "fake");
    const ask = async (messages: Message[]) => {
      const events: ChatEvent[] = [];
      for await (const event of chat({ messages, tools: TOOLS }, new AbortController().signal)) events.push(event);
      return events;
    };
    const question: Message = { role: "user", content: text("list the files here and tell me which is largest") };
    const first = await ask([question]);
    const calls = first.filter((e) => e.type === "tool_call").map((e) => e.call);
    assert.deepEqual(calls.map(({ name, arguments: args }) => ({ name, args })), [
      { name: "list_files", args: '{"path":"."}' },
    ]);
    const listing = "README.md  1204 bytes\nsrc/  directory\nmain.ts  88,931 bytes";
    const second = await ask([
      question,
      { role: "assistant", content: text("Let me look.\n"), toolCalls: calls },
      { role: "tool", result: { callId: calls[0].id, name: "list_files", content: text(listing), isError: false } },
    ]);
    assert.equal(
      second.filter((e) => e.type === "text").map((e) => e.text).join(""),
      "There are 2 files: README.md, main.ts. The largest is main.ts with 88931 bytes.",
    );
    await fake.close();
  });
}

Deno.test("listings of several shapes are read", () => {
  const cases: [string, { name: string; bytes: number }[]][] = [
    ["a.txt (12 bytes)", [{ name: "a.txt", bytes: 12 }]],
    ["file 1.5 KiB b.log", [{ name: "b.log", bytes: 1536 }]],
    ["120\tc.md", [{ name: "c.md", bytes: 120 }]],
    ["- d.ts: 7", [{ name: "d.ts", bytes: 7 }]],
    ["docs/ directory", []],
    ["nothing here", []],
  ];
  for (const [listing, files] of cases) assert.deepEqual(listedFiles(listing), files, listing);
});

import assert from "node:assert/strict";
import { argumentsObject } from "./arguments.ts";
import type { ChatEvent, ChatRequest, Message } from "../chat.ts";
import { text } from "../chat.ts";
import { encodeOllama, ollamaDecoder } from "./ollama.ts";
import { OllamaDescription, OllamaList, parameterCount } from "./ollama_models.ts";

const EMPTY: ChatRequest = { messages: [], tools: [] };

function counter(): () => string {
  let n = 0;
  return () => `new${++n}`;
}

Deno.test("a request becomes Ollama's: images, calls, results in the order of their calls, options", () => {
  const messages: Message[] = [
    { role: "system", content: text("be brief") },
    { role: "user", content: [...text("see"), { type: "image", mime: "image/png", data: "AAAA" }] },
    {
      role: "assistant",
      content: text("looking"),
      toolCalls: [
        { id: "a", name: "list", arguments: '{"path":"."}' },
        { id: "b", name: "read", arguments: '{"path": ' },
        { id: "c", name: "now", arguments: "" },
      ],
    },
    { role: "tool", result: { callId: "c", name: "now", content: text("noon"), isError: false } },
    { role: "tool", result: { callId: "a", name: "list", content: text("x"), isError: false, data: { hidden: 1 } } },
    { role: "tool", result: { callId: "b", name: "read", content: text("bad JSON"), isError: true } },
  ];
  const tools = [{ name: "list", description: "Lists.", parameters: { type: "object" } }];
  assert.deepEqual(
    encodeOllama({ messages, tools, temperature: 0, maxTokens: 9, contextLength: 4096, seed: 0, stop: ["x"] }, "m"),
    {
      model: "m",
      stream: true,
      messages: [
        { role: "system", content: "be brief" },
        { role: "user", content: "see", images: ["AAAA"] },
        {
          role: "assistant",
          content: "looking",
          tool_calls: [
            { id: "a", function: { name: "list", arguments: { path: "." } } },
            { id: "b", function: { name: "read", arguments: { invalid_json: '{"path": ' } } },
            { id: "c", function: { name: "now", arguments: {} } },
          ],
        },
        { role: "tool", content: "x", tool_name: "list", tool_call_id: "a" },
        { role: "tool", content: "bad JSON", tool_name: "read", tool_call_id: "b" },
        { role: "tool", content: "noon", tool_name: "now", tool_call_id: "c" },
      ],
      tools: [{ type: "function", function: { name: "list", description: "Lists.", parameters: { type: "object" } } }],
      options: { temperature: 0, num_predict: 9, num_ctx: 4096, seed: 0, stop: ["x"] },
      truncate: false,
      shift: false,
    },
  );
  const bare = { model: "m", stream: true, messages: [], options: {}, truncate: false, shift: false };
  assert.deepEqual(encodeOllama(EMPTY, "m"), bare);
  const schema = { type: "object" };
  assert.deepEqual(encodeOllama({ ...EMPTY, format: schema, think: "low", keepAlive: -1 }, "m"), {
    ...bare,
    format: schema,
    think: "low",
    keep_alive: -1,
  });
});

Deno.test("audio and files are refused, not dropped", () => {
  const content = [{ type: "audio", mime: "audio/wav", data: "" }] as const;
  assert.throws(() => encodeOllama({ messages: [{ role: "user", content: [...content] }], tools: [] }, "m"), {
    name: "ChatError",
    fault: "refused",
  });
});

Deno.test("lines become events", () => {
  const line = (value: unknown) => JSON.stringify(value);
  const end = { done: true, done_reason: "stop" };
  const stop: ChatEvent = { type: "done", reason: "stop" };
  const cases: [string, string[], ChatEvent[]][] = [
    ["text and end", [line({ message: { role: "assistant", content: "hi" }, done: false, new_key: 1 }), line(end)], [
      { type: "text", text: "hi" },
      stop,
    ]],
    ["thinking before text in one line", [line({ message: { thinking: "hm", content: "hi" } }), line(end)], [
      { type: "thinking", text: "hm" },
      { type: "text", text: "hi" },
      stop,
    ]],
    ["usage", [line({ ...end, prompt_eval_count: 3, eval_count: 4 })], [
      { type: "usage", promptTokens: 3, outputTokens: 4 },
      stop,
    ]],
    ["a cached prompt leaves its count out", [line({ ...end, eval_count: 4 })], [
      { type: "usage", promptTokens: 0, outputTokens: 4 },
      stop,
    ]],
    ["calls without ids", [
      line({
        message: {
          content: "",
          tool_calls: [
            { function: { name: "a", arguments: { x: 1 } } },
            { id: "own", function: { name: "b", arguments: {} } },
            { id: "own", function: { name: "c" } },
          ],
        },
      }),
      line(end),
    ], [
      { type: "tool_call", call: { id: "new1", name: "a", arguments: '{"x":1}' } },
      { type: "tool_call", call: { id: "own", name: "b", arguments: "{}" } },
      { type: "tool_call", call: { id: "new2", name: "c", arguments: "{}" } },
      { type: "done", reason: "tool_calls" },
    ]],
    ["arguments that are text stay as written", [
      line({ message: { tool_calls: [{ function: { name: "a", arguments: '{"x":' } }] }, ...end }),
    ], [
      { type: "tool_call", call: { id: "new1", name: "a", arguments: '{"x":' } },
      { type: "done", reason: "tool_calls" },
    ]],
    ["length", [line({ done: true, done_reason: "length" })], [{ type: "done", reason: "length" }]],
    ["an error line", [line({ error: "out of memory" })], [
      { type: "error", fault: "server", message: "out of memory" },
    ]],
    ["no end", [line({ message: { content: "hi" } })], [{ type: "text", text: "hi" }, {
      type: "error",
      fault: "cut",
      message: "The answer of the model server ended early: no final line with done",
    }]],
    ["not the wire", ["[1,\u001b[31m2]"], [
      { type: "error", fault: "garbage", message: "Cannot read a line from the model server: [1, [31m2]" },
    ]],
    ["nothing after the end", [line(end), line({ message: { content: "more" } })], [stop]],
    ["a model that turns out to run elsewhere", [line({ remote_host: "https://c", message: { content: "x" } })], [
      { type: "error", fault: "refused", message: "This model runs at https://c: a cloud" },
    ]],
  ];
  for (const [name, lines, want] of cases) {
    const decoder = ollamaDecoder(EMPTY, counter());
    assert.deepEqual([...lines.flatMap((l) => decoder.push(l)), ...decoder.end()], want, name);
    assert.equal(decoder.ended, true, name);
  }
});

Deno.test("an id that the conversation has used is not used again", () => {
  const used: ChatRequest = {
    tools: [],
    messages: [{ role: "assistant", content: [], toolCalls: [{ id: "0", name: "a", arguments: "{}" }] }],
  };
  const decoder = ollamaDecoder(used, counter());
  const call = { message: { tool_calls: [{ id: "0", function: { name: "b", arguments: {} } }] } };
  assert.deepEqual(decoder.push(JSON.stringify(call)), [
    { type: "tool_call", call: { id: "new1", name: "b", arguments: "{}" } },
  ]);
});

Deno.test("what Ollama tells of models is kept, what it does not tell is absent", () => {
  assert.deepEqual(
    OllamaList.parse({
      models: [
        { name: "a:8b", size: 5e9, details: { parameter_size: "8.2B", quantization_level: "Q4_K_M" }, digest: "x" },
        { name: "b:cloud", size: 300, remote_host: "https://ollama.com:443", details: { parameter_size: "" } },
      ],
    }),
    {
      models: [
        { name: "a:8b", bytes: 5e9, digest: "x", parameters: 8.2e9, quantization: "Q4_K_M" },
        { name: "b:cloud", bytes: 300, remote: "https://ollama.com:443" },
      ],
    },
  );
  assert.deepEqual(OllamaList.parse({ models: null }), { models: [] });
  assert.deepEqual(
    OllamaDescription.parse({
      capabilities: ["completion", "tools"],
      model_info: { "general.architecture": "qwen3", "qwen3.context_length": 40960 },
      details: { quantization_level: "unknown" },
    }),
    { contextLength: 40960, tools: true, images: false, thinking: false, embeddingsOnly: false },
  );
  assert.deepEqual(OllamaDescription.parse({ capabilities: ["completion", "vision", "thinking"] }), {
    tools: false,
    images: true,
    thinking: true,
    embeddingsOnly: false,
  });
  assert.deepEqual(OllamaDescription.parse({ capabilities: ["embedding"] }), {
    tools: false,
    images: false,
    thinking: false,
    embeddingsOnly: true,
  });
  assert.deepEqual(OllamaDescription.parse({ details: { family: "nomic-bert" } }), { embeddingsOnly: true });
});

Deno.test("parameter counts are read from their spelling", () => {
  const cases: [string | null, number | undefined][] = [
    ["8.2B", 8.2e9],
    ["596.0M", 596e6],
    ["137M", 137e6],
    ["", undefined],
    [null, undefined],
    ["many", undefined],
  ];
  for (const [spelled, want] of cases) assert.equal(parameterCount(spelled), want);
});

Deno.test("a call whose arguments are nested 10,000 deep goes back as text, not as an overflow of the stack", () => {
  const text = `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
  assert.deepEqual(argumentsObject(text), { invalid_json: text });
  assert.deepEqual(argumentsObject(`{"a":"${"[".repeat(10_000)}"}`), { a: "[".repeat(10_000) });
});

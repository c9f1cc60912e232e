import assert from "node:assert/strict";
import { type ChatEvent, type ChatRequest, type Message, text } from "../chat.ts";
import { encodeOpenAi, openAiDecoder } from "./openai.ts";

const EMPTY: ChatRequest = { messages: [], tools: [] };

function counter(): () => string {
  let n = 0;
  return () => `new${++n}`;
}

Deno.test("a request becomes OpenAI's: parts, calls, results in order, a result's picture after the results", () => {
  const messages: Message[] = [
    { role: "system", content: text("be brief") },
    {
      role: "user",
      content: [
        ...text("see"),
        { type: "image", mime: "image/png", data: "AAAA" },
        { type: "audio", mime: "audio/wav", data: "BBBB" },
        { type: "file", name: "a.pdf", mime: "application/pdf", data: "CCCC" },
      ],
    },
    {
      role: "assistant",
      content: [],
      toolCalls: [{ id: "a", name: "shot", arguments: '{"x": 1}' }, { id: "b", name: "read", arguments: "[1]" }],
    },
    { role: "tool", result: { callId: "b", name: "read", content: text("bad"), isError: true } },
    {
      role: "tool",
      result: {
        callId: "a",
        name: "shot",
        content: [...text("taken"), { type: "image", mime: "image/jpeg", data: "DDDD" }],
        isError: false,
      },
    },
    { role: "assistant", content: text("done"), toolCalls: [] },
  ];
  assert.deepEqual(encodeOpenAi({ messages, tools: [], temperature: 0.7, maxTokens: 5, seed: 1, stop: ["."] }, "m"), {
    model: "m",
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.7,
    max_tokens: 5,
    seed: 1,
    stop: ["."],
    messages: [
      { role: "system", content: "be brief" },
      {
        role: "user",
        content: [
          { type: "text", text: "see" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          { type: "input_audio", input_audio: { data: "BBBB", format: "wav" } },
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,CCCC" } },
        ],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "a", type: "function", function: { name: "shot", arguments: '{"x":1}' } },
          { id: "b", type: "function", function: { name: "read", arguments: '{"invalid_json":"[1]"}' } },
        ],
      },
      { role: "tool", tool_call_id: "a", content: "taken" },
      { role: "tool", tool_call_id: "b", content: "bad" },
      {
        role: "user",
        content: [
          { type: "text", text: "From the tool shot:" },
          { type: "image_url", image_url: { url: "data:image/jpeg;base64,DDDD" } },
        ],
      },
      { role: "assistant", content: "done" },
    ],
  });
});

const delta = (value: unknown, finish: string | null = null) =>
  JSON.stringify({ choices: [{ index: 0, delta: value, finish_reason: finish }], extra: true });
const calls = (...tool_calls: unknown[]) => delta({ tool_calls });
const fn = (name?: string, args?: string) => ({ ...(name ? { name } : {}), ...(args ? { arguments: args } : {}) });
const DONE = "[DONE]";
const called = (...all: [string, string, string][]): ChatEvent[] => [
  ...all.map(([id, name, args]): ChatEvent => ({ type: "tool_call", call: { id, name, arguments: args } })),
  { type: "done", reason: "tool_calls" },
];
const half: ChatEvent = {
  type: "error",
  fault: "cut",
  message: "The answer of the model server ended early: a tool call is not whole",
};

Deno.test("events of the stream become chat events", () => {
  const cases: [string, string[], ChatEvent[]][] = [
    ["text, usage after the finish", [
      delta({ role: "assistant", content: "" }),
      delta({ content: "hi" }),
      delta({}, "stop"),
      JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } }),
      DONE,
    ], [{ type: "text", text: "hi" }, { type: "usage", promptTokens: 3, outputTokens: 4 }, {
      type: "done",
      reason: "stop",
    }]],
    ["usage that grows is told once", [
      JSON.stringify({ choices: [{ delta: { content: "a" } }], usage: { prompt_tokens: 3, completion_tokens: 1 } }),
      JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }], usage: { prompt_tokens: 3 } }),
    ], [{ type: "text", text: "a" }, { type: "usage", promptTokens: 3, outputTokens: 0 }, {
      type: "done",
      reason: "stop",
    }]],
    ["both spellings of thinking", [delta({ reasoning_content: "a" }), delta({ reasoning: "b" }), delta({}, "stop")], [
      { type: "thinking", text: "a" },
      { type: "thinking", text: "b" },
      { type: "done", reason: "stop" },
    ]],
    ["the end mark [DONE] alone", [delta({ content: "hi" }), DONE], [{ type: "text", text: "hi" }, {
      type: "done",
      reason: "stop",
    }]],
    ["another choice is not ours", [JSON.stringify({ choices: [{ index: 1, delta: { content: "no" } }] }), DONE], [
      { type: "done", reason: "stop" },
    ]],
    ["two calls interleaved, arguments split", [
      calls({ index: 0, id: "a", type: "function", function: fn("list", "") }),
      calls({ index: 1, id: "b", type: "function", function: fn("read") }),
      calls({ index: 1, function: fn(undefined, '{"p"') }, { index: 0, function: fn(undefined, '{"q') }),
      calls({ index: 0, function: fn(undefined, '":1}') }),
      calls({ index: 1, function: fn(undefined, ":2}") }),
      delta({}, "tool_calls"),
      DONE,
    ], called(["a", "list", '{"q":1}'], ["b", "read", '{"p":2}'])],
    ["ids missing", [
      calls({ index: 0, function: fn("list", "{}") }),
      calls({ index: 1, id: "", function: fn("read", "{}") }),
      delta({}, "tool_calls"),
    ], called(["new1", "list", "{}"], ["new2", "read", "{}"])],
    ["an id that comes late", [
      calls({ index: 0, function: fn("list") }),
      calls({ index: 0, id: "a", function: fn(undefined, "{}") }),
      delta({}, "tool_calls"),
    ], called(["a", "list", "{}"])],
    ["a name split", [
      calls({ index: 0, id: "a", function: fn("list_") }),
      calls({ index: 0, function: fn("files", "{}") }),
      delta({}, "tool_calls"),
    ], called(["a", "list_files", "{}"])],
    ["a name and id repeated", [
      calls({ index: 0, id: "a", function: fn("list", '{"x"') }),
      calls({ index: 0, id: "a", function: fn("list", ":1}") }),
      delta({}, "tool_calls"),
    ], called(["a", "list", '{"x":1}'])],
    ["every call numbered 0", [
      calls({ index: 0, id: "a", function: fn("list", "{}") }),
      calls({ index: 0, id: "b", function: fn("read", "{}") }),
      delta({}, "stop"),
    ], called(["a", "list", "{}"], ["b", "read", "{}"])],
    ["no index at all", [
      calls({ id: "a", function: fn("list", '{"x"') }),
      calls({ function: fn(undefined, ":1}") }),
      calls({ id: "b", function: fn("read", "{}") }),
      delta({}, "tool_calls"),
    ], called(["a", "list", '{"x":1}'], ["b", "read", "{}"])],
    ["arguments as an object", [
      calls({ index: 0, id: "a", function: { name: "list", arguments: { x: 1 } } }),
      delta({}, "tool_calls"),
    ], called(["a", "list", '{"x":1}'])],
    [
      "no arguments",
      [calls({ index: 0, id: "a", function: fn("now") }), delta({}, "tool_calls")],
      called(
        ["a", "now", "{}"],
      ),
    ],
    ["malformed arguments of a finished call", [
      calls({ index: 0, id: "a", function: fn("list", '{"x":') }),
      delta({}, "tool_calls"),
    ], called(["a", "list", '{"x":'])],
    ["a call cut by length", [
      delta({ content: "so" }),
      calls({ index: 0, id: "a", function: fn("list", '{"x":') }),
      delta({}, "length"),
    ], [{ type: "text", text: "so" }, half]],
    ["a half call and [DONE] without a finish", [
      calls({ index: 0, id: "a", function: fn("list", '{"x":') }),
      DONE,
    ], [half]],
    ["a call whole by [DONE] without a finish", [
      calls({ index: 0, id: "a", function: fn("list", '{"x":1}') }),
      DONE,
    ], called(["a", "list", '{"x":1}'])],
    ["a whole call and then silence", [calls({ index: 0, id: "a", function: fn("list", "{}") })], [{
      type: "error",
      fault: "cut",
      message: "The answer of the model server ended early: no finish_reason and no [DONE]",
    }]],
    ["length", [delta({ content: "so" }), delta({}, "length"), DONE], [{ type: "text", text: "so" }, {
      type: "done",
      reason: "length",
    }]],
    ["a content filter", [delta({ content: "so" }, "content_filter"), DONE], [{ type: "text", text: "so" }, {
      type: "error",
      fault: "refused",
      message: "The model server's content filter stopped the answer",
    }]],
    ["an engine that gave up", [delta({}, "abort"), DONE], [
      { type: "error", fault: "server", message: "The model server gave up the answer: abort" },
    ]],
    ["an error object", [JSON.stringify({ error: { message: "oom", code: 500 } })], [
      { type: "error", fault: "server", message: "oom" },
    ]],
    ["an error text", [JSON.stringify({ error: "oom" })], [{ type: "error", fault: "server", message: "oom" }]],
    ["not the wire", ["{oops"], [
      { type: "error", fault: "garbage", message: "Cannot read an event from the model server: {oops" },
    ]],
  ];
  for (const [name, units, want] of cases) {
    const decoder = openAiDecoder(EMPTY, counter());
    assert.deepEqual([...units.flatMap((unit) => decoder.push(unit)), ...decoder.end()], want, name);
    assert.equal(decoder.ended, true, name);
  }
});

Deno.test("a stream that breaks after its finish reason is whole", () => {
  const decoder = openAiDecoder(EMPTY, counter());
  decoder.push(delta({ content: "hi" }));
  decoder.push(delta({}, "stop"));
  assert.deepEqual(decoder.end({ fault: "stalled", message: "silent" }), [{ type: "done", reason: "stop" }]);
});

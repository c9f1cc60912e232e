/** Each way in which OpenAI-compatible servers differ, as a row on the real wire: what is sent, what comes out. */
import assert from "node:assert/strict";
import { openAiChat } from "../node/backends/openai_compatible.ts";
import { ChatError, type ChatEvent, type ChatRequest, text } from "../node/chat.ts";
import type { Software } from "../node/wire/quirks.ts";
import { fakeOpenAi, type FakeOpenAiOptions } from "./fakes/openai.ts";

const never = new AbortController().signal;
const TOOL = { name: "now", description: "The time.", parameters: { type: "object", properties: {} } };
const SCHEMA = { type: "object", properties: { a: { type: "string" } } };
const IMAGE = { type: "image", mime: "image/png", data: "AAAA" } as const;

function asking(more: Partial<ChatRequest> = {}): ChatRequest {
  return { messages: [{ role: "user", content: text("hi") }], tools: [], ...more };
}

const data = (value: unknown) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;
const delta = (value: unknown, finish?: string | null) =>
  data({ choices: [{ index: 0, delta: value, ...(finish === undefined ? {} : { finish_reason: finish }) }] });
const DONE = data("[DONE]");

type Row = {
  name: string;
  software?: Software;
  images?: boolean;
  request?: Partial<ChatRequest>;
  server?: Partial<FakeOpenAiOptions>;
  raw: string[];
  /** Keys of the last body that must be so; `undefined` = absent. */
  sent?: Record<string, unknown>;
  want: ChatEvent[] | { thrown: string; matches: RegExp };
};

const stop: ChatEvent = { type: "done", reason: "stop" };
const called = (id: string, args: string): ChatEvent[] => [
  { type: "tool_call", call: { id, name: "now", arguments: args } },
  { type: "done", reason: "tool_calls" },
];
const hi: ChatEvent = { type: "text", text: "hi" };
const HI = [delta({ content: "hi" }), delta({}, "stop"), DONE];
const FRAGMENT = { index: 0, id: "c1", type: "function", function: { name: "now", arguments: "{}" } };

const ROWS: Row[] = [
  // What is sent.
  { name: "max_tokens by default", request: { maxTokens: 5 }, raw: HI, sent: { max_tokens: 5 }, want: [hi, stop] },
  {
    name: "max_completion_tokens where max_tokens is refused",
    request: { maxTokens: 5 },
    server: { refuses: (b) => "max_tokens" in b ? "Use 'max_completion_tokens' instead of 'max_tokens'." : null },
    raw: HI,
    sent: { max_tokens: undefined, max_completion_tokens: 5 },
    want: [hi, stop],
  },
  {
    name: "no stream_options where they are refused",
    server: { refuses: (b) => "stream_options" in b ? "Extra inputs are not permitted: stream_options" : null },
    raw: HI,
    sent: { stream_options: undefined },
    want: [hi, stop],
  },
  {
    name: "two fields refused one after the other",
    request: { maxTokens: 5, seed: 1 },
    server: {
      refuses: (b) => "seed" in b ? "seed: unknown" : "max_tokens" in b ? "Use max_completion_tokens" : null,
    },
    raw: HI,
    sent: { seed: undefined, max_completion_tokens: 5 },
    want: [hi, stop],
  },
  {
    name: "a refusal that names nothing is not asked again",
    server: { refuses: () => "context length exceeded" },
    raw: HI,
    want: { thrown: "refused", matches: /HTTP 400 context length exceeded/ },
  },
  {
    name: "a refusal that stays is thrown",
    request: { seed: 1 },
    server: { refuses: () => "seed stream_options max_completion_tokens" },
    raw: HI,
    want: { thrown: "refused", matches: /HTTP 400 seed stream_options/ },
  },
  {
    name: "stop, seed and temperature pass",
    request: { stop: ["a", "b", "c", "d", "e"], seed: 0, temperature: 0 },
    raw: HI,
    sent: { stop: ["a", "b", "c", "d", "e"], seed: 0, temperature: 0 },
    want: [hi, stop],
  },
  {
    name: "context length and keep alive have no place here",
    request: { contextLength: 4096, keepAlive: 60 },
    raw: HI,
    sent: { num_ctx: undefined, keep_alive: undefined, context_length: undefined },
    want: [hi, stop],
  },
  ...(["llama.cpp", "vLLM", "SGLang", "LM Studio", "TabbyAPI", "LocalAI", "Jan", undefined] as const).map((
    software,
  ): Row => ({
    name: `${software ?? "an unknown server"}: a schema goes as response_format, never as guided_json`,
    software,
    request: { format: SCHEMA },
    raw: HI,
    sent: {
      response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema: SCHEMA } },
      guided_json: undefined,
      grammar: undefined,
    },
    want: [hi, stop],
  })),
  {
    name: "KoboldCpp: a schema is refused, not ignored",
    software: "KoboldCpp",
    request: { format: SCHEMA },
    raw: HI,
    want: { thrown: "refused", matches: /Cannot bind the answer of fake to a schema/ },
  },
  ...(["llama.cpp", "vLLM", "SGLang"] as const).flatMap((software): Row[] => [
    {
      name: `${software}: reasoning is switched off by the chat template`,
      software,
      request: { think: false },
      raw: HI,
      sent: { chat_template_kwargs: { enable_thinking: false }, reasoning_effort: undefined },
      want: [hi, stop],
    },
    {
      name: `${software}: how much reasoning`,
      software,
      request: { think: "high" },
      raw: HI,
      sent: { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: "high" },
      want: [hi, stop],
    },
  ]),
  {
    name: "LM Studio: reasoning cannot be switched, and that is said",
    software: "LM Studio",
    request: { think: true },
    raw: HI,
    sent: { chat_template_kwargs: undefined, reasoning_effort: undefined },
    want: [
      {
        type: "notice",
        text: "The server of fake cannot be told whether to reason; the model's own way holds.",
      },
      hi,
      stop,
    ],
  },
  {
    name: "an image to a model that reads none",
    images: false,
    request: { messages: [{ role: "user", content: [IMAGE] }] },
    raw: HI,
    want: { thrown: "refused", matches: /Cannot show an image to the model fake/ },
  },
  {
    name: "an image to a model of which nothing is known",
    request: { messages: [{ role: "user", content: [IMAGE] }] },
    raw: HI,
    want: [
      { type: "notice", text: "Whether fake reads images is unknown: its server does not tell." },
      hi,
      stop,
    ],
  },
  {
    name: "an image to a model that reads them",
    images: true,
    request: { messages: [{ role: "user", content: [IMAGE] }] },
    raw: HI,
    sent: {
      messages: [{
        role: "user",
        content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
      }],
    },
    want: [hi, stop],
  },
  // Reasoning.
  ...["reasoning_content", "reasoning"].map((key): Row => ({
    name: `reasoning as ${key}`,
    raw: [delta({ [key]: "hm" }), ...HI],
    want: [{ type: "thinking", text: "hm" }, hi, stop],
  })),
  {
    name: "reasoning between tags in the text",
    raw: [delta({ content: "<thi" }), delta({ content: "nk>hm</think>\n" }), ...HI],
    want: [{ type: "thinking", text: "hm" }, hi, stop],
  },
  {
    name: "reasoning between tags that is cut is not lost",
    raw: [delta({ content: "<think>hm</th" })],
    want: [
      { type: "thinking", text: "hm" },
      { type: "thinking", text: "</th" },
      {
        type: "error",
        fault: "cut",
        message: "The answer of the model server ended early: no finish_reason and no [DONE]",
      },
    ],
  },
  // Tool calls.
  {
    name: "calls with finish_reason stop (TabbyAPI)",
    software: "TabbyAPI",
    raw: [delta({ tool_calls: [FRAGMENT] }), delta({}, "stop"), DONE],
    want: called("c1", "{}"),
  },
  {
    name: "calls with finish_reason tool_calls",
    raw: [delta({ tool_calls: [FRAGMENT] }), delta({}, "tool_calls"), DONE],
    want: called("c1", "{}"),
  },
  {
    name: "finish_reason tool_calls without a call",
    raw: [delta({ content: "hi" }), delta({}, "tool_calls"), DONE],
    want: [hi, stop],
  },
  {
    name: "arguments as an object",
    raw: [
      delta({ tool_calls: [{ ...FRAGMENT, function: { name: "now", arguments: { zone: "ä" } } }] }),
      delta({}, "tool_calls"),
      DONE,
    ],
    want: called("c1", '{"zone":"ä"}'),
  },
  {
    name: "no arguments at all",
    raw: [delta({ tool_calls: [{ index: 0, id: "c1", function: { name: "now" } }] }), delta({}, "tool_calls"), DONE],
    want: called("c1", "{}"),
  },
  {
    name: "arguments in fragments with an empty name repeated (LM Studio)",
    software: "LM Studio",
    raw: [
      delta({ tool_calls: [{ index: 0, id: "c1", function: { name: "now", arguments: "" } }] }),
      delta({ tool_calls: [{ index: 0, function: { name: "", arguments: '{"a"' } }] }),
      delta({ tool_calls: [{ index: 0, function: { name: "", arguments: ":1}" } }] }),
      delta({}, "tool_calls"),
      DONE,
    ],
    want: called("c1", '{"a":1}'),
  },
  {
    name: "an entry that names and asks nothing (LM Studio) is no call",
    software: "LM Studio",
    raw: [delta({ content: "hi" }), delta({ tool_calls: [{ id: "", type: "function" }] }), delta({}, "stop"), DONE],
    want: [hi, stop],
  },
  {
    name: "a call without a name keeps the history sendable",
    raw: [delta({ tool_calls: [{ index: 0, id: "c1", function: { arguments: "{}" } }] }), delta({}, "stop"), DONE],
    want: [{ type: "tool_call", call: { id: "c1", name: "unnamed", arguments: "{}" } }, {
      type: "done",
      reason: "tool_calls",
    }],
  },
  {
    name: "every call numbered 0, told apart by id",
    raw: [
      delta({ tool_calls: [FRAGMENT] }),
      delta({ tool_calls: [{ ...FRAGMENT, id: "c2" }] }),
      delta({}, "tool_calls"),
      DONE,
    ],
    want: [called("c1", "{}")[0], ...called("c2", "{}")],
  },
  // Usage.
  {
    name: "usage in a last chunk without choices",
    raw: [
      delta({ content: "hi" }),
      delta({}, "stop"),
      data({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } }),
      DONE,
    ],
    want: [hi, { type: "usage", promptTokens: 3, outputTokens: 1 }, stop],
  },
  {
    name: "usage in each chunk, first zero (LocalAI)",
    software: "LocalAI",
    raw: [
      data({
        choices: [{ index: 0, delta: { content: "hi" } }],
        usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
      }),
      data({
        choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
        usage: { prompt_tokens: 3, completion_tokens: 1 },
      }),
      DONE,
    ],
    want: [hi, { type: "usage", promptTokens: 3, outputTokens: 1 }, stop],
  },
  { name: "usage absent (KoboldCpp with tools)", software: "KoboldCpp", raw: HI, want: [hi, stop] },
  {
    name: "usage null and usage without numbers",
    raw: [
      data({ choices: [{ index: 0, delta: { content: "hi" } }], usage: null }),
      data({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage: { prompt_tokens: null } }),
      DONE,
    ],
    want: [hi, stop],
  },
  // The stream's shape.
  { name: "[DONE] missing", raw: HI.slice(0, 2), want: [hi, stop] },
  { name: "finish_reason missing but [DONE] there", raw: [delta({ content: "hi" }), DONE], want: [hi, stop] },
  { name: "no finish_reason key in chunks (LocalAI)", raw: [delta({ role: "assistant" }), ...HI], want: [hi, stop] },
  {
    name: "chunks with empty and with null choices",
    raw: [data({ choices: [] }), data({ choices: null }), ...HI],
    want: [hi, stop],
  },
  { name: "comments as a sign of life", raw: [": keep-alive\n\n", ...HI], want: [hi, stop] },
  { name: "lines that end in CR LF", raw: HI.map((frame) => frame.replaceAll("\n", "\r\n")), want: [hi, stop] },
  {
    name: "data: without a blank after it",
    raw: HI.map((frame) => frame.replace("data: ", "data:")),
    want: [hi, stop],
  },
  {
    name: "content as a list of parts",
    raw: [delta({ content: [{ type: "text", text: "hi" }] }), delta({}, "stop"), DONE],
    want: [hi, stop],
  },
  { name: "content null", raw: [delta({ role: "assistant", content: null }), ...HI], want: [hi, stop] },
  {
    name: "a second choice is not mixed in",
    raw: [data({ choices: [{ index: 1, delta: { content: "no" } }] }), ...HI],
    want: [hi, stop],
  },
  { name: "an answer in one piece", server: { whole: true, script: [{ text: "hi" }] }, raw: [], want: [hi, stop] },
  // Errors inside a 200 stream.
  ...([
    ["an object", { error: { message: "out of memory", type: "server_error" } }],
    ["a string", { error: "out of memory" }],
    ["vLLM's object error", { object: "error", message: "out of memory", code: 500 }],
  ] as const).flatMap(([kind, error]): Row[] => [
    {
      name: `an error first, as ${kind}`,
      raw: [data(error)],
      want: { thrown: "server", matches: /^out of memory$/ },
    },
    {
      name: `an error after text, as ${kind}`,
      raw: [delta({ content: "hi" }), data(error)],
      want: [hi, { type: "error", fault: "server", message: "out of memory" }],
    },
  ]),
  {
    name: "an error event without a message",
    raw: [`event: error\n${data({ error: { code: 7 } })}`],
    want: { thrown: "server", matches: /^\{"code":7\}$/ },
  },
  {
    name: "finish_reason content_filter",
    raw: [delta({ content: "hi" }), delta({}, "content_filter"), DONE],
    want: [hi, { type: "error", fault: "refused", message: "The model server's content filter stopped the answer" }],
  },
  {
    name: "finish_reason abort (SGLang)",
    software: "SGLang",
    raw: [delta({ content: "hi" }), delta({}, "abort"), DONE],
    want: [hi, { type: "error", fault: "server", message: "The model server gave up the answer: abort" }],
  },
];

for (const { name, software, images, request, server, raw, sent, want } of ROWS) {
  Deno.test(`openai quirk: ${name}`, async () => {
    await using fake = await fakeOpenAi({ script: [{ raw }], ...server });
    const chat = openAiChat({ base: fake.base, privacyMode: "local-only" }, "fake", { software, images });
    const run = async () => {
      const events: ChatEvent[] = [];
      for await (const event of chat(asking({ tools: [TOOL], ...request }), never)) events.push(event);
      return events;
    };
    if ("thrown" in want) {
      await assert.rejects(run, (error) => {
        assert.ok(error instanceof ChatError);
        assert.equal(error.fault, want.thrown);
        assert.match(error.message, want.matches);
        return true;
      });
    } else {
      assert.deepEqual(await run(), want);
    }
    const body = fake.heard.at(-1)?.body as Record<string, unknown> | undefined;
    for (const [key, value] of Object.entries(sent ?? {})) assert.deepEqual(body?.[key], value, key);
  });
}

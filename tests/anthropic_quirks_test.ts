/** What the Messages API does of its own, as rows on the real wire, and that nothing reaches it unsealed. */
import assert from "node:assert/strict";
import { anthropicChat } from "../node/backends/anthropic.ts";
import { ChatError, type ChatEvent, type ChatRequest, type Message, text } from "../node/chat.ts";
import { Redacted, redactionSeal } from "../node/cloud_chat.ts";
import { anthropicEvent, fakeAnthropic, type FakeAnthropicOptions } from "./fakes/anthropic.ts";

const never = new AbortController().signal;
const stop: ChatEvent = { type: "done", reason: "stop" };
const hi: ChatEvent = { type: "text", text: "hi" };
const IMAGE = { type: "image", mime: "image/png", data: "AAAA" } as const;
const user = (value: string): Message => ({ role: "user", content: text(value) });
const result = (callId: string, value: string, isError = false): Message => ({
  role: "tool",
  result: { callId, name: "read", content: text(value), isError },
});

const start = (usage: Record<string, unknown> = {}) => anthropicEvent({ type: "message_start", message: { usage } });
const block = (index: number, content_block: Record<string, unknown>, ...deltas: Record<string, unknown>[]) =>
  [
    anthropicEvent({ type: "content_block_start", index, content_block }),
    ...deltas.map((delta) => anthropicEvent({ type: "content_block_delta", index, delta })),
    anthropicEvent({ type: "content_block_stop", index }),
  ].join("");
const end = (stop_reason: string | null, usage?: Record<string, unknown>) =>
  anthropicEvent({ type: "message_delta", delta: { stop_reason }, ...(usage ? { usage } : {}) }) +
  anthropicEvent({ type: "message_stop" });
const HI = block(0, { type: "text", text: "" }, { type: "text_delta", text: "hi" });
const CALL = { type: "tool_use", id: "c1", name: "read", input: {} };
const called = (args: string): ChatEvent[] => [
  { type: "tool_call", call: { id: "c1", name: "read", arguments: args } },
  { type: "done", reason: "tool_calls" },
];

type Row = {
  name: string;
  request?: Partial<ChatRequest>;
  server?: Partial<FakeAnthropicOptions>;
  apiKey?: string;
  raw?: string[];
  sent?: Record<string, unknown>;
  want: ChatEvent[] | { thrown: string; matches: RegExp };
};

const ROWS: Row[] = [
  {
    name: "system messages are a field, results come first and in one message, a failed one says so",
    request: {
      messages: [
        { role: "system", content: text("be brief") },
        user("look"),
        {
          role: "assistant",
          content: text("looking"),
          toolCalls: [{ id: "a", name: "read", arguments: '{"p":1}' }, { id: "b:2", name: "re ad", arguments: "{" }],
        },
        result("b:2", "no", true),
        { role: "tool", result: { callId: "a", name: "read", content: [...text("x"), IMAGE], isError: false } },
        user("and now?"),
      ],
    },
    sent: {
      system: "be brief",
      max_tokens: 4096,
      messages: [
        { role: "user", content: [{ type: "text", text: "look" }] },
        {
          role: "assistant",
          content: [
            { type: "text", text: "looking" },
            { type: "tool_use", id: "a", name: "read", input: { p: 1 } },
            { type: "tool_use", id: "b_2", name: "re_ad", input: { invalid_json: "{" } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "a",
              content: [
                { type: "text", text: "x" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
              ],
            },
            { type: "tool_result", tool_use_id: "b_2", content: [{ type: "text", text: "no" }], is_error: true },
            { type: "text", text: "and now?" },
          ],
        },
      ],
    },
    want: [hi, stop],
  },
  {
    name: "an empty answer of before is left out, for the wire takes none",
    request: { messages: [user("a"), { role: "assistant", content: [], toolCalls: [] }, user("b")] },
    sent: { messages: [{ role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] }] },
    want: [hi, stop],
  },
  {
    name: "tools, stop, temperature, length, schema",
    request: {
      tools: [{ name: "read", description: "Reads.", parameters: { properties: {} } }],
      stop: ["x"],
      temperature: 0,
      maxTokens: 9,
      format: { type: "object" },
    },
    sent: {
      tools: [{ name: "read", description: "Reads.", input_schema: { type: "object", properties: {} } }],
      stop_sequences: ["x"],
      temperature: 0,
      max_tokens: 9,
      output_config: { format: { type: "json_schema", schema: { type: "object" } } },
    },
    want: [hi, stop],
  },
  {
    name: "a seed and a temperature above 1 are said to be left out",
    request: { seed: 1, temperature: 2 },
    sent: { seed: undefined, temperature: 1 },
    want: [
      { type: "notice", text: "This model cannot be seeded: the same question may get another answer." },
      { type: "notice", text: "This model's temperature ends at 1; 1 was used." },
      hi,
      stop,
    ],
  },
  {
    name: "reasoning, how much",
    request: { think: "high", temperature: 0.5 },
    sent: { thinking: { type: "adaptive" }, output_config: { effort: "high" }, temperature: undefined },
    want: [hi, stop],
  },
  { name: "no reasoning", request: { think: false }, sent: { thinking: undefined }, want: [hi, stop] },
  {
    name: "reasoning by budget where adaptive is refused",
    request: { think: "low" },
    server: {
      refuses: (b) =>
        (b.thinking as { type?: string })?.type === "adaptive" ? "adaptive thinking is not supported" : null,
    },
    sent: { thinking: { type: "enabled", budget_tokens: 2048 }, output_config: undefined },
    want: [hi, stop],
  },
  {
    name: "no reasoning where none is taken",
    request: { think: true },
    server: { refuses: (b) => "thinking" in b ? "thinking is not supported" : null },
    sent: { thinking: undefined },
    want: [hi, stop],
  },
  {
    name: "no temperature where it is refused",
    request: { temperature: 0.7 },
    server: { refuses: (b) => "temperature" in b ? "`temperature` is deprecated for this model." : null },
    sent: { temperature: undefined },
    want: [hi, stop],
  },
  {
    name: "an image of a kind that the wire does not take",
    request: { messages: [{ role: "user", content: [{ ...IMAGE, mime: "image/bmp" }] }] },
    want: { thrown: "refused", matches: /^Cannot send to an Anthropic model: image image\/bmp$/ },
  },
  {
    name: "audio",
    request: { messages: [{ role: "user", content: [{ type: "audio", mime: "audio/wav", data: "" }] }] },
    want: { thrown: "refused", matches: /audio/ },
  },
  // The stream.
  {
    name: "usage is cumulative, the cache counted in",
    raw: [
      start({ input_tokens: 3, cache_creation_input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 1 }),
      HI,
      end("end_turn", { output_tokens: 15 }),
    ],
    want: [hi, { type: "usage", promptTokens: 15, outputTokens: 15 }, stop],
  },
  {
    name: "pings and unknown events, blocks and deltas are borne",
    raw: [
      start(),
      anthropicEvent({ type: "ping" }),
      anthropicEvent({ type: "comet_seen", where: 1 }),
      block(0, { type: "server_thing", text: "no" }, { type: "citations_delta", citation: {} }),
      block(1, { type: "text", text: "" }, { type: "new_delta" }, { type: "text_delta", text: "hi" }),
      end("end_turn"),
    ],
    want: [hi, stop],
  },
  {
    name: "reasoning with its signature",
    raw: [
      start(),
      block(0, { type: "thinking", thinking: "", signature: "" }, { type: "thinking_delta", thinking: "hm" }, {
        type: "signature_delta",
        signature: "s",
      }),
      block(1, { type: "redacted_thinking", data: "zzz" }),
      block(2, { type: "text", text: "" }, { type: "text_delta", text: "hi" }),
      end("end_turn"),
    ],
    want: [{ type: "thinking", text: "hm" }, hi, stop],
  },
  {
    name: "a call's arguments come in pieces",
    raw: [
      start(),
      block(0, CALL, { type: "input_json_delta", partial_json: "" }, {
        type: "input_json_delta",
        partial_json: '{"p":',
      }, { type: "input_json_delta", partial_json: '"ä"}' }),
      end("tool_use"),
    ],
    want: called('{"p":"ä"}'),
  },
  { name: "a call without pieces", raw: [start(), block(0, CALL), end("tool_use")], want: called("{}") },
  {
    name: "a call whose arguments came with its start",
    raw: [start(), block(0, { ...CALL, input: { p: 1 } }), end("tool_use")],
    want: called('{"p":1}'),
  },
  {
    name: "malformed arguments are passed on as written",
    raw: [start(), block(0, CALL, { type: "input_json_delta", partial_json: '{"p":' }), end("tool_use")],
    want: called('{"p":'),
  },
  {
    name: "pieces of arguments for a block that is no call",
    raw: [start(), HI, anthropicEvent({ type: "content_block_delta", index: 0, delta: { type: "input_json_delta" } })],
    want: [hi, {
      type: "error",
      fault: "garbage",
      message:
        'Cannot read an event from the model server: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta"}}',
    }],
  },
  ...([["max_tokens", "length"], ["model_context_window_exceeded", "length"], ["stop_sequence", "stop"], [
    "something_new",
    "stop",
  ]] as const).map(([given, reason]): Row => ({
    name: `stop reason ${given}`,
    raw: [start(), HI, end(given)],
    want: [hi, { type: "done", reason }],
  })),
  {
    name: "stop reason refusal",
    raw: [start(), HI, end("refusal")],
    want: [hi, { type: "error", fault: "refused", message: "The model refused to answer" }],
  },
  {
    name: "stop reason pause_turn",
    raw: [start(), HI, end("pause_turn")],
    want: [hi, { type: "error", fault: "server", message: "The model server paused the answer in the middle" }],
  },
  {
    name: "an overload in mid-stream",
    raw: [start(), HI, anthropicEvent({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } })],
    want: [hi, { type: "error", fault: "server", message: "Overloaded (overloaded_error)" }],
  },
  {
    name: "a refusal in the stream, before any word",
    raw: [start(), anthropicEvent({ type: "error", error: { type: "invalid_request_error", message: "bad" } })],
    want: { thrown: "refused", matches: /^bad \(invalid_request_error\)$/ },
  },
  {
    name: "message_stop missing",
    raw: [start(), HI, end("end_turn").split("event: message_stop")[0]],
    want: [hi, {
      type: "error",
      fault: "cut",
      message: "The answer of the model server ended early: no message_stop",
    }],
  },
  // HTTP errors.
  ...([
    [529, "server", "Overloaded", "7", /HTTP 529 Overloaded; try again in 7 s$/],
    [529, "server", "Overloaded", "soon", /HTTP 529 Overloaded$/],
    [429, "server", "rate limit", "30", /HTTP 429 rate limit; try again in 30 s$/],
    [413, "refused", "too large", "", /HTTP 413 too large$/],
    [500, "server", "internal", "", /HTTP 500 internal$/],
  ] as const).map(([status, thrown, message, wait, matches]): Row => ({
    name: `HTTP ${status}, retry-after ${wait || "absent"}`,
    server: {
      script: [{ fault: { kind: "status", status, message } }],
      ...(wait ? { errorHeaders: { "retry-after": wait } } : {}),
    },
    want: { thrown, matches },
  })),
  { name: "a wrong key", apiKey: "wrong", want: { thrown: "refused", matches: /wants a valid api_key \(HTTP 401/ } },
];

for (const { name, request, server, apiKey = "key", raw, sent, want } of ROWS) {
  Deno.test(`anthropic: ${name}`, async () => {
    await using fake = await fakeAnthropic({ script: [{ raw: raw ?? [start(), HI, end("end_turn")] }], ...server });
    const { seal, open } = redactionSeal();
    const chat = anthropicChat({ base: fake.base, privacyMode: "local-only" }, "m", { apiKey, open });
    const run = () => Array.fromAsync(chat(seal({ messages: [user("hi")], tools: [], ...request }), never));
    if ("thrown" in want) {
      await assert.rejects(run, (error) => {
        assert.ok(error instanceof ChatError);
        assert.equal(error.fault, want.thrown);
        assert.match(error.message, want.matches);
        assert.doesNotMatch(error.message, /\bkey-?1|wrong\b/);
        return true;
      });
    } else assert.deepEqual(await run(), want);
    const body = fake.heard.at(-1)?.body as Record<string, unknown> | undefined;
    for (const [key, value] of Object.entries(sent ?? {})) assert.deepEqual(body?.[key], value, key);
  });
}

Deno.test("anthropic: signed reasoning goes back with the call that it led to, and only while that turn lasts", async () => {
  const thinking = { type: "thinking", thinking: "hm", signature: "signed" };
  await using fake = await fakeAnthropic({
    script: [{ thinking: "hm", calls: [{ id: "c1", name: "read", arguments: {} }] }, { text: "done" }],
  });
  const { seal, open } = redactionSeal();
  const chat = anthropicChat({ base: fake.base, privacyMode: "local-only" }, "m", { apiKey: "key", open });
  const asked = { tools: [], think: true as const };
  await Array.fromAsync(chat(seal({ ...asked, messages: [user("go")] }), never));
  const call: Message = {
    role: "assistant",
    content: [],
    toolCalls: [{ id: "c1", name: "read", arguments: "{}" }],
  };
  await Array.fromAsync(chat(seal({ ...asked, messages: [user("go"), call, result("c1", "x")] }), never));
  const body = fake.heard[1].body as { messages: { content: unknown[] }[]; thinking: unknown };
  assert.deepEqual(body.messages[1].content, [thinking, { type: "tool_use", id: "c1", name: "read", input: {} }]);
  assert.deepEqual(body.thinking, { type: "adaptive" });

  const other = anthropicChat({ base: fake.base, privacyMode: "local-only" }, "m", { apiKey: "key", open });
  await Array.fromAsync(other(seal({ ...asked, messages: [user("go"), call, result("c1", "x")] }), never));
  assert.equal((fake.heard[2].body as { thinking?: unknown }).thinking, undefined, "lost by a restart: left off");
});

Deno.test("nothing unsealed, forged, copied or sealed by another reaches a cloud", async () => {
  await using fake = await fakeAnthropic({ script: [{ text: "no" }] });
  const mine = redactionSeal();
  const request: ChatRequest = { messages: [user("secret")], tools: [] };
  const chat = anthropicChat({ base: fake.base, privacyMode: "local-only" }, "m", { apiKey: "key", open: mine.open });
  const sealed = mine.seal(request);
  const attempts: [string, unknown][] = [
    ["the bare request", request],
    ["an object of its shape", Object.create(Redacted.prototype)],
    ["one that nobody sealed", new Redacted()],
    ["another seal's", redactionSeal().seal(request)],
    ["a copy", { ...sealed }],
    ["a structured clone", structuredClone(request)],
    ["a proxy", new Proxy(sealed, {})],
    ["null", null],
  ];
  for (const [name, value] of attempts) {
    await assert.rejects(async () => await Array.fromAsync(chat(value as Redacted, never)), {
      name: "ChatError",
      fault: "refused",
      message: "Cannot send a prompt to a cloud: it did not pass the sanitiser",
    }, name);
  }
  assert.equal(fake.heard.length, 0);
  request.messages.push(user("added after sealing"));
  await Array.fromAsync(chat(sealed, never));
  assert.deepEqual(fake.heard[0].messages.map((m) => m.text), ["secret"]);
});

Deno.test("the cloud's own address is refused in every privacy mode, sealed or not", async () => {
  const { seal, open } = redactionSeal();
  for (const privacyMode of ["local-only", "hybrid", "cloud-assisted"] as const) {
    const server = {
      base: "https://api.anthropic.com",
      privacyMode,
      resolve: () => Promise.resolve(["203.0.113.9"]),
    };
    const chat = anthropicChat(server, "m", { apiKey: "key", open });
    await assert.rejects(async () => await Array.fromAsync(chat(seal({ messages: [user("x")], tools: [] }), never)), {
      name: "ChatError",
      fault: "refused",
      message: /public address, so this is a cloud/,
    });
  }
});

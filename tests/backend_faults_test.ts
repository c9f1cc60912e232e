/** Every fault of a model server × each wire × text and tool call: what a `Chat` gives, whole. */
import assert from "node:assert/strict";
import { type Chat, ChatError, type ChatEvent, type ChatRequest, text } from "../node/chat.ts";
import { DEFAULT_LIMITS, type Limits } from "../node/backends/dial.ts";
import { anthropicChat } from "../node/backends/anthropic.ts";
import { redactionSeal } from "../node/cloud_chat.ts";
import { ollamaChat } from "../node/backends/ollama.ts";
import { openAiChat } from "../node/backends/openai_compatible.ts";
import { fakeAnthropic } from "./fakes/anthropic.ts";
import { fakeOllama } from "./fakes/ollama.ts";
import { fakeOpenAi } from "./fakes/openai.ts";
import type { Fault, Turn } from "./fakes/turn.ts";

type Wire = "ollama" | "openai" | "anthropic";
const WIRES: readonly Wire[] = ["ollama", "openai", "anthropic"];

const REQUEST: ChatRequest = {
  messages: [{ role: "user", content: text("hallo") }],
  tools: [{ name: "list_files", description: "Lists.", parameters: { type: "object", properties: {} } }],
};
const ANSWER: Turn = { text: "Größe 😀 fertig", usage: { prompt: 7, output: 5 }, pieceSize: 6 };
const CALL: Turn = {
  text: "Moment",
  calls: [{ id: "c1", name: "list_files", arguments: { path: "ä/😀" } }],
  usage: { prompt: 7, output: 5 },
  pieceSize: 6,
};
const USAGE: ChatEvent = { type: "usage", promptTokens: 7, outputTokens: 5 };
const CALLED: ChatEvent = {
  type: "tool_call",
  call: { id: "c1", name: "list_files", arguments: '{"path":"ä/😀"}' },
};
const ALL_TEXT: ChatEvent[] = [{ type: "text", text: ANSWER.text! }, USAGE, { type: "done", reason: "stop" }];
const ALL_CALL: ChatEvent[] = [{ type: "text", text: "Moment" }, CALLED, USAGE, { type: "done", reason: "tool_calls" }];

/** Frames before the first word: OpenAI's stream opens with the role, Anthropic's with the message and its first block. */
const LEAD = { ollama: 0, openai: 1, anthropic: 2 };
const SHORT = { firstMs: 200, betweenMs: 200 };

type Broken = { fault: string; message: string | Record<Wire, string> };
type Case = {
  name: string;
  fault: (lead: number) => Fault;
  limits?: Partial<Limits>;
  /** Whole answer, thrown before the first event, or begun and broken. */
  want: "whole" | { thrown: Broken } | { broken: Broken };
};

const CUT = {
  ollama: "The answer of the model server ended early: no final line with done",
  openai: "The answer of the model server ended early: no finish_reason and no [DONE]",
  anthropic: "The answer of the model server ended early: no message_stop",
};
const OFF = "The model server broke the connection off: BASE";

const CASES: Case[] = [
  { name: "a slow first token", fault: () => ({ kind: "slow_first", ms: 30 }), want: "whole" },
  { name: "slow tokens", fault: () => ({ kind: "slow_tokens", ms: 3 }), want: "whole" },
  ...[1, 2, 3, 5].map((size): Case => ({
    name: `characters split in writes of ${size} bytes`,
    fault: () => ({ kind: "split", size }),
    want: "whole",
  })),
  { name: "keep-alive closed", fault: () => ({ kind: "keepalive_closed" }), want: "whole" },
  {
    name: "a first token beyond the limit",
    fault: () => ({ kind: "slow_first", ms: 60_000 }),
    limits: SHORT,
    want: { thrown: { fault: "stalled", message: "The model server sent nothing for 200 ms: BASE" } },
  },
  {
    name: "a stall before the first token",
    fault: () => ({ kind: "stall", after: 0 }),
    limits: SHORT,
    want: { thrown: { fault: "stalled", message: "The model server fell silent for 200 ms: BASE" } },
  },
  {
    name: "a stall after the first token",
    fault: (lead) => ({ kind: "stall", after: lead + 1 }),
    limits: SHORT,
    want: { broken: { fault: "stalled", message: "The model server fell silent for 200 ms: BASE" } },
  },
  {
    name: "tokens slower than the limit",
    fault: () => ({ kind: "slow_tokens", ms: 60_000 }),
    limits: SHORT,
    want: { thrown: { fault: "stalled", message: "The model server fell silent for 200 ms: BASE" } },
  },
  {
    name: "a clean end without the end mark",
    fault: (lead) => ({ kind: "cut_frames", after: lead + 1, clean: true }),
    want: { broken: { fault: "cut", message: CUT } },
  },
  {
    name: "a connection closed in mid-answer",
    fault: (lead) => ({ kind: "cut_frames", after: lead + 1, clean: false }),
    want: { broken: { fault: "cut", message: OFF } },
  },
  {
    name: "a cut within the first frame",
    fault: () => ({ kind: "cut", at: 9, clean: true }),
    want: { thrown: { fault: "cut", message: CUT } },
  },
  { name: "an empty body", fault: () => ({ kind: "empty" }), want: { thrown: { fault: "cut", message: CUT } } },
  {
    name: "HTTP 500 instead of an answer",
    fault: () => ({ kind: "status", status: 500, message: "out of memory" }),
    want: { thrown: { fault: "server", message: "Cannot use the model fake at BASE: HTTP 500 out of memory" } },
  },
  {
    name: "HTTP 400 instead of an answer",
    fault: () => ({ kind: "status", status: 400, message: "bad tools" }),
    want: { thrown: { fault: "refused", message: "Cannot use the model fake at BASE: HTTP 400 bad tools" } },
  },
  {
    name: "a redirect instead of an answer",
    fault: () => ({ kind: "status", status: 307, message: "elsewhere" }),
    want: { thrown: { fault: "garbage", message: "Cannot use the model fake at BASE: HTTP 307 elsewhere" } },
  },
  {
    name: "an error before the first token",
    fault: () => ({ kind: "error_frame", after: 0, message: "llama runner died" }),
    want: { thrown: { fault: "server", message: "llama runner died" } },
  },
  {
    name: "an error in mid-answer",
    fault: (lead) => ({ kind: "error_frame", after: lead + 1, message: "llama runner died" }),
    want: { broken: { fault: "server", message: "llama runner died" } },
  },
  {
    name: "garbage first",
    fault: () => ({ kind: "garbage", after: 0 }),
    want: {
      thrown: {
        fault: "garbage",
        message: {
          ollama:
            'Cannot read a line from the model server: <%"model":"fake:latest","created_at":"2026-11-20T12:00:00.000000Z","message":{"r',
          openai:
            'Cannot read an event from the model server: <%"id":"chatcmpl-fake","object":"chat.completion.chunk","created":1,"model":"fak',
          anthropic:
            'Cannot read an event from the model server: <%"type":"message_start","message":{"id":"msg_fake","type":"message","role":"ass',
        },
      },
    },
  },
  {
    name: "garbage in mid-answer",
    fault: (lead) => ({ kind: "garbage", after: lead + 1 }),
    want: {
      broken: {
        fault: "garbage",
        message: {
          ollama:
            'Cannot read a line from the model server: <%"model":"fake:latest","created_at":"2026-11-20T12:00:00.000000Z","message":{"r',
          openai:
            'Cannot read an event from the model server: <%"id":"chatcmpl-fake","object":"chat.completion.chunk","created":1,"model":"fak',
          anthropic:
            'Cannot read an event from the model server: <%"type":"message_start","message":{"id":"msg_fake","type":"message","role":"ass',
        },
      },
    },
  },
  {
    name: "a line without bound",
    fault: () => ({ kind: "huge_frame", characters: 9 << 20 }),
    want: { thrown: { fault: "garbage", message: "Cannot read a line of a stream: longer than 8388608 characters" } },
  },
  {
    name: "the wrong content type",
    fault: () => ({ kind: "content_type", value: "text/html" }),
    want: { thrown: { fault: "garbage", message: "Cannot read the answer of BASE: its type is text/html" } },
  },
];

async function start(wire: Wire, turn: Turn | (() => Turn), limits?: Partial<Limits>) {
  const script = typeof turn === "function" ? turn : [turn];
  const fake = await { ollama: fakeOllama, openai: fakeOpenAi, anthropic: fakeAnthropic }[wire]({ script });
  const server = { base: fake.base, privacyMode: "local-only" as const, limits: { ...DEFAULT_LIMITS, ...limits } };
  if (wire !== "anthropic") return { fake, chat: (wire === "ollama" ? ollamaChat : openAiChat)(server, "fake") };
  const { seal, open } = redactionSeal();
  const cloud = anthropicChat(server, "fake", { apiKey: "key", open });
  const chat: Chat = (request, signal) => cloud(seal(request), signal);
  return { fake, chat };
}

type Outcome = { events: ChatEvent[]; thrown?: { fault: string; message: string } };

/** Everything that `chat` gives, neighbouring text joined, the server's address as BASE. */
async function outcome(chat: Chat, base: string, signal: AbortSignal): Promise<Outcome> {
  const events: ChatEvent[] = [];
  try {
    for await (const event of chat(REQUEST, signal)) {
      const last = events.at(-1);
      if (event.type === "text" && last?.type === "text") last.text += event.text;
      else events.push({ ...event });
    }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { events, thrown: { fault: error.fault, message: error.message.replaceAll(base, "BASE") } };
  }
  for (const e of events) if (e.type === "error") e.message = e.message.replaceAll(base, "BASE");
  return { events };
}

function expected(wanted: Case["want"], { wire, call }: { wire: Wire; call: boolean }): Outcome {
  if (wanted === "whole") return { events: call ? ALL_CALL : ALL_TEXT };
  const { fault, message: either } = "thrown" in wanted ? wanted.thrown : wanted.broken;
  const message = typeof either === "string" ? either : either[wire];
  if ("thrown" in wanted) return { events: [], thrown: { fault, message } };
  const begun = call ? "Moment" : "Größe ";
  return { events: [{ type: "text", text: begun }, { type: "error", fault, message } as ChatEvent] };
}

for (const wire of WIRES) {
  for (const call of [false, true]) {
    for (const { name, fault, limits, want } of CASES) {
      Deno.test(`${wire}: ${name}, answering with ${call ? "a tool call" : "text"}`, async () => {
        const turn = { ...(call ? CALL : ANSWER), fault: fault(LEAD[wire]) };
        const { fake, chat } = await start(wire, turn, limits);
        try {
          const got = await outcome(chat, fake.base, new AbortController().signal);
          assert.deepEqual(got, expected(want, { wire, call }));
          const again = await outcome(chat, fake.base, new AbortController().signal);
          assert.deepEqual(again, got, "the same again");
        } finally {
          await fake.close();
        }
      });
    }

    Deno.test(`${wire}: a connection reset ends as cut, answering with ${call ? "a tool call" : "text"}`, async () => {
      for (const after of [0, LEAD[wire] + 1]) {
        const { fake, chat } = await start(wire, { ...(call ? CALL : ANSWER), fault: { kind: "reset", after } });
        const { events, thrown } = await outcome(chat, fake.base, new AbortController().signal);
        const last = events.at(-1);
        assert.equal(thrown?.fault ?? (last?.type === "error" ? last.fault : last?.type), "cut");
        await fake.close();
      }
    });

    Deno.test(`${wire}: an abort in mid-stream ends with its reason and closes the connection, ${call ? "a tool call" : "text"}`, async () => {
      const turn: Turn = { ...(call ? CALL : ANSWER), fault: { kind: "stall", after: LEAD[wire] + 1 } };
      const { fake, chat } = await start(wire, turn);
      const stop = new AbortController();
      const reason = new Error("enough");
      const seen: ChatEvent[] = [];
      const run = async () => {
        for await (const event of chat(REQUEST, stop.signal)) {
          seen.push(event);
          const closed = fake.nextClose();
          stop.abort(reason);
          await closed;
        }
      };
      await assert.rejects(run, (error) => error === reason);
      assert.deepEqual(seen, [{ type: "text", text: call ? "Moment" : "Größe " }]);
      await fake.close();
    });
  }

  Deno.test(`${wire}: half a tool call is an error, never a call`, async () => {
    const { fake, chat } = await start(wire, { ...CALL, fault: { kind: "half_call" } });
    assert.deepEqual(await outcome(chat, fake.base, new AbortController().signal), {
      events: [{ type: "text", text: "Moment" }, { type: "error", fault: "cut", message: CUT[wire] }],
    });
    await fake.close();
  });

  Deno.test(`${wire}: malformed arguments of a whole call are passed on as text`, async () => {
    const { fake, chat } = await start(wire, { calls: [{ id: "c1", name: "list_files", arguments: '{"path": ' }] });
    assert.deepEqual(await outcome(chat, fake.base, new AbortController().signal), {
      events: [
        { type: "tool_call", call: { id: "c1", name: "list_files", arguments: '{"path": ' } },
        { type: "done", reason: "tool_calls" },
      ],
    });
    await fake.close();
  });

  Deno.test(`${wire}: an answer that reached the token limit says length`, async () => {
    const { fake, chat } = await start(wire, { text: "so weit", finish: "length" });
    assert.deepEqual(await outcome(chat, fake.base, new AbortController().signal), {
      events: [{ type: "text", text: "so weit" }, { type: "done", reason: "length" }],
    });
    await fake.close();
  });

  Deno.test(`${wire}: an abort before the first token closes the connection`, async () => {
    const asked = Promise.withResolvers<void>();
    const { fake, chat } = await start(wire, () => {
      asked.resolve();
      return { ...ANSWER, fault: { kind: "slow_first", ms: 60_000 } };
    });
    const stop = new AbortController();
    const pending = outcome(chat, fake.base, stop.signal);
    await asked.promise;
    const closed = fake.nextClose();
    const reason = new Error("enough");
    stop.abort(reason);
    await assert.rejects(pending, (error) => error === reason);
    await closed;
    await fake.close();
  });

  Deno.test(`${wire}: a reader that stops early closes the connection`, async () => {
    const { fake, chat } = await start(wire, { ...ANSWER, fault: { kind: "stall", after: LEAD[wire] + 1 } });
    let closed: Promise<void> | undefined;
    for await (const event of chat(REQUEST, new AbortController().signal)) {
      assert.equal(event.type, "text");
      closed = fake.nextClose();
      break;
    }
    await closed;
    await fake.close();
  });

  Deno.test(`${wire}: nobody listening is unreachable`, async () => {
    const { fake, chat } = await start(wire, ANSWER);
    await fake.close();
    const { events, thrown } = await outcome(chat, fake.base, new AbortController().signal);
    assert.deepEqual({ events, fault: thrown?.fault }, { events: [], fault: "unreachable" });
    assert.match(thrown?.message ?? "", /^Cannot connect to the model server: BASE /);
  });
}

for (const wire of ["openai", "anthropic"] as const) {
  Deno.test(`${wire}: a call whose arguments reached the token limit is an error, never a call`, async () => {
    const { fake, chat } = await start(wire, {
      calls: [{ id: "c1", name: "write_file", arguments: '{"path": "a", "text": "begun' }],
      finish: "length",
    });
    assert.deepEqual(await outcome(chat, fake.base, new AbortController().signal), {
      events: [],
      thrown: { fault: "cut", message: "The answer of the model server ended early: a tool call is not whole" },
    });
    await fake.close();
  });
}

/** What Ollama's versions do differently, and what a person does with its models, as rows on the real wire. */
import assert from "node:assert/strict";
import { ollamaChat, ollamaModels, ollamaPs } from "../node/backends/ollama.ts";
import { ollamaDelete, ollamaPull, ollamaShow, type PullProgress } from "../node/backends/ollama_admin.ts";
import { ChatError, type ChatEvent, type ChatRequest, text } from "../node/chat.ts";
import { promptTokens } from "../node/wire/truncation.ts";
import { realCounts } from "./bench/tokenizers.ts";
import { type FakeModel, fakeOllama } from "./fakes/ollama.ts";
import type { Fault } from "./fakes/turn.ts";

const never = new AbortController().signal;
const LOCAL = { privacyMode: "local-only" } as const;
const IMAGE = { type: "image", mime: "image/png", data: "AAAA" } as const;
const stop: ChatEvent = { type: "done", reason: "stop" };
const hi: ChatEvent = { type: "text", text: "hi" };

type Row = {
  name: string;
  request?: Partial<ChatRequest>;
  capabilities?: string[];
  usage?: { prompt: number; output: number; cached?: number };
  version?: string;
  sent?: Record<string, unknown>;
  /** Paths asked after /api/chat. */
  asked?: string[];
  want: ChatEvent[] | { thrown: string; matches: RegExp };
};

const LONG = { messages: [{ role: "user" as const, content: text("word ".repeat(3000)) }], contextLength: 4096 };
const usage = (promptTokens: number): ChatEvent => ({ type: "usage", promptTokens, outputTokens: 1 });
const notice = (event: string): ChatEvent => ({ type: "notice", text: event });
const CURE = "To mend it, raise model.context_length, start a new session, or choose a model with a larger context.";

const ROWS: Row[] = [
  {
    name: "format, think and keep_alive pass",
    request: { format: { type: "object" }, think: true, keepAlive: 60 },
    capabilities: ["completion", "thinking"],
    sent: { format: { type: "object" }, think: true, keep_alive: 60, truncate: false, shift: false },
    want: [hi, stop],
  },
  {
    name: "reasoning is not asked of a model without it, and that is said",
    request: { think: "high" },
    capabilities: ["completion"],
    sent: { think: undefined },
    want: [notice("The model fake:latest cannot reason before it answers; it was not asked to."), hi, stop],
  },
  {
    name: "no reasoning from a model without it needs no word",
    request: { think: false },
    capabilities: ["completion"],
    sent: { think: undefined },
    want: [hi, stop],
  },
  {
    name: "reasoning is asked of a server too old to tell",
    request: { think: false },
    sent: { think: false },
    want: [hi, stop],
  },
  {
    name: "an image to a model that reads none",
    request: { messages: [{ role: "user", content: [IMAGE] }] },
    capabilities: ["completion"],
    want: { thrown: "refused", matches: /Cannot show an image to the model fake:latest/ },
  },
  {
    name: "an image to a model that reads them",
    request: { messages: [{ role: "user", content: [IMAGE] }] },
    capabilities: ["completion", "vision"],
    sent: { messages: [{ role: "user", content: "", images: ["AAAA"] }] },
    want: [hi, stop],
  },
  {
    name: "a whole prompt",
    request: LONG,
    usage: { prompt: 3010, output: 1 },
    asked: [],
    want: [hi, usage(3010), stop],
  },
  {
    name: "a cached prompt, count left out (0.1)",
    request: LONG,
    version: "0.1.30",
    asked: [],
    want: [hi, stop],
  },
  {
    name: "a cached prompt, only the rest counted (0.30)",
    request: LONG,
    usage: { prompt: 12, output: 1 },
    version: "0.30.1",
    asked: ["/api/version"],
    want: [hi, usage(12), stop],
  },
  {
    name: "a cached prompt, told beside it (0.33)",
    request: LONG,
    usage: { prompt: 3010, output: 1, cached: 3000 },
    asked: [],
    want: [hi, usage(3010), stop],
  },
  {
    name: "messages left out (0.5)",
    request: LONG,
    usage: { prompt: 700, output: 1 },
    version: "0.5.7",
    asked: ["/api/version"],
    want: [
      hi,
      usage(700),
      notice(`The server read only 700 of about 3750 tokens; the beginning was left out. ${CURE}`),
      stop,
    ],
  },
  {
    name: "messages left out, cached count given",
    request: LONG,
    usage: { prompt: 700, output: 1, cached: 0 },
    asked: [],
    want: [
      hi,
      usage(700),
      notice(`The server read only 700 of about 3750 tokens; the beginning was left out. ${CURE}`),
      stop,
    ],
  },
  {
    name: "cut to the context (0.5)",
    request: { ...LONG, contextLength: 2048 },
    usage: { prompt: 2048, output: 1 },
    asked: [],
    want: [
      hi,
      usage(2048),
      notice(`The server read only 2048 of about 3750 tokens; its context holds 2048. ${CURE}`),
      stop,
    ],
  },
  {
    name: "cut to half of the context (0.32)",
    request: LONG,
    usage: { prompt: 2050, output: 1 },
    version: "0.32.9",
    asked: [],
    want: [
      hi,
      usage(2050),
      notice(`The server read only 2050 of about 3750 tokens; the beginning was left out. ${CURE}`),
      stop,
    ],
  },
  {
    name: "more than the model was trained for",
    request: { ...LONG, contextLength: 100_000 },
    usage: { prompt: 1000, output: 1 },
    asked: [],
    want: [
      hi,
      usage(1000),
      notice(`The server read only 1000 of about 3750 tokens; its context holds 2500. ${CURE}`),
      stop,
    ],
  },
  {
    name: "a version that tells nothing gives no alarm",
    request: LONG,
    usage: { prompt: 700, output: 1 },
    version: "dev",
    asked: ["/api/version"],
    want: [hi, usage(700), stop],
  },
];

for (const { name, request, capabilities, usage, version, sent, asked, want } of ROWS) {
  Deno.test(`ollama quirk: ${name}`, async () => {
    const model: FakeModel = {
      name: "fake:latest",
      context: name.startsWith("more than") ? 2500 : 32768,
      capabilities,
    };
    await using fake = await fakeOllama({ script: [{ text: "hi", usage }], models: [model], version });
    const chat = ollamaChat({ base: fake.base, ...LOCAL }, "fake:latest");
    const run = () =>
      Array.fromAsync(
        chat({ messages: [{ role: "user", content: text("hi") }], tools: [], ...request }, never),
      );
    if ("thrown" in want) {
      await assert.rejects(run, (error) => {
        assert.ok(error instanceof ChatError);
        assert.equal(error.fault, want.thrown);
        assert.match(error.message, want.matches);
        return true;
      });
      assert.deepEqual(fake.heard, [], "nothing was sent");
      return;
    }
    const joined: ChatEvent[] = [];
    for (const event of await run()) {
      const last = joined.at(-1);
      if (event.type === "text" && last?.type === "text") last.text += event.text;
      else joined.push(event);
    }
    assert.deepEqual(joined, want);
    const body = fake.heard[0].body as Record<string, unknown>;
    for (const [key, value] of Object.entries(sent ?? {})) assert.deepEqual(body[key], value, key);
    if (asked) assert.deepEqual(fake.paths.slice(2), asked);
  });
}

Deno.test("ollama quirk: a version that never comes does not hold the answer up", async () => {
  await using fake = await fakeOllama({
    script: [{ text: "hi", usage: { prompt: 700, output: 1 } }],
    faults: { "/api/version": { kind: "stall", after: 0 } },
  });
  const chat = ollamaChat({ base: fake.base, ...LOCAL, limits: { firstMs: 200, betweenMs: 200 } }, "fake:latest");
  const events = await Array.fromAsync(chat({ ...LONG, tools: [] }, never));
  assert.deepEqual(events.at(-1), stop);
  assert.ok(!events.some((event) => event.type === "notice"));
});

for (const { name } of Deno.readDirSync(new URL("./fixtures/tokens/", import.meta.url))) {
  Deno.test(`the lower bound of ${name} is below every real tokenizer, so a whole prompt is never taken for a cut one`, async () => {
    const sample = await Deno.readTextFile(new URL(`./fixtures/tokens/${name}`, import.meta.url));
    const { least } = promptTokens({ messages: [{ role: "user", content: text(sample) }], tools: [] });
    const real = Math.min(...Object.values(realCounts(sample)));
    assert.ok(least <= real, `${least} for ${real}`);
    assert.ok(least >= real * 0.2, `${least} for ${real}: no bound at all`);
  });
}

type PullRow = { name: string; pull: Record<string, unknown>[]; fault?: Fault; want: PullProgress[]; thrown?: RegExp };
const SUCCESS = { status: "success" };
const PULLS: PullRow[] = [
  {
    name: "a download is told of until success",
    pull: [
      { status: "pulling manifest" },
      { status: "pulling 3f", digest: "sha256:3f", total: 10, completed: 4 },
      SUCCESS,
    ],
    want: [{ status: "pulling manifest" }, { status: "pulling 3f", completed: 4, total: 10 }, SUCCESS],
  },
  {
    name: "what comes after success is not waited for",
    pull: [SUCCESS],
    fault: { kind: "stall", after: 1 },
    want: [SUCCESS],
  },
  {
    name: "an error in mid-download",
    pull: [{ status: "pulling manifest" }, { error: "disk full\u001b[2J" }],
    want: [{ status: "pulling manifest" }],
    thrown: /^Cannot fetch the model m: disk full \[2J$/,
  },
  {
    name: "an end without success",
    pull: [{ status: "pulling manifest" }],
    want: [{ status: "pulling manifest" }],
    thrown: /the server stopped before the end/,
  },
  {
    name: "a broken connection",
    pull: [{ status: "pulling manifest" }, SUCCESS],
    fault: { kind: "cut_frames", after: 1, clean: false },
    want: [{ status: "pulling manifest" }],
    thrown: /broke the connection off/,
  },
  { name: "silence", pull: [SUCCESS], fault: { kind: "stall", after: 0 }, want: [], thrown: /fell silent/ },
  {
    name: "garbage",
    pull: [{ status: "pulling manifest" }],
    fault: { kind: "garbage", after: 1 },
    want: [{ status: "pulling manifest" }],
    thrown: /Cannot read the progress of m/,
  },
  {
    name: "a line without bound",
    pull: [SUCCESS],
    fault: { kind: "huge_frame", characters: 70_000 },
    want: [],
    thrown: /longer than 65536/,
  },
  {
    name: "a refusal",
    pull: [],
    fault: { kind: "status", status: 500, message: "no" },
    want: [],
    thrown: /HTTP 500 no/,
  },
];

for (const { name, pull, fault, want, thrown } of PULLS) {
  Deno.test(`ollama pull: ${name}`, async () => {
    await using fake = await fakeOllama({ script: [], pull, ...(fault ? { faults: { "/api/pull": fault } } : {}) });
    const server = { base: fake.base, ...LOCAL, limits: { firstMs: 200, betweenMs: 200 } };
    const seen: PullProgress[] = [];
    const run = async () => {
      for await (const step of ollamaPull(server, "m", never)) seen.push(step);
    };
    if (thrown) await assert.rejects(run, { name: "ChatError", message: thrown });
    else await run();
    assert.deepEqual(seen, want);
  });
}

Deno.test("ollama: a pull that is aborted closes the connection", async () => {
  await using fake = await fakeOllama({
    script: [],
    pull: [{ status: "pulling" }, SUCCESS],
    faults: { "/api/pull": { kind: "stall", after: 1 } },
  });
  const stop = new AbortController();
  const reason = new Error("enough");
  await assert.rejects(async () => {
    for await (const _ of ollamaPull({ base: fake.base, ...LOCAL }, "m", stop.signal)) {
      const closed = fake.nextClose();
      stop.abort(reason);
      await closed;
    }
  }, (error) => error === reason);
});

Deno.test("ollama: show, delete, ps and what the list says of a loaded model", async () => {
  await using fake = await fakeOllama({
    script: [],
    models: [{ name: "a:1b", capabilities: ["completion", "vision", "thinking"], context: 2048 }, { name: "b:1b" }],
    running: ["a:1b"],
  });
  const server = { base: fake.base, ...LOCAL };
  const listed = await ollamaModels(server, never);
  assert.deepEqual(
    listed.map(({ name, loaded, images, thinking, tools }) => ({ name, loaded, images, thinking, tools })),
    [
      { name: "a:1b", loaded: true, images: true, thinking: true, tools: false },
      { name: "b:1b", loaded: false, images: undefined, thinking: undefined, tools: undefined },
    ],
  );
  assert.deepEqual(await ollamaPs(server, never), [{
    name: "a:1b",
    bytes: 3e9,
    videoBytes: 0,
    contextLength: 4096,
    until: Date.parse("2026-11-20T12:05:00Z"),
  }]);
  assert.deepEqual(await ollamaShow(server, "a:1b", never), {
    facts: { contextLength: 2048, tools: false, images: true, thinking: true, embeddingsOnly: false },
    template: "{{ .Prompt }}",
  });
  await ollamaDelete(server, "b:1b", never);
  await assert.rejects(ollamaDelete(server, "b:1b", never), {
    name: "ChatError",
    message: `Cannot use the model b:1b at ${fake.base}: the server does not have it; it has a:1b`,
  });
});

Deno.test("ollama: a server that cannot tell what is in memory still lists", async () => {
  await using fake = await fakeOllama({
    script: [],
    faults: { "/api/ps": { kind: "status", status: 404, message: "404 page not found" } },
  });
  assert.equal((await ollamaModels({ base: fake.base, ...LOCAL }, never))[0].loaded, undefined);
});

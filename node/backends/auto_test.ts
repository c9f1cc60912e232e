import assert from "node:assert/strict";
import { text } from "../chat.ts";
import { NodeConfig } from "../config.ts";
import { fakeOllama } from "../../tests/fakes/ollama.ts";
import { fakeOpenAi } from "../../tests/fakes/openai.ts";
import { candidates, type EmbeddedModels, findModel, type FindOptions } from "./auto.ts";

const never = new AbortController().signal;
const LOCAL = { privacyMode: "local-only" } as const;
const config = (value: unknown = {}) => NodeConfig.parse(value);

/** A port where nobody listens. */
function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

/** `find` without what cannot be compared. */
async function found(value: unknown, options: FindOptions) {
  const { seen: _, ...result } = await findModel(config(value), options, never);
  if (result.kind === "none") return result;
  const { chat: _chat, model, ...rest } = result;
  return { ...rest, model: model.name };
}

Deno.test("the default configuration looks at the usual loopback ports; a configured server is used alone", () => {
  const bases = (value: unknown) => {
    const { list, configured } = candidates(config(value), LOCAL);
    return { configured, bases: list.map((c) => `${c.label} ${c.kind} ${c.server.base}`) };
  };
  assert.deepEqual(bases({}), {
    configured: false,
    bases: [
      "Ollama ollama http://127.0.0.1:11434",
      "llama.cpp openai http://127.0.0.1:8080",
      "vLLM openai http://127.0.0.1:8000",
      "LM Studio openai http://127.0.0.1:1234",
      "SGLang openai http://127.0.0.1:30000",
      "KoboldCpp openai http://127.0.0.1:5001",
      "Jan openai http://127.0.0.1:1337",
    ],
  });
  const cases: [unknown, string][] = [
    [{ ollama: { host: "http://nas:11434" } }, "Ollama ollama http://nas:11434"],
    [{ ollama: { host: "nas" } }, "Ollama ollama nas:11434"],
    [{ ollama: { host: "nas:9" } }, "Ollama ollama nas:9"],
    [{ inference: { ollama: { host: "http://b:1" } }, ollama: { host: "http://a:1" } }, "Ollama ollama http://b:1"],
    [{ inference: { backend: "vllm" } }, "vllm openai http://localhost:8000"],
    [
      { inference: { backend: "llamacpp", llamacpp: { base_url: "http://gpu:9/v1" } } },
      "llamacpp openai http://gpu:9/v1",
    ],
  ];
  for (const [value, base] of cases) assert.deepEqual(bases(value), { configured: true, bases: [base] });
});

/** Embedded models by name and size; each answers with its own name. */
function files(sizes: Record<string, number>, missing: string | null = null): EmbeddedModels {
  return {
    directory: "/models",
    missing,
    models: Object.entries(sizes).map(([name, bytes]) => ({
      name,
      kind: "embedded",
      base: `/models/${name}.gguf`,
      bytes,
      tools: true,
      embeddingsOnly: false,
    })),
    chat: ({ name }) =>
      async function* () {
        yield await Promise.resolve({ type: "text", text: name });
        yield { type: "done", reason: "stop" };
      },
  };
}

Deno.test("models in files answer where no server fits, by name, or where they are chosen", async () => {
  const ollama = await fakeOllama({
    script: [{ text: "hello" }],
    models: [{ name: "big", size: 50e9, capabilities: ["completion", "tools"] }],
  });
  const there = [{ label: "Ollama", kind: "ollama", port: ollama.port }] as const;
  const nowhere = [{ label: "Ollama", kind: "ollama", port: closedPort() }] as const;
  const embedded = files({ small: 2e9, medium: 6e9 });
  const named = (name: string) => ({ model: { name } });
  const rows: [unknown, Partial<FindOptions>, string][] = [
    [
      {},
      { usual: nowhere, embedded },
      "medium: This machine at /models has 2 models; medium was chosen: largest that supports tools",
    ],
    [
      {},
      { usual: nowhere, embedded, memoryBytes: 4e9 },
      "small: This machine at /models has 2 models; small was chosen: largest that supports tools",
    ],
    [
      {},
      { usual: there, embedded },
      `big: Ollama at 127.0.0.1:${ollama.port} has 1 model; big was chosen: the only one that answers, supports tools`,
    ],
    [
      {},
      { usual: there, embedded, memoryBytes: 10e9 },
      "medium: This machine at /models has 2 models; medium was chosen: largest that supports tools",
    ],
    [
      named("small"),
      { usual: there, embedded },
      "small: This machine at /models has 2 models; small was chosen: it is configured",
    ],
    [
      { inference: { backend: "embedded" } },
      { usual: there, embedded },
      "medium: This machine at /models has 2 models; medium was chosen: largest that supports tools",
    ],
    [
      { inference: { backend: "embedded" } },
      { usual: there, embedded: files({}) },
      "none: There is no embedded model. To fetch a model, run: harombe models pull NAME (harombe models show lists " +
      "them; harombe init chooses one that fits). To use a server of yours: harombe connect ADDRESS",
    ],
    [
      {},
      { usual: nowhere, embedded: files({ small: 1 }, "unavailable: install it") },
      "none: There are models in /models, but they cannot be used. unavailable: install it",
    ],
    [
      { inference: { backend: "vllm" }, ...named("small") },
      { embedded },
      "none: The configured model server does not answer. ",
    ],
    [
      { ollama: { host: `http://127.0.0.1:${closedPort()}` } },
      { embedded },
      "none: The configured model server does not answer. ",
    ],
  ];
  for (const [value, options, expected] of rows) {
    const result = await findModel(config(value), { ...LOCAL, ...options }, never);
    const told = result.kind === "none" ? `none: ${result.text}` : `${result.model.name}: ${result.reason}`;
    assert.equal(expected.endsWith(". ") ? told.slice(0, expected.length) : told, expected);
    if (result.kind === "found" && result.model.kind === "embedded") {
      const [first] = await Array.fromAsync(result.chat({ messages: [], tools: [] }, never));
      assert.deepEqual(first, { type: "text", text: result.model.name });
    }
  }
  await ollama.close();
});

Deno.test("auto resolves to a concrete model that answers, and says why", async () => {
  const ollama = await fakeOllama({
    script: [{ text: "hello" }],
    models: [
      { name: "nomic-embed", size: 9e9, capabilities: ["embedding"] },
      { name: "qwen3:8b", size: 5.2e9, parameters: "8.2B", capabilities: ["completion", "tools"] },
      { name: "gemma:2b", size: 1.6e9, capabilities: ["completion"] },
    ],
  });
  const usual = [
    { label: "llama.cpp", kind: "openai", port: closedPort() },
    { label: "Ollama", kind: "ollama", port: ollama.port },
  ] as const;
  assert.deepEqual(await found({}, { ...LOCAL, usual }), {
    kind: "found",
    model: "qwen3:8b",
    reason: `Ollama at 127.0.0.1:${ollama.port} has 3 models; qwen3:8b was chosen: largest that supports tools`,
  });
  const result = await findModel(config(), { ...LOCAL, usual }, never);
  assert(result.kind === "found");
  const events = [];
  for await (const e of result.chat({ messages: [{ role: "user", content: text("hi") }], tools: [] }, never)) {
    events.push(e);
  }
  assert.deepEqual(events.at(-1), { type: "done", reason: "stop" });
  assert.deepEqual(ollama.heard.map((h) => h.model), ["qwen3:8b"]);
  await ollama.close();
});

Deno.test("a mute port, a port of another kind and a refused one do not hinder a server that answers", async () => {
  const mute = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const website = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("<html>"));
  const openai = await fakeOpenAi({ script: [{ text: "x" }], models: [{ id: "only", max_model_len: 4096 }] });
  const usual = [
    { label: "Ollama", kind: "ollama", port: mute.addr.port },
    { label: "llama.cpp", kind: "openai", port: website.addr.port },
    { label: "vLLM", kind: "openai", port: openai.port },
    { label: "SGLang", kind: "openai", port: closedPort() },
  ] as const;
  const { seen, ...result } = await findModel(config(), { ...LOCAL, usual }, never);
  assert(result.kind === "found");
  assert.deepEqual({ model: result.model, reason: result.reason }, {
    model: { name: "only", kind: "openai", base: openai.base, contextLength: 4096, embeddingsOnly: false },
    reason:
      `vLLM at 127.0.0.1:${openai.port} has 1 model; only was chosen: the only one that answers, tool support unknown`,
  });
  assert.deepEqual(seen.map((s) => "error" in s ? s.error.split(":")[0] : s.models.length), [
    "no answer within 1500 ms",
    "Cannot read the model list of http",
    1,
    "Cannot connect to the model server",
  ]);
  mute.close();
  await website.shutdown();
  await openai.close();
});

Deno.test("no server, no usable model, a name that is nowhere: none, with what to do", async () => {
  const nobody = [{ label: "Ollama", kind: "ollama", port: closedPort() }] as const;
  const pull = "To get a small model that supports tools, run: harombe models pull qwen3:4b (by Ollama; size and " +
    "licence: see its page on ollama.com). To use another server: harombe connect ADDRESS";
  assert.deepEqual(await found({}, { ...LOCAL, usual: nobody }), {
    kind: "none",
    text:
      "No model server answers at the usual ports of this machine. To fetch a model, run: harombe models pull NAME " +
      "(harombe models show lists them; harombe init chooses one that fits). To use a server of yours: harombe connect " +
      "ADDRESS",
  });
  const cloud = { name: "big:cloud", remoteHost: "https://ollama.com:443", capabilities: ["completion", "tools"] };
  const ollama = await fakeOllama({ script: [{}], models: [cloud, { name: "e", capabilities: ["embedding"] }] });
  const usual = [{ label: "Ollama", kind: "ollama", port: ollama.port }] as const;
  const at = `Ollama at ${ollama.base}`;
  assert.deepEqual(await found({}, { ...LOCAL, usual }), {
    kind: "none",
    text: `${at} answers, but its models give only embeddings. ${pull}`,
  });
  assert.deepEqual(await found({ model: { name: "big:cloud" } }, { privacyMode: "hybrid", usual }), {
    kind: "none",
    text:
      "The model big:cloud runs at https://ollama.com:443, so it is a cloud; unavailable: prompts for a cloud must " +
      "pass a sanitiser, and this version has none",
  });
  assert.deepEqual(await found({ model: { name: "e" } }, { ...LOCAL, usual }), {
    kind: "none",
    text: "The model e gives only embeddings; choose another with /models",
  });
  assert.deepEqual(await found({ model: { name: "nope" } }, { ...LOCAL, usual }), {
    kind: "none",
    text: "The model nope is on no server found; there is big:cloud, e",
  });
  await ollama.close();
});

Deno.test("a configured server that is down or public is reported, and no other takes its place", async () => {
  const port = closedPort();
  const down = await found({ ollama: { host: `http://127.0.0.1:${port}` } }, LOCAL);
  assert.equal(down.kind, "none");
  assert.match(down.kind === "none" ? down.text : "", /^The configured model server does not answer\. Cannot connect/);
  const api = await found(
    { inference: { backend: "vllm", vllm: { base_url: "https://192.0.2.1/v1", api_key: "k" } } },
    LOCAL,
  );
  assert.deepEqual(api, {
    kind: "none",
    text:
      "The configured model server cannot be used. Cannot use a model server: https://192.0.2.1/v1 (192.0.2.1 is a " +
      "public address, so this is a cloud; privacy.mode is local-only. To allow clouds, set privacy.mode)",
  });
});

Deno.test("an abort ends the search with its reason", async () => {
  const mute = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  const usual = [{ label: "Ollama", kind: "ollama", port: mute.addr.port }] as const;
  const search = findModel(config(), { ...LOCAL, usual }, stop.signal);
  const reason = new Error("enough");
  stop.abort(reason);
  await assert.rejects(search, (error) => error === reason);
  mute.close();
});

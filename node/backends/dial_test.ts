import assert from "node:assert/strict";
import { ChatError, type ChatRequest, text } from "../chat.ts";
import { fakeOllama } from "../../tests/fakes/ollama.ts";
import { fakeOpenAi } from "../../tests/fakes/openai.ts";
import { dial, readText, type Server } from "./dial.ts";
import { ollamaChat } from "./ollama.ts";
import { openAiChat } from "./openai_compatible.ts";

const never = new AbortController().signal;
const REQUEST: ChatRequest = { messages: [{ role: "user", content: text("secret plan") }], tools: [] };

async function failure(work: Promise<unknown>): Promise<{ fault: string; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ChatError) return { fault: error.fault, message: error.message };
    throw error;
  }
  throw new assert.AssertionError({ message: "it was expected to fail" });
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}

Deno.test("a name that resolves to a public address is refused before a byte is sent", async () => {
  for (const addresses of [["192.0.2.1"], ["127.0.0.1", "192.0.2.1"], ["64:ff9b::7f00:1"]]) {
    const server: Server = {
      base: "http://localhost.evil.com",
      privacyMode: "local-only",
      resolve: () => Promise.resolve(addresses),
    };
    const { fault, message } = await failure(drain(openAiChat(server, "m")(REQUEST, never)));
    assert.equal(fault, "refused");
    assert.match(message, /is a public address, so this is a cloud; privacy\.mode is local-only/);
  }
});

Deno.test("a name that does not resolve is unreachable, not believed", async () => {
  const server: Server = { base: "http://no-such-name.invalid", privacyMode: "local-only" };
  const { fault, message } = await failure(dial(server, { method: "GET", path: "/" }, never));
  assert.equal(fault, "unreachable");
  assert.match(message, /^Cannot resolve the name of a model server: no-such-name\.invalid \(/);
});

Deno.test("the judged address is dialled, whatever the name means a moment later", async () => {
  const fake = await fakeOpenAi({ script: [{ text: "hi" }] });
  const answers = [["127.0.0.1"], ["192.0.2.1"]];
  const resolve = () => Promise.resolve(answers.shift() ?? ["192.0.2.1"]);
  const server: Server = { base: `http://rebind.example:${fake.port}`, privacyMode: "local-only", resolve };
  const reply = await dial(server, { method: "GET", path: "/v1/models" }, never);
  assert.equal(reply.status, 200);
  await readText(reply);
  assert.equal((await failure(dial(server, { method: "GET", path: "/v1/models" }, never))).fault, "refused");
  assert.deepEqual(fake.paths, ["/v1/models"]);
  await fake.close();
});

Deno.test("proxy variables in the environment do not carry a prompt away", async () => {
  const fake = await fakeOllama({ script: [{ text: "hi" }] });
  const canary = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const proxy = `http://127.0.0.1:${canary.addr.port}`;
  const touched: string[] = [];
  const watching = (async () => {
    for await (const conn of canary) {
      const bytes = new Uint8Array(4096);
      const n = await conn.read(bytes);
      touched.push(new TextDecoder().decode(bytes.subarray(0, n ?? 0)));
      conn.close();
    }
  })();
  const source = `
    import { ollamaChat } from ${JSON.stringify(new URL("./ollama.ts", import.meta.url).href)};
    const server = { base: "${fake.base}", privacyMode: "local-only" };
    const request = { messages: [{ role: "user", content: [{ type: "text", text: "secret plan" }] }], tools: [] };
    for await (const event of ollamaChat(server, "fake")(request, new AbortController().signal)) {
      console.log(JSON.stringify(event));
    }`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, source);
  const env = {
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    ALL_PROXY: proxy,
    HTTPS_PROXY: proxy,
    NODE_USE_ENV_PROXY: "1",
    OLLAMA_HOST: proxy,
    OLLAMA_API_KEY: "sk-ambient",
    OPENAI_API_KEY: "sk-ambient",
  };
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = ["run", "-A", "--config", config, file];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env }).output();
  const out = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line || "null"));
  assert.deepEqual(out.at(-1), { type: "done", reason: "stop" }, new TextDecoder().decode(stderr));
  assert.deepEqual(touched, []);
  assert.equal(fake.heard[0].headers.authorization, undefined);
  canary.close();
  await watching;
  await fake.close();
  await Deno.remove(file);
});

Deno.test("the configured key reaches the server as a bearer token; without it the message says so", async () => {
  const fake = await fakeOpenAi({ script: [{ text: "hi" }], apiKey: "k1" });
  const server: Server = { base: fake.base, privacyMode: "local-only" };
  await drain(openAiChat({ ...server, apiKey: "k1" }, "fake")(REQUEST, never));
  assert.deepEqual(await failure(drain(openAiChat(server, "fake")(REQUEST, never))), {
    fault: "refused",
    message: `Cannot use the model fake at ${fake.base}: the server wants a valid api_key (HTTP 401 Unauthorized)`,
  });
  await fake.close();
});

Deno.test("a server that accepts and never answers is left after the limit", async () => {
  const mute = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const base = `http://127.0.0.1:${mute.addr.port}`;
  const server: Server = { base, privacyMode: "local-only", limits: { firstMs: 50 } };
  assert.deepEqual(await failure(dial(server, { method: "GET", path: "/" }, never)), {
    fault: "stalled",
    message: `The model server sent nothing for 50 ms: ${base}`,
  });
  mute.close();
});

Deno.test("a server that speaks something else than HTTP is an error", async () => {
  const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const speaking = (async () => {
    for await (const conn of other) {
      await conn.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9.2\r\n"));
      conn.close();
    }
  })();
  const server: Server = { base: `http://127.0.0.1:${other.addr.port}`, privacyMode: "local-only" };
  const { fault } = await failure(dial(server, { method: "GET", path: "/" }, never));
  assert.equal(fault, "cut");
  other.close();
  await speaking;
});

Deno.test("a model that does not exist is refused with the names of those that do", async () => {
  const ollama = await fakeOllama({ script: [{ text: "hi" }], models: [{ name: "a:1b" }, { name: "b:latest" }] });
  const server: Server = { base: ollama.base, privacyMode: "local-only" };
  assert.deepEqual(await failure(drain(ollamaChat(server, "c")(REQUEST, never))), {
    fault: "refused",
    message: `Cannot use the model c at ${ollama.base}: the server does not have it; it has a:1b, b:latest`,
  });
  await ollama.close();
  const openai = await fakeOpenAi({ script: [{ text: "hi" }], models: [{ id: "x" }, { id: "y" }] });
  assert.deepEqual(
    await failure(drain(openAiChat({ base: `${openai.base}/v1`, privacyMode: "local-only" }, "z")(REQUEST, never))),
    {
      fault: "refused",
      message: `Cannot use the model z at ${openai.base}/v1: the server does not have it; it has x, y`,
    },
  );
  await openai.close();
});

Deno.test("tools for a model without tool support are refused by name", async () => {
  const fake = await fakeOllama({ script: [{ text: "hi" }], models: [{ name: "old", capabilities: ["completion"] }] });
  const tools = [{ name: "t", description: "", parameters: {} }];
  const chat = ollamaChat({ base: fake.base, privacyMode: "local-only" }, "old");
  assert.deepEqual(await failure(drain(chat({ ...REQUEST, tools }, never))), {
    fault: "refused",
    message: `Cannot use the model old at ${fake.base} with tools: this model does not support tools; ` +
      "choose another with /models",
  });
  await fake.close();
});

Deno.test("a model that Ollama passes on to another host never gets the prompt", async () => {
  const cloud = { name: "big:cloud", remoteHost: "https://ollama.com:443", capabilities: ["completion", "tools"] };
  const fake = await fakeOllama({ script: [{ text: "hi" }], models: [cloud] });
  assert.deepEqual(
    await failure(drain(ollamaChat({ base: fake.base, privacyMode: "local-only" }, "big:cloud")(REQUEST, never))),
    {
      fault: "refused",
      message: "Cannot use the model big:cloud: it runs at https://ollama.com:443, so it is a cloud",
    },
  );
  assert.deepEqual(fake.paths, ["/api/show"]);
  await fake.close();
});

Deno.test("an OpenAI-compatible server that answers whole is read too", async () => {
  const turn = { text: "hi", thinking: "hm", calls: [{ id: "c", name: "t", arguments: { a: 1 } }] };
  const fake = await fakeOpenAi({ script: [turn], whole: true });
  const events = [];
  const chat = openAiChat({ base: fake.base, privacyMode: "local-only" }, "fake");
  for await (const event of chat(REQUEST, never)) events.push(event);
  assert.deepEqual(events, [
    { type: "thinking", text: "hm" },
    { type: "text", text: "hi" },
    { type: "tool_call", call: { id: "c", name: "t", arguments: '{"a":1}' } },
    { type: "done", reason: "tool_calls" },
  ]);
  await fake.close();
});

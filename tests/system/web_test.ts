import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeOllama } from "../fakes/ollama.ts";
import { serveHub } from "../fakes/hub.ts";
import { place } from "./harombe.ts";

const PAGES = {
  "/search": {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ results: [{ url: "https://a.example/", title: "found", content: "words" }] }),
  },
  "/page": { headers: { "content-type": "text/html" }, body: "<h1>Inside</h1>" },
};

async function configured(home: string, yaml: string): Promise<void> {
  await Deno.mkdir(join(home, ".harombe"), { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(join(home, ".harombe/harombe.yaml"), yaml, { mode: 0o600 });
}

Deno.test("web_search and fetch_url ask, pass by a rule, are audited, and the model hears that they are from outside", async () => {
  await using web = await serveHub({ pages: PAGES });
  await using ollama = await fakeOllama({
    script: ({ messages }) => {
      const results = messages.filter(({ role }) => role === "tool").length;
      if (results === 0) return { calls: [{ name: "web_search", arguments: { query: "cats" } }] };
      if (results === 1) return { calls: [{ name: "fetch_url", arguments: { url: `${web.base}/page` } }] };
      return { text: messages.at(-1)!.text };
    },
  });
  await using p = await place({ ollama: ollama.base });
  await configured(p.home, `tools:\n  web_search:\n    engine: searxng\n    url: ${web.base}\n`);
  const refused = await p.run(["ask", "look for cats"]);
  assert.equal(refused.code, 3, refused.err);
  assert.match(refused.err, /--allow 'web_search:search: cats'/);
  assert.deepEqual(web.asked, []);
  const rules = ["--allow", "web_search:*", "--allow", `fetch_url:http://127.0.0.1:${web.port}/*`];
  const allowed = await p.run(["ask", ...rules, "look for cats"]);
  assert.equal(allowed.code, 0, allowed.err);
  assert.match(allowed.out, /What follows was fetched from http:\/\/127\.0\.0\.1:\d+\/page/);
  assert.match(allowed.out, /# Inside/);
  assert.deepEqual(web.asked.map(({ path }) => path), ["/search?q=cats&format=json", "/page"]);
  const audit = JSON.parse((await p.run(["audit", "list", "--json"])).out) as {
    entry: { kind: string; tool: string };
  }[];
  assert.deepEqual(audit.map(({ entry }) => `${entry.kind} ${entry.tool}`), [
    "intent web_search",
    "outcome web_search",
    "intent fetch_url",
    "outcome fetch_url",
  ]);
});

Deno.test("no tool reaches the model server, the hub's own host or this machine, even if every call is allowed", async () => {
  await using hub = await serveHub({ pages: PAGES });
  const state = { at: 0, urls: [] as string[] };
  await using ollama = await fakeOllama({
    script: ({ messages }) =>
      state.at < state.urls.length
        ? { calls: [{ name: "fetch_url", arguments: { url: state.urls[state.at++] } }] }
        : { text: messages.filter(({ role }) => role === "tool").map(({ text }) => text).join("\n") },
  });
  state.urls = [`${ollama.base}/api/tags`, `${hub.base}/page`, "http://localhost:1024/", "http://[::1]/"];
  await using p = await place({ ollama: ollama.base, env: { HAROMBE_MODELS_HUB: hub.base } });
  const before = ollama.heard.length;
  const { code, err } = await p.run(["ask", "--allow", "fetch_url:*", "read them"]);
  assert.equal(code, 0, err);
  assert.deepEqual(hub.asked, []);
  const told = ollama.heard.at(-1)!.messages.filter(({ role }) => role === "tool").map(({ text }) => text);
  assert.equal(told.length, state.urls.length);
  for (const text of told) assert.match(text, /its owner has not named it/);
  assert.ok(ollama.heard.length > before);
});

Deno.test("without an engine web_search is not offered", async () => {
  await using ollama = await fakeOllama({ script: [{ text: "hi" }] });
  await using p = await place({ ollama: ollama.base });
  const { code, err } = await p.run(["ask", "hi"]);
  assert.equal(code, 0, err);
  const names = ollama.heard[0].tools.map(({ name }) => name);
  assert.deepEqual(names.filter((name) => ["fetch_url", "web_search"].includes(name)), ["fetch_url"]);
});

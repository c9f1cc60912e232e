import assert from "node:assert/strict";
import { Config } from "../config.ts";
import { showText, withoutSecrets } from "./show.ts";

const config = Config.parse({
  model: { name: "a # b\n\x1b[2J\u202e" },
  ollama: { host: "http://me:hunter2@localhost:1/x" },
  inference: { vllm: { api_key: "hunter2" } },
  security: { rules: { deny: ["shell:rm *"] } },
});

Deno.test("no secret is shown, as text or as data", () => {
  const text = showText(config, {});
  const data = JSON.stringify(withoutSecrets(config));
  for (const shown of [text, data]) assert.doesNotMatch(shown, /hunter2/);
  assert.match(text, /^inference\.vllm\.api_key: "?\[set\]"?$/m);
  assert.match(text, /^ollama\.host: "http:\/\/\[set\]@localhost:1\/x"$/m);
});

Deno.test("each setting is one line that reads back, with where it comes from", () => {
  const lines = showText(config, { "model.name": "file", "security.rules.deny": "file" }).trimEnd().split("\n");
  assert.equal(lines[0], 'model.name: "a # b\\n\\e[2J\\u{202e}"  # file');
  assert.ok(lines.includes("security.rules.deny: [ shell:rm * ]  # file"), lines.join("\n"));
  assert.ok(lines.includes("agent.max_steps: 10"));
});

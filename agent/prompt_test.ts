import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { countTokens } from "./tokens.ts";
import { systemPrompt } from "./prompt.ts";
import { everyTool } from "../cli/tools.ts";
import { specOf } from "../security/tool_spec.ts";

const here = {
  os: "linux",
  folder: "/home/someone/projects/a-rather-long-name",
  access: "rw",
  today: "2026-11-20",
  unavailable: ["shell (install bubblewrap)", "python (install python3)"],
} as const;

Deno.test("system prompt and every tool there is together take at most 1,500 tokens by o200k; our own count is not below it", () => {
  const specs = everyTool().map(specOf);
  const text = systemPrompt({ ...here, unavailable: [...here.unavailable] }) + JSON.stringify(specs);
  const [real, ours] = [encode(text).length, countTokens(text)];
  console.log(`${specs.length} tools and the prompt: ${real} tokens by o200k, ${ours} by our count`);
  assert.ok(real <= 1500, `${real}`);
  assert.ok(ours >= real, `${ours}`);
});

Deno.test("the prompt says what cannot be used here, and carries the owner's words last", () => {
  const text = systemPrompt({ ...here, unavailable: ["shell (x)"], access: "ro", extra: "Call me Ada." });
  assert.match(text, /read only/);
  assert.match(text, /Unavailable here: shell \(x\)\./);
  assert.match(text, /Call me Ada\.$/);
});

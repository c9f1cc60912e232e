import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { systemPrompt } from "../agent/prompt.ts";
import { countTokens } from "../agent/tokens.ts";
import { everyTool } from "../cli/tools.ts";
import { specOf } from "../security/tool_spec.ts";

Deno.test("system prompt and every tool there is together take at most 1,500 tokens by o200k; our own count is not below it", () => {
  const specs = everyTool().map(specOf);
  const prompt = systemPrompt({
    os: "linux",
    folder: "/home/someone/projects/a-rather-long-name",
    access: "rw",
    today: "2026-11-20",
    unavailable: ["shell (install bubblewrap)", "python (install python3)"],
  });
  const text = prompt + JSON.stringify(specs);
  const [real, ours] = [encode(text).length, countTokens(text)];
  console.log(`${specs.length} tools and the prompt: ${real} tokens by o200k, ${ours} by our count`);
  assert.ok(real <= 1500, `${real}`);
  assert.ok(ours >= real, `${ours}`);
});

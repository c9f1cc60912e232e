import assert from "node:assert/strict";
import { adapted, QUIRKS, quirksOf, recognise, type Signs, Software } from "./quirks.ts";

Deno.test("a server is recognised by what its own code writes, never by a guess", () => {
  const cases: [Signs, string | undefined][] = [
    [{ ownedBy: "llamacpp" }, "llama.cpp"],
    [{ ownedBy: "vllm" }, "vLLM"],
    [{ ownedBy: "sglang" }, "SGLang"],
    [{ ownedBy: "organization_owner" }, "LM Studio"],
    [{ ownedBy: "organization-owner" }, "LM Studio"],
    [{ ownedBy: "koboldcpp" }, "KoboldCpp"],
    [{ id: "koboldcpp/qwen" }, "KoboldCpp"],
    [{ ownedBy: "tabbyAPI" }, "TabbyAPI"],
    [{ ownedBy: "jan" }, "Jan"],
    [{ header: "llama.cpp" }, "llama.cpp"],
    [{ ownedBy: "openai" }, undefined],
    [{ ownedBy: "xvllm" }, undefined],
    [{}, undefined],
  ];
  for (const [signs, software] of cases) assert.equal(recognise(signs), software, JSON.stringify(signs));
});

Deno.test("every software has one row with a source; an unknown server gets the default row whole", () => {
  assert.deepEqual(QUIRKS.map((row) => row.software), [
    "default",
    ...Software.options,
  ]);
  assert.ok(QUIRKS.every((row) => row.source.length > 0));
  assert.deepEqual(quirksOf(undefined), {
    maxTokens: "max_tokens",
    streamUsage: true,
    format: "json_schema",
    think: "none",
    thinkTags: true,
    tools: true,
  });
});

Deno.test("what a refusal names is left out or renamed; a refusal of anything else changes nothing", () => {
  const body = { max_tokens: 5, seed: 1, stream_options: {}, chat_template_kwargs: {} };
  const cases: [string, Record<string, unknown> | null][] = [
    ["Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", {
      seed: 1,
      stream_options: {},
      chat_template_kwargs: {},
      max_completion_tokens: 5,
    }],
    ["Unknown field stream_options", { max_tokens: 5, seed: 1, chat_template_kwargs: {} }],
    ["extra_forbidden: chat_template_kwargs", { max_tokens: 5, seed: 1, stream_options: {} }],
    ["seed is not supported", { max_tokens: 5, stream_options: {}, chat_template_kwargs: {} }],
    ["context length exceeded", null],
    ["", null],
  ];
  for (const [refusal, want] of cases) assert.deepEqual(adapted(body, refusal), want, refusal);
  assert.equal(adapted({}, "seed and stream_options and max_completion_tokens"), null);
});

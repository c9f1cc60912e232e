/** What OpenAI-compatible servers tell of their models, and where, as rows on the real wire. */
import assert from "node:assert/strict";
import { openAiModels } from "../node/backends/openai_models.ts";
import type { Model } from "../node/models.ts";
import { fakeOpenAi, type FakeOpenAiModel } from "./fakes/openai.ts";

const never = new AbortController().signal;

type ListRow = {
  name: string;
  models: FakeOpenAiModel[];
  extra?: Record<string, unknown>;
  header?: string;
  want: Partial<Model>;
  asked: string[];
};

const LISTS: ListRow[] = [
  {
    name: "vLLM tells max_model_len",
    models: [{ id: "m", owned_by: "vllm", max_model_len: 8192 }],
    want: { software: "vLLM", contextLength: 8192 },
    asked: ["/v1/models"],
  },
  {
    name: "SGLang tells max_model_len",
    models: [{ id: "m", owned_by: "sglang", max_model_len: 4096 }],
    want: { software: "SGLang", contextLength: 4096 },
    asked: ["/v1/models"],
  },
  {
    name: "llama.cpp tells the training length; what it runs with stands in /props",
    models: [{
      id: "m",
      owned_by: "llamacpp",
      meta: { n_ctx_train: 131072, n_params: 8e9, size: 4e9 },
      architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
    }],
    extra: { "/props": { default_generation_settings: { n_ctx: 1024 } } },
    want: { software: "llama.cpp", contextLength: 1024, parameters: 8e9, bytes: 4e9, images: true },
    asked: ["/v1/models", "/props"],
  },
  {
    name: "llama.cpp without /props",
    models: [{ id: "m", owned_by: "llamacpp", meta: { n_ctx_train: 131072 } }],
    want: { software: "llama.cpp", contextLength: 131072 },
    asked: ["/v1/models", "/props"],
  },
  {
    name: "llama.cpp by its header alone",
    models: [{ id: "m", owned_by: "me" }],
    header: "llama.cpp",
    extra: { "/props": { default_generation_settings: { n_ctx: "many" } } },
    want: { software: "llama.cpp" },
    asked: ["/v1/models", "/props"],
  },
  {
    name: "KoboldCpp: no native tools, context at its own place",
    models: [{ id: "koboldcpp/m", owned_by: "koboldcpp" }],
    extra: { "/api/extra/true_max_context_length": { value: 4096 } },
    want: { name: "koboldcpp/m", software: "KoboldCpp", contextLength: 4096, tools: false },
    asked: ["/v1/models", "/api/extra/true_max_context_length"],
  },
  {
    name: "TabbyAPI: context of the loaded model",
    models: [{ id: "m", owned_by: "tabbyAPI" }],
    extra: { "/v1/model": { parameters: { max_seq_len: 2048 } } },
    want: { software: "TabbyAPI", contextLength: 2048 },
    asked: ["/v1/models", "/v1/model"],
  },
  {
    name: "LM Studio: its own list tells state, kind and context",
    models: [{ id: "m", owned_by: "organization_owner" }],
    extra: {
      "/api/v0/models": {
        data: [{
          id: "m",
          type: "vlm",
          state: "loaded",
          quantization: "4bit",
          max_context_length: 32768,
          loaded_context_length: 4096,
          capabilities: ["tool_use"],
        }],
      },
    },
    want: {
      software: "LM Studio",
      contextLength: 4096,
      loaded: true,
      images: true,
      tools: true,
      quantization: "4bit",
    },
    asked: ["/v1/models", "/api/v0/models"],
  },
  {
    name: "LM Studio too old for its own list",
    models: [{ id: "m", owned_by: "organization-owner" }],
    want: { software: "LM Studio" },
    asked: ["/v1/models", "/api/v0/models"],
  },
  { name: "an unknown server is asked nothing more", models: [{ id: "m" }], want: {}, asked: ["/v1/models"] },
];

for (const { name, models, extra, header, want, asked } of LISTS) {
  Deno.test(`openai list: ${name}`, async () => {
    await using fake = await fakeOpenAi({ script: [{ text: "" }], models, extra, header });
    const base = `${fake.base}/v1`;
    const listed = await openAiModels({ base, privacyMode: "local-only" }, never);
    assert.deepEqual(listed, [{ name: "m", kind: "openai", base, embeddingsOnly: false, ...want }]);
    assert.deepEqual(fake.paths, asked);
  });
}

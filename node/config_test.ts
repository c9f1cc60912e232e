import assert from "node:assert/strict";
import { NodeConfig } from "./config.ts";

Deno.test("an empty configuration has the documented defaults", () => {
  assert.deepEqual(NodeConfig.parse({}), {
    model: {
      name: "auto",
      quantization: "Q4_K_M",
      context_length: 8192,
      temperature: 0.7,
      think: null,
      keep_alive: null,
      seed: null,
      stop: [],
    },
    models: { hub: "https://huggingface.co" },
    ollama: { host: "http://localhost:11434", timeout: 120 },
    inference: {
      backend: "ollama",
      embedded: { threads: null, gpu: "auto", idle_s: 300 },
      ollama: {},
      vllm: { base_url: "http://localhost:8000", timeout: 120, api_key: null },
      sglang: { base_url: "http://localhost:30000", timeout: 120, api_key: null },
      llamacpp: { base_url: "http://localhost:8080", timeout: 120, api_key: null },
    },
  });
});

Deno.test("unknown keys and values out of range are errors", () => {
  const cases: [unknown, string][] = [
    [{ model: { nmae: "x" } }, "model"],
    [{ modell: {} }, ""],
    [{ model: { temperature: 2.1 } }, "model.temperature"],
    [{ model: { context_length: 1023 } }, "model.context_length"],
    [{ model: { name: "" } }, "model.name"],
    [{ model: { think: "much" } }, "model.think"],
    [{ model: { keep_alive: -2 } }, "model.keep_alive"],
    [{ model: { seed: 0.5 } }, "model.seed"],
    [{ model: { stop: [""] } }, "model.stop.0"],
    [{ ollama: { timeout: 0 } }, "ollama.timeout"],
    [{ inference: { backend: "openai" } }, "inference.backend"],
    [{ inference: { vllm: { key: "x" } } }, "inference.vllm"],
    [{ ollama: null }, "ollama"],
    [{ models: { hub: "file:///etc" } }, "models.hub"],
    [{ models: { hub: "https://user:pw@hub.example" } }, "models.hub"],
  ];
  for (const [value, path] of cases) {
    const result = NodeConfig.safeParse(value);
    assert.deepEqual(result.error?.issues.map((issue) => issue.path.join(".")), [path]);
  }
});

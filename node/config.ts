/** The part of the configuration that model backends read. Names and defaults are those of harombe 0.3. */
import { z } from "zod";

const url = (value: string) => z.url({ protocol: /^https?$/ }).default(value);
/** Seconds. */
const timeout = z.number().min(1).max(3600).default(120);

export const NodeConfig = z.strictObject({
  model: z.strictObject({
    /** `auto` picks one of the models that a local server has. */
    name: z.string().min(1).max(200).default("auto"),
    quantization: z.string().min(1).max(40).optional(),
    /** Tokens, prompt and answer together. */
    context_length: z.int().min(1024).max(1_048_576).default(8192),
    temperature: z.number().min(0).max(2).default(0.7),
  }).prefault({}),
  ollama: z.strictObject({ host: url("http://localhost:11434"), timeout }).prefault({}),
  inference: z.strictObject({
    backend: z.enum(["auto", "ollama", "vllm", "sglang", "llamacpp"]).default("auto"),
    vllm: z.strictObject({
      base_url: url("http://localhost:8000/v1"),
      timeout,
      api_key: z.string().min(1).optional(),
    }).prefault({}),
    sglang: z.strictObject({
      base_url: url("http://localhost:30000/v1"),
      timeout,
      api_key: z.string().min(1).optional(),
    }).prefault({}),
    llamacpp: z.strictObject({
      base_url: url("http://localhost:8080/v1"),
      timeout,
      api_key: z.string().min(1).optional(),
    }).prefault({}),
  }).prefault({}),
});
export type NodeConfig = z.infer<typeof NodeConfig>;

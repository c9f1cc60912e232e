import type { Config } from "../config.ts";

/** Values that must never be shown: keys that the configuration holds. */
export function secretsOf(config: Config): string[] {
  const { vllm, sglang, llamacpp } = config.inference;
  return [vllm, sglang, llamacpp].flatMap(({ api_key }) => api_key ? [api_key] : []);
}

import type { Config } from "../config.ts";

/** Values that must never be shown: keys that the configuration holds. */
export function secretsOf(config: Config): string[] {
  const { vllm, sglang, llamacpp } = config.inference;
  const { brave_api_key } = config.tools.web_search;
  return [...[vllm, sglang, llamacpp].map(({ api_key }) => api_key), brave_api_key].flatMap((key) => key ? [key] : []);
}

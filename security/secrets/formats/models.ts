/** Keys of services of language models and data science. */
import { END, type Format, mixed } from "./format.ts";

export const MODELS: readonly Format[] = [
  { kind: "Anthropic key", starts: ["sk-ant-"], rest: "[A-Za-z0-9_-]{20,300}" },
  {
    kind: "OpenAI key",
    starts: ["sk-"],
    rest: "(?:proj-|svcacct-|admin-|or-v1-|None-|lf-|litellm-)?[A-Za-z0-9_-]{20,300}",
    accept: (s) => mixed(s) && (/[A-Z0-9]{2}/.test(s) || /\d.*\d.*\d/.test(s)) && !/^sk-(?:[a-z]+-){3}/.test(s),
  },
  {
    kind: "Hugging Face token",
    starts: ["hf_", "api_org_"],
    rest: `[A-Za-z0-9]{30,100}`,
    accept: (s) => /[A-Z]/.test(s),
  },
  { kind: "Groq key", starts: ["gsk_"], rest: "[A-Za-z0-9]{40,100}" },
  { kind: "xAI key", starts: ["xai-"], rest: "[A-Za-z0-9_-]{60,120}" },
  { kind: "Perplexity key", starts: ["pplx-"], rest: "[A-Za-z0-9]{40,64}" },
  { kind: "Replicate token", starts: ["r8_"], rest: `[A-Za-z0-9]{37}${END}` },
  { kind: "Fireworks key", starts: ["fw_"], rest: `[A-Za-z0-9]{22,40}${END}`, accept: mixed },
  { kind: "NVIDIA key", starts: ["nvapi-"], rest: "[A-Za-z0-9_-]{60,80}" },
  { kind: "Cerebras key", starts: ["csk-"], rest: `[a-z0-9]{40,60}${END}` },
  { kind: "Tavily key", starts: ["tvly-"], rest: "(?:dev-|prod-)?[A-Za-z0-9]{28,60}" },
  { kind: "LangSmith key", starts: ["lsv2_pt_", "lsv2_sk_"], rest: "[a-f0-9]{32}_[a-f0-9]{10}" },
  { kind: "Langfuse key", starts: ["sk-lf-", "pk-lf-"], rest: "[0-9a-f-]{36}" },
  { kind: "ElevenLabs key", starts: ["sk_"], rest: `[a-f0-9]{48}${END}` },
  { kind: "Pinecone key", starts: ["pcsk_"], rest: "[A-Za-z0-9_]{40,100}" },
  { kind: "Kaggle key", starts: ["KGAT_"], rest: "[a-f0-9]{32}" },
  { kind: "Weights & Biases key", starts: ["wandb_v1_"], rest: "[A-Za-z0-9_]{40,120}" },
  { kind: "RunPod key", starts: ["rpa_"], rest: `[A-Z0-9]{40,50}` },
  { kind: "Jina key", starts: ["jina_"], rest: "[A-Za-z0-9_-]{50,80}" },
  { kind: "Brave key", starts: ["BSA"], rest: `[A-Za-z0-9_-]{28}${END}`, accept: mixed },
];

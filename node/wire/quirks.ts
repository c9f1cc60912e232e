/**
 * How the servers that speak OpenAI's chat completions differ, as data. What a row does not change is the default row.
 * A row without a source is `unverified`: it follows what the server is said to do and was seen nowhere.
 */
import * as z from "zod";

export const Software = z.enum(["llama.cpp", "vLLM", "SGLang", "LM Studio", "KoboldCpp", "TabbyAPI", "LocalAI", "Jan"]);
export type Software = z.infer<typeof Software>;

export type Quirks = {
  /** Under which name the answer's length is bounded. */
  maxTokens: "max_tokens" | "max_completion_tokens";
  /** `stream_options.include_usage` may be sent. */
  streamUsage: boolean;
  /** How the whole answer is bound to a schema; `none` = it cannot be, and a request for it is refused. */
  format: "json_schema" | "none";
  /** How reasoning is switched: by the chat template's `enable_thinking`, or not at all (a notice says so). */
  think: "template" | "none";
  /** Reasoning may stand in the text between `<think>` and `</think>`. */
  thinkTags: boolean;
  /** Tool calls work natively; false = they are constrained by a schema where `format` allows it. */
  tools: boolean;
  /** Where the context length is told: below the server's root, and the keys that lead to the number. */
  context?: { path: string; keys: string[] };
  /** `/api/v0/models` tells state, kind and context of each model. */
  nativeList?: boolean;
};

export type QuirkRow = { software: Software | "default"; differs: Partial<Quirks>; source: string };

/** Read on 2026-11-20. */
export const QUIRKS: readonly QuirkRow[] = [
  {
    software: "default",
    differs: {
      maxTokens: "max_tokens",
      streamUsage: true,
      format: "json_schema",
      think: "none",
      thinkTags: true,
      tools: true,
    },
    source: "platform.openai.com/docs/api-reference/chat; `max_tokens` is the older name, which local servers share",
  },
  {
    software: "llama.cpp",
    differs: { think: "template", context: { path: "/props", keys: ["default_generation_settings", "n_ctx"] } },
    source: "ggml-org/llama.cpp tools/server/README.md@00dc805 (response_format, chat_template_kwargs, GET /props)",
  },
  {
    software: "vLLM",
    differs: { think: "template" },
    source:
      "vllm docs/serving/online_serving/openai_compatible_server.md@0272b2c; guided_json was removed in v0.12 and is " +
      "ignored since, so only response_format is sent (dottxt-ai/outlines#1887); max_model_len in /v1/models",
  },
  {
    software: "SGLang",
    differs: { think: "template" },
    source: "docs.sglang.io advanced_features/separate_reasoning and structured_outputs_for_reasoning_models",
  },
  {
    software: "LM Studio",
    differs: { nativeList: true },
    source:
      "lmstudio.ai/docs/developer (structured output by response_format; /api/v0/models); request-level reasoning is not " +
      "reliably honoured on this wire (pkg.go.dev fizeau lmstudio, 2026-04-23)",
  },
  {
    software: "KoboldCpp",
    differs: {
      format: "none",
      tools: false,
      context: { path: "/api/extra/true_max_context_length", keys: ["value"] },
    },
    source:
      "LostRuins/koboldcpp#981 (tool_choice auto mixes calls into prose), #2480 (no usage chunk with tools); a schema in " +
      "response_format and the context path: unverified",
  },
  {
    software: "TabbyAPI",
    differs: { context: { path: "/v1/model", keys: ["parameters", "max_seq_len"] } },
    source: "theroyallab/tabbyAPI#289 (finish_reason stop with calls), ModelCard in endpoints/core/types/model.py",
  },
  { software: "LocalAI", differs: {}, source: "mudler/LocalAI#1744 (chunks without finish_reason, usage in each)" },
  { software: "Jan", differs: {}, source: "unverified" },
];

/** What holds for `software`; for an unknown server the default row. */
export function quirksOf(software: Software | undefined): Quirks {
  const rows = QUIRKS.filter((row) => row.software === "default" || row.software === software);
  return Object.assign({}, ...rows.map((row) => row.differs)) as Quirks;
}

/** What of a server's answers names it, in order; each value is what that project's own code writes. */
const SIGNS: readonly { software: Software; sign: keyof Signs; matches: RegExp; source: string }[] = [
  { software: "KoboldCpp", sign: "id", matches: /^koboldcpp\//, source: "koboldcpp.py, ids koboldcpp/NAME" },
  { software: "KoboldCpp", sign: "ownedBy", matches: /^koboldcpp$/, source: "koboldcpp.py" },
  { software: "llama.cpp", sign: "ownedBy", matches: /^llamacpp$/, source: "llama.cpp tools/server/README.md" },
  { software: "vLLM", sign: "ownedBy", matches: /^vllm$/, source: "vllm/entrypoints/openai/engine/protocol.py" },
  { software: "SGLang", sign: "ownedBy", matches: /^sglang$/, source: "sglang/srt/entrypoints/openai/protocol.py" },
  { software: "TabbyAPI", sign: "ownedBy", matches: /^tabbyAPI$/, source: "tabbyAPI types/model.py" },
  {
    software: "LM Studio",
    sign: "ownedBy",
    matches: /^organization[_-]owner$/,
    source: "lmstudio.ai/docs, /v1/models",
  },
  { software: "Jan", sign: "ownedBy", matches: /^jan$/i, source: "unverified" },
  { software: "llama.cpp", sign: "header", matches: /^llama\.cpp/, source: "llama.cpp server.cpp, Server header" },
];

/** `header` is the `Server` header; the others are of the first model that is listed. */
export type Signs = { ownedBy?: string; id?: string; header?: string };

/** The software that `signs` name; undefined where none is known. Names only: no behaviour is guessed from a port. */
export function recognise(signs: Signs): Software | undefined {
  return SIGNS.find(({ sign, matches }) => matches.test(signs[sign] ?? ""))?.software;
}

/** A request field that a server says it does not take, and what to send in its place. */
const ADAPTATIONS: readonly { refusal: RegExp; change: (body: Record<string, unknown>) => Record<string, unknown> }[] =
  [
    {
      refusal: /max_completion_tokens/i,
      change: ({ max_tokens, ...rest }) =>
        max_tokens === undefined ? rest : { ...rest, max_completion_tokens: max_tokens },
    },
    { refusal: /stream_options|include_usage/i, change: ({ stream_options: _, ...rest }) => rest },
    { refusal: /chat_template_kwargs|enable_thinking/i, change: ({ chat_template_kwargs: _, ...rest }) => rest },
    { refusal: /\bseed\b/i, change: ({ seed: _, ...rest }) => rest },
  ];

/** `body` without what the server's `refusal` names, or null if it names nothing that can be left out. */
export function adapted(body: Record<string, unknown>, refusal: string): Record<string, unknown> | null {
  for (const { refusal: names, change } of ADAPTATIONS) {
    if (!names.test(refusal)) continue;
    const changed = change(body);
    if (JSON.stringify(changed) !== JSON.stringify(body)) return changed;
  }
  return null;
}

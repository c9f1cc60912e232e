/** This room's slice of the configuration: which model, on which server. Unknown keys are errors. */
import * as z from "zod";

export const DEFAULT_OLLAMA_HOST = "http://localhost:11434";
const DEFAULT_HUB = "https://huggingface.co";

/** Seconds of silence that a server is borne, before and between tokens. */
const timeout = z.number().int().min(1).default(120);

/** A server's address, as people write it: with `http://` or without, and maybe with a port. */
const address = z.string().refine(isAddress, { error: "it must be an address such as http://localhost:11434" });

function isAddress(text: string): boolean {
  if (/[\x00-\x20\x7f-\xa0]/.test(text)) return false;
  return URL.canParse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
}

function openAiServer(port: number) {
  return z.strictObject({
    base_url: address.default(`http://localhost:${port}`),
    timeout,
    /** Sent to this server as a bearer token. Never read from the environment. */
    api_key: z.string().min(1).nullable().default(null),
  }).prefault({});
}

const ModelConfig = z.strictObject({
  /** `auto`, or a model's name as its server lists it. */
  name: z.string().min(1).default("auto"),
  /** Which quantization to fetch where harombe fetches a model itself. */
  quantization: z.string().min(1).default("Q4_K_M"),
  /** Tokens reserved for prompt and answer together. */
  context_length: z.number().int().min(1024).default(8192),
  temperature: z.number().min(0).max(2).default(0.7),
  /** Reasoning before the answer: true, false, or how much; null = the model's own way. */
  think: z.union([z.boolean(), z.enum(["low", "medium", "high"]), z.null()], {
    error: "it must be true, false, null, low, medium or high",
  }).default(null),
  /** Seconds that the server keeps the model in memory after an answer; -1 = for ever, null = the server's own way. */
  keep_alive: z.number().int().min(-1).max(31_536_000).nullable().default(null),
  /** The same seed gives the same answer where the server can; null = none. */
  seed: z.number().int().min(0).max(2_147_483_647).nullable().default(null),
  /** Texts at which an answer ends. */
  stop: z.array(z.string().min(1).max(200)).max(16).default([]),
}).prefault({});

const OllamaConfig = z.strictObject({ host: address.default(DEFAULT_OLLAMA_HOST), timeout }).prefault({});

const InferenceConfig = z.strictObject({
  /** `ollama` at its usual host is also where `auto` looks for the other servers; any other choice is used alone. */
  backend: z.enum(["ollama", "vllm", "sglang", "llamacpp", "embedded"]).default("ollama"),
  /** The older place of `ollama.host` and `ollama.timeout`; what is set here wins. */
  ollama: z.strictObject({ host: address.optional(), timeout: z.number().int().min(1).optional() }).prefault(
    {},
  ),
  vllm: openAiServer(8000),
  sglang: openAiServer(30000),
  llamacpp: openAiServer(8080),
  /** The engine of models in files of this machine. */
  embedded: z.strictObject({
    /** Threads to compute with; null = all processors but one, or one if that is measured to be faster. */
    threads: z.number().int().min(1).max(512).nullable().default(null),
    /** `auto` uses a graphics processor if an engine for it is installed. */
    gpu: z.enum(["auto", "off"]).default("auto"),
    /** Seconds without a question after which the model leaves the memory. */
    idle_s: z.number().int().min(1).max(604_800).default(300),
  }).prefault({}),
}).prefault({});

const ModelsConfig = z.strictObject({
  /** Where `models pull` fetches from: a hub, or the owner's own mirror of one, which may be in the house. */
  hub: z.url({ protocol: /^https?$/, error: "it must be an address such as https://huggingface.co" })
    .refine((url) => !/[?#@]/.test(url), { error: "it may hold no credentials, query or fragment" })
    .default(DEFAULT_HUB),
}).prefault({});

/** The sections of this room, by name, for the file's whole schema. */
const nodeSections = {
  model: ModelConfig,
  models: ModelsConfig,
  ollama: OllamaConfig,
  inference: InferenceConfig,
};

export const NodeConfig = z.strictObject(nodeSections);
export type NodeConfig = z.infer<typeof NodeConfig>;

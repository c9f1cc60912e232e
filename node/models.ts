/** What is known of a model, which one to choose, and how to say it. Pure. */
import * as z from "zod";
import { Software } from "./wire/quirks.ts";

/** A model on a server. Absent = the server does not tell. */
export const Model = z.object({
  name: z.string(),
  /** The wire that its server speaks. */
  kind: z.enum(["ollama", "openai", "embedded", "anthropic"]),
  /** Base URL of its server; of an embedded model, the path of its file. */
  base: z.string(),
  /** The program that serves it, where it names itself. */
  software: Software.optional(),
  /** What tells these weights from others under the same name: Ollama's digest. */
  digest: z.string().optional(),
  /** Size of the weights. */
  bytes: z.number().optional(),
  parameters: z.number().optional(),
  quantization: z.string().optional(),
  /** Tokens that the model or its server can hold at most. */
  contextLength: z.number().optional(),
  tools: z.boolean().optional(),
  /** Reads images. */
  images: z.boolean().optional(),
  /** Can reason before it answers. */
  thinking: z.boolean().optional(),
  /** In memory now. */
  loaded: z.boolean().optional(),
  /** True: it gives vectors, no answers. */
  embeddingsOnly: z.boolean(),
  /** The host that it really runs at, where its server only passes prompts on. Such a model is a cloud. */
  remote: z.string().optional(),
});
export type Model = z.infer<typeof Model>;

export type Choice = { model: Model; why: string } | { model: null; why: string };

/** Share of the memory that weights may take, so that context and the system still fit. */
const MEMORY_SHARE = 0.8;

/**
 * The model to talk to: never one that only embeds or runs elsewhere; what fits `memoryBytes` first; then one that
 * supports tools before one that may, before one that does not; then the largest, then by name. `why` ends a sentence that begins with
 * the model's name ("… was chosen: largest that supports tools").
 */
export function chooseModel(models: readonly Model[], options: { memoryBytes?: number }): Choice {
  const local = models.filter((m) => !m.remote);
  const able = local.filter((m) => !m.embeddingsOnly);
  if (able.length === 0) return { model: null, why: nothingAble(models, local) };
  const fits = (m: Model) => fitsMemory(m, options) ? 1 : 0;
  const sorted = [...able].sort((a, b) =>
    fits(b) - fits(a) || toolRank(b) - toolRank(a) ||
    (fits(a) ? sizeOf(b) - sizeOf(a) : sizeOf(a) - sizeOf(b)) || (a.name < b.name ? -1 : 1)
  );
  const model = sorted[0];
  return { model, why: whyThis(model, { able, fits: fits(model) === 1 }) };
}

/** Whether `model` fits the memory that weights may use; where either is unknown, it does. */
export function fitsMemory(model: Model, { memoryBytes }: { memoryBytes?: number }): boolean {
  return (model.bytes ?? 0) <= (memoryBytes === undefined ? Infinity : memoryBytes * MEMORY_SHARE);
}

function nothingAble(models: readonly Model[], local: readonly Model[]): string {
  if (models.length === 0) return "it has no models";
  return local.length === 0 ? "its models all run at another host, a cloud" : "its models give only embeddings";
}

function whyThis(model: Model, { able, fits }: { able: readonly Model[]; fits: boolean }): string {
  if (able.length === 1) return `the only one that answers, ${toolWords(model)}`;
  if (!fits) return `the smallest, for none fits this machine's memory, ${toolWords(model)}`;
  const peers = able.filter((m) => toolRank(m) === toolRank(model));
  const sized = peers.every((m) => sizeOf(m) > 0);
  const first = sized ? "largest" : "first by name, for sizes are unknown";
  if (model.tools === true) return sized ? "largest that supports tools" : `supports tools, ${first}`;
  return `${first}, ${toolWords(model)}`;
}

function toolWords({ tools }: Model): string {
  if (tools === undefined) return "tool support unknown";
  return tools ? "supports tools" : "without tool support";
}

function toolRank({ tools }: Model): number {
  return tools === undefined ? 1 : tools ? 2 : 0;
}

function sizeOf(model: Model): number {
  return model.bytes ?? model.parameters ?? 0;
}

/** The model in `models` that a person means by `name`: exactly, or with Ollama's tag `latest` left out. */
export function modelNamed(models: readonly Model[], name: string): Model | undefined {
  return models.find((m) => m.name === name) ?? models.find((m) => m.name === `${name}:latest`);
}

/** `model` as a row for people: each of its facts, `unknown` where the server did not tell. */
export function modelRow(
  model: Model,
): Record<"name" | "size" | "parameters" | "quantization" | "context" | "tools" | "images" | "loaded", string> {
  return {
    name: model.name + (model.remote ? ` (cloud: ${model.remote})` : model.embeddingsOnly ? " (embeddings)" : ""),
    size: model.bytes === undefined ? "unknown" : `${(model.bytes / 1e9).toFixed(1)} GB`,
    parameters: model.parameters === undefined ? "unknown" : `${(model.parameters / 1e9).toFixed(1)} B`,
    quantization: model.quantization ?? "unknown",
    context: model.contextLength === undefined ? "unknown" : `${model.contextLength}`,
    tools: yesNo(model.tools),
    images: yesNo(model.images),
    loaded: yesNo(model.loaded),
  };
}

function yesNo(value: boolean | undefined): string {
  return value === undefined ? "unknown" : value ? "yes" : "no";
}

/** What Ollama tells of its models (`/api/tags`, `/api/show`), as ours. What it does not tell is absent. */
import * as z from "zod";

const Details = z.looseObject({
  family: z.string().nullish(),
  parameter_size: z.string().nullish(),
  quantization_level: z.string().nullish(),
});

/** Suffixes of 10³, 10⁶, 10⁹, 10¹² as Ollama writes parameter counts (`8.2B`, `596.0M`). */
const SCALE: Record<string, number> = { "": 1, K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** A parameter count from Ollama's spelling; undefined if it is none. */
export function parameterCount(spelled: string | null | undefined): number | undefined {
  const parts = /^([\d.]+)\s*([KMBT]?)$/i.exec(spelled?.trim() ?? "");
  const count = parts ? Number(parts[1]) * SCALE[parts[2].toUpperCase()] : NaN;
  return Number.isFinite(count) ? Math.round(count) : undefined;
}

function known(details: z.infer<typeof Details> | null | undefined) {
  const parameters = parameterCount(details?.parameter_size);
  return {
    ...(parameters ? { parameters } : {}),
    ...(details?.quantization_level && details.quantization_level !== "unknown"
      ? { quantization: details.quantization_level }
      : {}),
  };
}

/** `/api/tags` → name, digest, bytes, parameters, quantization, and the host that a cloud model runs at. */
export const OllamaList = z.looseObject({
  models: z.array(
    z.looseObject({
      name: z.string(),
      size: z.number().nullish(),
      digest: z.string().nullish(),
      details: Details.nullish(),
      remote_host: z.string().nullish(),
    }).transform((entry) => ({
      name: entry.name,
      ...(entry.size ? { bytes: entry.size } : {}),
      ...(entry.digest ? { digest: entry.digest } : {}),
      ...known(entry.details),
      ...(entry.remote_host ? { remote: entry.remote_host } : {}),
    })),
  ).nullish().transform((list) => list ?? []),
});

/** Families that only embed, for servers older than `capabilities`. */
const EMBEDDERS = new Set(["bert", "nomic-bert", "xlm-roberta", "gemma-embedding"]);

/**
 * `/api/show` → parameters, quantization, context length, whether it calls tools, reads images, reasons, only embeds,
 * where it really runs. Capabilities as in ollama `types/model/capability.go`.
 */
export const OllamaDescription = z.looseObject({
  details: Details.nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  capabilities: z.array(z.string()).nullish(),
  remote_host: z.string().nullish(),
}).transform((shown) => {
  const can = shown.capabilities;
  const context = Object.entries(shown.model_info ?? {}).find(([key]) => key.endsWith(".context_length"))?.[1];
  return {
    ...known(shown.details),
    ...(typeof context === "number" ? { contextLength: context } : {}),
    ...(can
      ? { tools: can.includes("tools"), images: can.includes("vision"), thinking: can.includes("thinking") }
      : {}),
    embeddingsOnly: can ? !can.includes("completion") : EMBEDDERS.has(shown.details?.family ?? ""),
    ...(shown.remote_host ? { remote: shown.remote_host } : {}),
  };
});

/** `/api/ps` → what is in memory. `context_length` is told from 0.11 on; `expires_at` is RFC 3339. */
export const OllamaRunning = z.looseObject({
  models: z.array(
    z.looseObject({
      name: z.string(),
      size: z.number().nullish(),
      size_vram: z.number().nullish(),
      context_length: z.number().nullish(),
      expires_at: z.string().nullish(),
    }).transform((entry) => ({
      name: entry.name,
      ...(entry.size ? { bytes: entry.size } : {}),
      ...(entry.size_vram === undefined || entry.size_vram === null ? {} : { videoBytes: entry.size_vram }),
      ...(entry.context_length ? { contextLength: entry.context_length } : {}),
      ...(Number.isFinite(Date.parse(entry.expires_at ?? "")) ? { until: Date.parse(entry.expires_at!) } : {}),
    })),
  ).nullish().transform((list) => list ?? []),
});

/** A model in memory: bytes in all and on the graphics card, the context it runs with, when it leaves (ms since 1970 UTC). */
export type Running = z.infer<typeof OllamaRunning>["models"][number];

/** One line of `/api/pull`. `completed` and `total` are bytes of the layer at hand. */
export const OllamaProgress = z.looseObject({
  status: z.string().optional(),
  digest: z.string().nullish(),
  completed: z.number().nullish(),
  total: z.number().nullish(),
  error: z.string().nullish(),
});

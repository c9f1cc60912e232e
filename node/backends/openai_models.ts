/** What an OpenAI-compatible server tells of itself and its models. */
import * as z from "zod";
import { ChatError } from "../chat.ts";
import type { Model } from "../models.ts";
import { type Quirks, quirksOf, recognise, type Software } from "../wire/quirks.ts";
import { dial, readText, type Server } from "./dial.ts";
import { readRefusal, refusalError } from "./refusal.ts";

/** `/v1/models`. The limits, sizes and kinds are what some servers add; `wire/quirks.ts` names who. */
const ModelList = z.looseObject({
  data: z.array(z.looseObject({
    id: z.string(),
    owned_by: z.string().nullish(),
    max_model_len: z.number().nullish(),
    meta: z.looseObject({
      n_ctx: z.number().nullish(),
      n_ctx_train: z.number().nullish(),
      n_params: z.number().nullish(),
      size: z.number().nullish(),
    }).nullish(),
    architecture: z.looseObject({ input_modalities: z.array(z.string()).nullish() }).nullish(),
  })),
});
type Listed = z.infer<typeof ModelList>["data"][number];

/** LM Studio's own list (`/api/v0/models`). */
const NativeList = z.looseObject({
  data: z.array(z.looseObject({
    id: z.string(),
    type: z.string().nullish(),
    state: z.string().nullish(),
    quantization: z.string().nullish(),
    max_context_length: z.number().nullish(),
    loaded_context_length: z.number().nullish(),
    capabilities: z.array(z.string()).nullish(),
  })),
});

/** The models of `server`; what it does not tell is absent. Throws `ChatError`. */
export async function openAiModels(server: Server, signal: AbortSignal): Promise<Model[]> {
  const { data, header } = await list(server, signal);
  const software = recognise({ ownedBy: data[0]?.owned_by ?? undefined, id: data[0]?.id, header });
  const quirks = quirksOf(software);
  const [running, native] = await Promise.all([
    runningContext(server, { quirks, data }, signal),
    quirks.nativeList ? nativeList(server, signal) : new Map<string, Partial<Model>>(),
  ]);
  return data.map((one) => ({
    ...modelOf(one, { server, software, running }),
    ...native.get(one.id),
  }));
}

async function list(server: Server, signal: AbortSignal): Promise<{ data: Listed[]; header: string }> {
  const reply = await dial(server, { method: "GET", path: `${versioned(server)}/models` }, signal);
  if (reply.status !== 200) throw refusalError(await readRefusal(reply), { model: "(any)", base: server.base });
  const header = reply.header("server");
  const text = await readText(reply);
  try {
    return { ...ModelList.parse(JSON.parse(text)), header };
  } catch (cause) {
    throw new ChatError("garbage", `Cannot read the model list of ${server.base}: ${text.slice(0, 80)}`, { cause });
  }
}

function modelOf(
  { id, max_model_len, meta, architecture }: Listed,
  at: { server: Server; software: Software | undefined; running: number | undefined },
): Model {
  const contextLength = max_model_len ?? meta?.n_ctx ?? at.running ?? meta?.n_ctx_train ?? undefined;
  const modalities = architecture?.input_modalities;
  return {
    name: id,
    kind: "openai",
    base: at.server.base,
    ...(at.software ? { software: at.software } : {}),
    ...(meta?.size ? { bytes: meta.size } : {}),
    ...(meta?.n_params ? { parameters: meta.n_params } : {}),
    ...(contextLength ? { contextLength } : {}),
    ...(at.software && !quirksOf(at.software).tools ? { tools: false } : {}),
    ...(modalities ? { images: modalities.includes("image") } : {}),
    embeddingsOnly: /\b(embed|embedding|embeddings|rerank|reranker)\b|^(bge|e5|gte)-/i.test(id.replace(/[_/]/g, " ")),
  };
}

/** The context that the server runs with, where its list does not say and it has another place for it. */
async function runningContext(
  server: Server,
  { quirks: { context }, data }: { quirks: Quirks; data: Listed[] },
  signal: AbortSignal,
): Promise<number | undefined> {
  if (!context || data.every((one) => one.max_model_len ?? one.meta?.n_ctx)) return undefined;
  const told = await ask(server, context.path, signal);
  const value = context.keys.reduce<unknown>(
    (at, key) => typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined,
    told,
  );
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
}

async function nativeList(server: Server, signal: AbortSignal): Promise<Map<string, Partial<Model>>> {
  const told = NativeList.safeParse(await ask(server, "/api/v0/models", signal));
  return new Map((told.data?.data ?? []).map((one) => {
    const contextLength = one.loaded_context_length ?? one.max_context_length ?? undefined;
    return [one.id, {
      ...(one.quantization ? { quantization: one.quantization } : {}),
      ...(contextLength ? { contextLength } : {}),
      ...(one.state ? { loaded: one.state === "loaded" } : {}),
      ...(one.type ? { images: one.type === "vlm", embeddingsOnly: one.type === "embeddings" } : {}),
      ...(one.capabilities ? { tools: one.capabilities.includes("tool_use") } : {}),
    }];
  }));
}

/** JSON at `path` below the server's root; undefined if there is none: an extra question never fails a list. */
async function ask(server: Server, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    const root = { ...server, base: server.base.replace(/\/v\d+\/*$/, "") };
    const reply = await dial(root, { method: "GET", path }, signal);
    const text = await readText(reply, 4 << 20);
    return reply.status === 200 ? JSON.parse(text) : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** `/v1`, unless the server's base ends in a version already. */
export function versioned(server: Server): string {
  return /\/v\d+\/*$/.test(server.base) ? "" : "/v1";
}

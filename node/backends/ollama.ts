/**
 * Ollama. The `ollama` package lists and describes models and types the request; the answer's stream is read by our own
 * decoder, because the package's (0.6.4) prints a line that it cannot parse and goes on without it: a silent hole.
 */
import { type ChatRequest as OllamaRequest, Ollama } from "ollama/browser";
import { type Chat, ChatError, type ChatRequest } from "../chat.ts";
import { lineSplitter } from "../wire/lines.ts";
import { encodeOllama, ollamaDecoder } from "../wire/ollama.ts";
import type { Model } from "../models.ts";
import { answer, newCallId, UNIT_LIMIT, type Units } from "./answer.ts";
import { dial, readText, type Server } from "./dial.ts";
import { isMissingModel, readRefusal, refusalError } from "./refusal.ts";
import { OllamaDescription, OllamaList } from "../wire/ollama_models.ts";

/**
 * `model` on `server` as a `Chat`. Before each prompt the server is asked where the model runs: one that Ollama would
 * pass on to another host is a cloud, and is refused before the prompt leaves.
 */
export function ollamaChat(server: Server, model: string): Chat {
  return async function* (request: ChatRequest, signal: AbortSignal) {
    const body = encodeOllama(request, model) satisfies OllamaRequest;
    const { remote } = await describeOllama(server, model, signal);
    if (remote) throw new ChatError("refused", `Cannot use the model ${model}: it runs at ${remote}, so it is a cloud`);
    const reply = await dial(server, { method: "POST", path: "/api/chat", body }, signal);
    if (reply.status !== 200) throw await refusalFor(server, { model, reply }, signal);
    if (!/^application\/(x-ndjson|jsonl|json)\b/i.test(reply.contentType)) {
      await reply.bytes.return();
      throw new ChatError(
        "garbage",
        `Cannot read the answer of ${server.base}: its type is ${reply.contentType || "unknown"}`,
      );
    }
    yield* answer(reply.bytes, { units: lineUnits(), decoder: ollamaDecoder(request, newCallId) });
  };
}

/** What Ollama tells of `model`. Throws `ChatError`; for a model that it does not have, naming those that it has. */
export async function describeOllama(server: Server, model: string, signal: AbortSignal): Promise<Partial<Model>> {
  const shown = OllamaDescription.safeParse(await client(server, { model }, signal).show({ model }));
  if (!shown.success) throw new ChatError("garbage", `Cannot read what ${server.base} tells of the model: ${model}`);
  return shown.data;
}

/** The models that Ollama has, each with what it tells of it. Throws `ChatError`. */
export async function ollamaModels(server: Server, signal: AbortSignal): Promise<Model[]> {
  const listed = OllamaList.safeParse(await client(server, {}, signal).list());
  if (!listed.success) throw new ChatError("garbage", `Cannot read the model list of ${server.base}`);
  return await Promise.all(listed.data.models.map(async (entry): Promise<Model> => {
    const more = await describeOllama(server, entry.name, signal).catch((error) => {
      signal.throwIfAborted();
      if (error instanceof ChatError) return {};
      throw error;
    });
    return { kind: "ollama", base: server.base, embeddingsOnly: false, ...entry, ...more };
  }));
}

/** The package's client over our own exchange: judged address, bounded silence, the caller's signal. */
function client(server: Server, about: { model?: string }, signal: AbortSignal): Ollama {
  const over = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const path = new URL(String(input)).pathname;
    const method = init?.method === "POST" ? "POST" : "GET";
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
    const reply = await dial(server, { method, path, body }, signal);
    if (reply.status !== 200) throw await refusalFor(server, { model: about.model ?? "(any)", reply }, signal);
    const text = await readText(reply);
    if (!isJsonObject(text)) throw new ChatError("garbage", `Cannot read the answer of ${server.base} to ${path}`);
    return new Response(text, { headers: { "content-type": "application/json" } });
  };
  return new Ollama({ host: "http://model.invalid", fetch: over });
}

async function refusalFor(
  server: Server,
  { model, reply }: { model: string; reply: Awaited<ReturnType<typeof dial>> },
  signal: AbortSignal,
): Promise<ChatError> {
  const refusal = await readRefusal(reply);
  if (!isMissingModel(refusal) || model === "(any)") return refusalError(refusal, { model, base: server.base });
  const list = OllamaList.safeParse(await client(server, {}, signal).list());
  return refusalError(refusal, { model, base: server.base, known: list.data?.models.map((m) => m.name) ?? [] });
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

/** NDJSON → its lines. */
export function lineUnits(): Units {
  const lines = lineSplitter(UNIT_LIMIT);
  return {
    push: (bytes) => lines.push(bytes),
    rest() {
      const text = lines.rest();
      return text === null ? null : [text];
    },
  };
}

/**
 * Ollama. The `ollama` package lists and describes models and types the request; the answer's stream is read by our own
 * decoder, because the package's (0.6.4) prints a line that it cannot parse and goes on without it: a silent hole.
 */
import { type ChatRequest as OllamaRequest, Ollama } from "ollama/browser";
import { type Chat, ChatError, type ChatEvent, type ChatRequest } from "../chat.ts";
import { lineSplitter } from "../wire/lines.ts";
import { encodeOllama, type OllamaCounts, ollamaDecoder } from "../wire/ollama.ts";
import { dependsOnVersion, promptTokens, truncationNotice } from "../wire/truncation.ts";
import type { Model } from "../models.ts";
import { answer, newCallId, UNIT_LIMIT, type Units } from "./answer.ts";
import { dial, readText, type Server } from "./dial.ts";
import { imagesNotice, refuseImages } from "./images.ts";
import { isMissingModel, readRefusal, refusalError } from "./refusal.ts";
import { OllamaDescription, OllamaList, OllamaRunning, type Running } from "../wire/ollama_models.ts";

/**
 * `model` on `server` as a `Chat`. Before each prompt the server is asked where the model runs: one that Ollama would
 * pass on to another host is a cloud, and is refused before the prompt leaves. So is an image for a model that reads none.
 * A prompt that the server cut is told of by a `notice` before `done`.
 */
export function ollamaChat(server: Server, model: string): Chat {
  return async function* (request: ChatRequest, signal: AbortSignal) {
    encodeOllama(request, model);
    const about = await describeOllama(server, model, signal);
    const { remote, images } = about;
    if (remote) throw new ChatError("refused", `Cannot use the model ${model}: it runs at ${remote}, so it is a cloud`);
    refuseImages(request, { model, images });
    const { asked, notices } = fitting(request, { ...about, name: model });
    const body = encodeOllama(asked, model) satisfies OllamaRequest;
    const reply = await dial(server, { method: "POST", path: "/api/chat", body }, signal);
    if (reply.status !== 200) throw await refusalFor(server, { model, reply }, signal);
    if (!/^application\/(x-ndjson|jsonl|json)\b/i.test(reply.contentType)) {
      await reply.bytes.return();
      throw new ChatError(
        "garbage",
        `Cannot read the answer of ${server.base}: its type is ${reply.contentType || "unknown"}`,
      );
    }
    const decoder = ollamaDecoder(request, newCallId);
    for await (const event of answer(reply.bytes, { units: lineUnits(), decoder })) {
      yield* notices.splice(0);
      if (event.type === "done") {
        const cut = await truncationOf(
          server,
          { request: asked, counts: decoder.counts(), limit: about.contextLength },
          signal,
        );
        if (cut !== null) yield { type: "notice", text: cut };
      }
      yield event;
    }
  };
}

/** `request` without what the model cannot do, and what to say of it. */
function fitting(request: ChatRequest, about: Partial<Model> & { name: string }) {
  const said = imagesNotice(request, { model: about.name, images: about.images });
  const asked = { ...request };
  if (about.thinking === false && request.think !== undefined) {
    delete asked.think;
    if (request.think !== false) {
      said.push(`The model ${about.name} cannot reason before it answers; it was not asked to.`);
    }
  }
  return { asked, notices: said.map((text): ChatEvent => ({ type: "notice", text })) };
}

/** The notice for a prompt that was cut; the server's version is asked for only where it decides. */
async function truncationOf(
  server: Server,
  { request, counts, limit }: { request: ChatRequest; counts: OllamaCounts; limit?: number },
  signal: AbortSignal,
): Promise<string | null> {
  const window = request.contextLength === undefined ? undefined : Math.min(request.contextLength, limit ?? Infinity);
  const count = { ...counts, ...promptTokens(request), window };
  if (!dependsOnVersion(count)) return truncationNotice(count);
  return truncationNotice({ ...count, version: await ollamaVersion(server, signal) });
}

/** The server's version; "" if it does not tell. Throws only the signal's reason. */
async function ollamaVersion(server: Server, signal: AbortSignal): Promise<string> {
  try {
    const reply = await dial(server, { method: "GET", path: "/api/version" }, signal);
    const told: unknown = JSON.parse(await readText(reply, 4096));
    const version = typeof told === "object" && told !== null && "version" in told ? told.version : "";
    return typeof version === "string" ? version : "";
  } catch {
    signal.throwIfAborted();
    return "";
  }
}

/** What Ollama tells of `model`. Throws `ChatError`; for a model that it does not have, naming those that it has. */
async function describeOllama(server: Server, model: string, signal: AbortSignal): Promise<Partial<Model>> {
  const shown = OllamaDescription.safeParse(await client(server, { model }, signal).show({ model }));
  if (!shown.success) throw new ChatError("garbage", `Cannot read what ${server.base} tells of the model: ${model}`);
  return shown.data;
}

/** The models that are in memory now. Throws `ChatError`. */
export async function ollamaPs(server: Server, signal: AbortSignal): Promise<Running[]> {
  const running = OllamaRunning.safeParse(await client(server, {}, signal).ps());
  if (!running.success) throw new ChatError("garbage", `Cannot read what ${server.base} has in memory`);
  return running.data.models;
}

/** The models that Ollama has, each with what it tells of it. Throws `ChatError`. */
export async function ollamaModels(server: Server, signal: AbortSignal): Promise<Model[]> {
  const listed = OllamaList.safeParse(await client(server, {}, signal).list());
  if (!listed.success) throw new ChatError("garbage", `Cannot read the model list of ${server.base}`);
  const running = await ollamaPs(server, signal).catch((error) => {
    signal.throwIfAborted();
    if (error instanceof ChatError) return null;
    throw error;
  });
  const loaded = (name: string) => running === null ? {} : { loaded: running.some((one) => one.name === name) };
  return await Promise.all(listed.data.models.map(async (entry): Promise<Model> => {
    const more = await describeOllama(server, entry.name, signal).catch((error) => {
      signal.throwIfAborted();
      if (error instanceof ChatError) return {};
      throw error;
    });
    return { kind: "ollama", base: server.base, embeddingsOnly: false, ...entry, ...more, ...loaded(entry.name) };
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

/** The error for a reply of Ollama that is not 200; for a missing model it names those that are there. */
export async function refusalFor(
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

/** A server that speaks OpenAI's chat completions: vLLM, SGLang, llama.cpp, LM Studio and kin. */
import { createParser } from "eventsource-parser";
import * as z from "zod";
import { type Chat, ChatError, type ChatRequest } from "../chat.ts";
import { LineError, lineSplitter } from "../wire/lines.ts";
import { encodeOpenAi, openAiDecoder } from "../wire/openai.ts";
import type { Model } from "../models.ts";
import { answer, newCallId, UNIT_LIMIT, type Units } from "./answer.ts";
import { dial, readText, type Server } from "./dial.ts";
import { isMissingModel, readRefusal, refusalError } from "./refusal.ts";

/**
 * `model` on `server` as a `Chat`. `server.base` may end in `/v1` or not. The key is the configuration's alone.
 * A server that answers in one piece although asked to stream is read too.
 */
export function openAiChat(server: Server, model: string): Chat {
  return async function* (request: ChatRequest, signal: AbortSignal) {
    const ask = { method: "POST", path: chatPath(server), body: encodeOpenAi(request, model) } as const;
    const reply = await dial(server, ask, signal);
    if (reply.status !== 200) {
      const refusal = await readRefusal(reply);
      const known = isMissingModel(refusal) ? (await openAiModels(server, signal)).map((m) => m.name) : undefined;
      throw refusalError(refusal, { model, base: server.base, known });
    }
    const decoder = openAiDecoder(request, newCallId);
    if (/^text\/event-stream\b/i.test(reply.contentType)) {
      yield* answer(reply.bytes, { units: eventUnits(), decoder });
    } else if (/^application\/json\b/i.test(reply.contentType)) {
      yield* answer(reply.bytes, { units: wholeUnit(), decoder });
    } else {
      await reply.bytes.return();
      throw new ChatError(
        "garbage",
        `Cannot read the answer of ${server.base}: its type is ${reply.contentType || "unknown"}`,
      );
    }
  };
}

/** `/v1/models`. The limits and sizes are what some servers add: `max_model_len` (vLLM, SGLang), `meta` (llama.cpp). */
const ModelList = z.looseObject({
  data: z.array(z.looseObject({
    id: z.string(),
    max_model_len: z.number().nullish(),
    meta: z.looseObject({
      n_ctx: z.number().nullish(),
      n_ctx_train: z.number().nullish(),
      n_params: z.number().nullish(),
      size: z.number().nullish(),
    }).nullish(),
  })),
});

/** The models of `server`; what it does not tell is absent. Throws `ChatError`. */
export async function openAiModels(server: Server, signal: AbortSignal): Promise<Model[]> {
  const reply = await dial(server, { method: "GET", path: `${prefix(server)}/models` }, signal);
  if (reply.status !== 200) {
    throw refusalError(await readRefusal(reply), { model: "(any)", base: server.base });
  }
  const text = await readText(reply);
  let list: z.infer<typeof ModelList>;
  try {
    list = ModelList.parse(JSON.parse(text));
  } catch (cause) {
    throw new ChatError("garbage", `Cannot read the model list of ${server.base}: ${text.slice(0, 80)}`, { cause });
  }
  return list.data.map(({ id, max_model_len, meta }) => ({
    name: id,
    kind: "openai",
    base: server.base,
    ...(meta?.size ? { bytes: meta.size } : {}),
    ...(meta?.n_params ? { parameters: meta.n_params } : {}),
    ...(max_model_len ?? meta?.n_ctx ?? meta?.n_ctx_train
      ? { contextLength: max_model_len ?? meta?.n_ctx ?? meta?.n_ctx_train ?? undefined }
      : {}),
    embeddingsOnly: /\b(embed|embedding|embeddings|rerank|reranker)\b|^(bge|e5|gte)-/i.test(id.replace(/[_/]/g, " ")),
  }));
}

function chatPath(server: Server): string {
  return `${prefix(server)}/chat/completions`;
}

function prefix(server: Server): string {
  return /\/v\d+\/*$/.test(server.base) ? "" : "/v1";
}

/**
 * Server-sent events → their data. Whole lines are fed: over a chunk's edge the parser drops a line that is no field
 * without a word, and a lost line would be lost text.
 */
export function eventUnits(): Units {
  const lines = lineSplitter(UNIT_LIMIT);
  let ready: string[] = [];
  const parser = createParser({
    maxBufferSize: UNIT_LIMIT,
    onEvent: ({ data }) => void ready.push(data),
    onError: (error) => {
      if (error.type === "invalid-retry") return;
      throw new LineError(`Cannot read an event stream: ${error.message.slice(0, 120)}`);
    },
  });
  const take = (text: string) => {
    parser.feed(text);
    const out = ready;
    ready = [];
    return out;
  };
  return {
    push: (bytes) => take(lines.push(bytes).map((line) => `${line}\n`).join("")),
    rest() {
      const text = lines.rest();
      if (text === null) return null;
      try {
        return take(`${text}\n\n`);
      } catch (error) {
        if (error instanceof LineError) return null;
        throw error;
      }
    },
  };
}

/** A body that is one JSON text. */
function wholeUnit(): Units {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new LineError("Cannot read an answer as text: it is not UTF-8", { cause });
    }
  };
  return {
    push(bytes) {
      text += decode(bytes);
      if (text.length > UNIT_LIMIT) throw new LineError(`Cannot read an answer: longer than ${UNIT_LIMIT} characters`);
      return [];
    },
    rest: () => [text],
  };
}

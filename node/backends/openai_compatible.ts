/** A server that speaks OpenAI's chat completions; how they differ is data in `wire/quirks.ts`. */
import { createParser } from "eventsource-parser";
import { type Chat, ChatError, type ChatEvent, type ChatRequest } from "../chat.ts";
import { LineError, lineSplitter } from "../wire/lines.ts";
import { encodeOpenAi, openAiDecoder } from "../wire/openai.ts";
import { adapted, type Quirks, quirksOf, type Software } from "../wire/quirks.ts";
import { answer, newCallId, UNIT_LIMIT, type Units } from "./answer.ts";
import { dial, type Reply, type Server } from "./dial.ts";
import { type Images, imagesNotice, refuseImages } from "./images.ts";
import { openAiModels, versioned } from "./openai_models.ts";
import { isMissingModel, readRefusal, refusalError } from "./refusal.ts";

/** What the server's list told of the model. */
export type OpenAiAbout = { software?: Software; images?: Images };

/** Times that a request is changed to what the server's refusal asks for. */
const ADAPTATIONS = 3;

/**
 * `model` on `server` as a `Chat`. `server.base` may end in `/v1` or not. The key is the configuration's alone.
 * A server that answers in one piece although asked to stream is read too. A refusal that names a field which can be left
 * out is answered once for each field by the request without it; nothing else is ever sent twice.
 */
export function openAiChat(server: Server, model: string, about: OpenAiAbout = {}): Chat {
  const quirks = quirksOf(about.software);
  return async function* (request: ChatRequest, signal: AbortSignal) {
    refuseImages(request, { model, images: about.images });
    const body = encodeOpenAi(request, model, quirks);
    const reply = await post(server, { model, body }, signal);
    const decoder = openAiDecoder(request, newCallId, quirks);
    const notices = noticesFor(request, { quirks, model, about });
    if (/^text\/event-stream\b/i.test(reply.contentType)) {
      yield* after(notices, answer(reply.bytes, { units: eventUnits(), decoder }));
    } else if (/^application\/json\b/i.test(reply.contentType)) {
      yield* after(notices, answer(reply.bytes, { units: wholeUnit(), decoder }));
    } else {
      await reply.bytes.return();
      throw new ChatError(
        "garbage",
        `Cannot read the answer of ${server.base}: its type is ${reply.contentType || "unknown"}`,
      );
    }
  };
}

/** Sends the question; throws `ChatError` for any answer that is not 200. */
async function post(
  server: Server,
  { model, body }: { model: string; body: Record<string, unknown> },
  signal: AbortSignal,
): Promise<Reply> {
  const path = `${versioned(server)}/chat/completions`;
  for (let at = 0, sent = body;; at++) {
    const reply = await dial(server, { method: "POST", path, body: sent }, signal);
    if (reply.status === 200) return reply;
    const refusal = await readRefusal(reply);
    const changed = refusal.status === 400 || refusal.status === 422 ? adapted(sent, refusal.text) : null;
    if (changed !== null && at < ADAPTATIONS) {
      sent = changed;
      continue;
    }
    const known = isMissingModel(refusal) ? (await openAiModels(server, signal)).map((m) => m.name) : undefined;
    throw refusalError(refusal, { model, base: server.base, known });
  }
}

function noticesFor(
  request: ChatRequest,
  { quirks, model, about }: { quirks: Quirks; model: string; about: OpenAiAbout },
): string[] {
  const think = request.think !== undefined && quirks.think === "none"
    ? [`The server of ${model} cannot be told whether to reason; the model's own way holds.`]
    : [];
  return [...think, ...imagesNotice(request, { model, images: about.images })];
}

/** `notices`, then `events`, once the first of them is there: a refusal is still thrown before any event. */
async function* after(notices: string[], events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent, void, void> {
  const waiting = notices.map((text): ChatEvent => ({ type: "notice", text }));
  for await (const event of events) {
    yield* waiting.splice(0);
    yield event;
  }
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

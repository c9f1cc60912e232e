/** Ollama's `/api/chat` ⇄ chat.ts. Wire as documented in ollama `docs/api.md` and `api/types.go`; unknown keys are borne. */
import * as z from "zod";
import { ChatError, type ChatEvent, type ChatRequest, type Message, type Part, textOf } from "../chat.ts";
import { argumentsObject, callIds, inCallOrder } from "./arguments.ts";
import { cut, type Decoder, garbage, plain } from "./decoder.ts";

/** One line of a streamed answer, or a whole answer when not streamed. */
const OllamaChunk = z.looseObject({
  message: z.looseObject({
    content: z.string().nullish(),
    thinking: z.string().nullish(),
    tool_calls: z.array(z.looseObject({
      id: z.string().nullish(),
      function: z.looseObject({
        name: z.string(),
        arguments: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
      }),
    })).nullish(),
  }).optional(),
  done: z.boolean().optional(),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.number().optional(),
  /** From 0.33 on: how much of the prompt came from the cache. */
  prompt_eval_cached_count: z.number().nullish(),
  eval_count: z.number().optional(),
  /** Present where the server passes the prompt on to another host. */
  remote_host: z.string().nullish(),
  error: z.string().optional(),
});
export type OllamaChunk = z.infer<typeof OllamaChunk>;

/** A message as Ollama reads it. `tool_call_id` and `id` are ignored by servers older than they are. */
export type OllamaMessage = {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  images?: string[];
  tool_calls?: { id: string; function: { name: string; arguments: Record<string, unknown> } }[];
  tool_name?: string;
  tool_call_id?: string;
};

/**
 * `request` as the body of `/api/chat`, streamed. Throws `ChatError` `refused` for audio and files that are not text.
 * `truncate` and `shift` false make a server from 0.12.5 on refuse a prompt that does not fit, and end an answer that
 * outgrows the context, where it would else leave the beginning out unsaid; older ones ignore them.
 */
export function encodeOllama(request: ChatRequest, model: string) {
  const options = {
    temperature: request.temperature,
    num_predict: request.maxTokens,
    num_ctx: request.contextLength,
    seed: request.seed,
    stop: request.stop,
  };
  return {
    model,
    stream: true as const,
    messages: inCallOrder(request.messages).map(encodeMessage),
    ...(request.tools.length > 0
      ? { tools: request.tools.map((tool) => ({ type: "function", function: { ...tool } })) }
      : {}),
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    truncate: false,
    shift: false,
    ...(request.format ? { format: request.format } : {}),
    ...(request.think === undefined ? {} : { think: request.think }),
    ...(request.keepAlive === undefined ? {} : { keep_alive: request.keepAlive }),
  };
}

function encodeMessage(message: Message): OllamaMessage {
  if (message.role === "tool") {
    const { result } = message;
    return { role: "tool", ...content(result.content), tool_name: result.name, tool_call_id: result.callId };
  }
  const out: OllamaMessage = { role: message.role, ...content(message.content) };
  if (message.role === "assistant" && message.toolCalls.length > 0) {
    out.tool_calls = message.toolCalls.map((call) => ({
      id: call.id,
      function: { name: call.name, arguments: argumentsObject(call.arguments) },
    }));
  }
  return out;
}

function content(parts: readonly Part[]): { content: string; images?: string[] } {
  const images: string[] = [];
  for (const part of parts) {
    if (part.type === "image") images.push(part.data);
    else if (part.type !== "text") throw new ChatError("refused", `Cannot send to an Ollama model: ${part.type}`);
  }
  return images.length > 0 ? { content: textOf(parts), images } : { content: textOf(parts) };
}

/** What the last line counted; absent = it did not. */
export type OllamaCounts = { reported?: number; cached?: number; output?: number };

/** Decodes the answer to `request`, line by line. A call without an id of its own gets `newId()`. */
export function ollamaDecoder(request: ChatRequest, newId: () => string): Decoder & { counts(): OllamaCounts } {
  const idFor = callIds(request.messages, newId);
  let counts: OllamaCounts = {};
  let [ended, called] = [false, false];
  const finish = (event: ChatEvent): ChatEvent[] => {
    ended = true;
    return [event];
  };
  return {
    get ended() {
      return ended;
    },
    counts: () => counts,
    push(line) {
      if (ended || line.trim() === "") return [];
      const chunk = parseChunk(line);
      if (!chunk) return finish(garbage("a line", line));
      if (chunk.error !== undefined) return finish({ type: "error", fault: "server", message: plain(chunk.error) });
      if (chunk.remote_host) {
        return finish({
          type: "error",
          fault: "refused",
          message: `This model runs at ${plain(chunk.remote_host, 100)}: a cloud`,
        });
      }
      const events = contentEvents(chunk, idFor);
      called ||= events.some((event) => event.type === "tool_call");
      if (!chunk.done) return events;
      ended = true;
      counts = {
        reported: chunk.prompt_eval_count,
        cached: chunk.prompt_eval_cached_count ?? undefined,
        output: chunk.eval_count,
      };
      return [...events, ...usage(chunk), { type: "done", reason: reasonOf(chunk.done_reason, called) }];
    },
    end(broken) {
      if (ended) return [];
      return finish(broken ? { type: "error", ...broken } : cut("no final line with done"));
    },
  };
}

function parseChunk(line: string): OllamaChunk | null {
  try {
    return OllamaChunk.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

function contentEvents({ message }: OllamaChunk, idFor: (given?: string | null) => string): ChatEvent[] {
  const events: ChatEvent[] = [];
  if (message?.thinking) events.push({ type: "thinking", text: message.thinking });
  if (message?.content) events.push({ type: "text", text: message.content });
  for (const call of message?.tool_calls ?? []) {
    const { name, arguments: given } = call.function;
    const text = typeof given === "string" ? given : JSON.stringify(given ?? {});
    events.push({ type: "tool_call", call: { id: idFor(call.id), name, arguments: text } });
  }
  return events;
}

function usage(chunk: OllamaChunk): ChatEvent[] {
  if (chunk.prompt_eval_count === undefined && chunk.eval_count === undefined) return [];
  return [{ type: "usage", promptTokens: chunk.prompt_eval_count ?? 0, outputTokens: chunk.eval_count ?? 0 }];
}

function reasonOf(wire: string | null | undefined, called: boolean): "stop" | "length" | "tool_calls" {
  if (wire === "length") return "length";
  return called ? "tool_calls" : "stop";
}

/** The OpenAI-compatible `/v1/chat/completions` → events, and chat.ts → its request. Unknown keys are borne. */
import * as z from "zod";
import {
  ChatError,
  type ChatEvent,
  type ChatRequest,
  type Message,
  type Part,
  textOf,
  type ToolResult,
} from "../chat.ts";
import { argumentsObject, callIds, inCallOrder } from "./arguments.ts";
import { cut, type Decoder, garbage, plain } from "./decoder.ts";
import { toolCallAssembly, ToolCallDelta } from "./openai_calls.ts";
import { type Quirks, quirksOf } from "./quirks.ts";
import { thinkTags } from "./think_tags.ts";

const Delta = z.looseObject({
  /** A list of parts where a server answers as it is asked. */
  content: z.union([
    z.string(),
    z.array(z.looseObject({ text: z.string().nullish() })).transform((parts) =>
      parts.map((p) => p.text ?? "").join("")
    ),
  ]).nullish(),
  /** What reasoning models think; `reasoning_content` (vLLM, llama.cpp, SGLang), `reasoning` (LM Studio, newer vLLM). */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  tool_calls: z.array(ToolCallDelta).nullish(),
});

/** One `data:` of the stream, or a whole completion (`message` in place of `delta`). */
const OpenAiChunk = z.looseObject({
  choices: z.array(z.looseObject({
    index: z.number().nullish(),
    delta: Delta.nullish(),
    message: Delta.nullish(),
    finish_reason: z.string().nullish(),
  })).nullish(),
  usage: z.looseObject({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
  error: z.union([z.string(), z.looseObject({ message: z.string().nullish() })]).nullish(),
  /** `error` in the stream of a server that puts the error itself in place of a chunk; `message` is then its text. */
  object: z.string().nullish(),
  message: z.unknown().optional(),
});
export type OpenAiChunk = z.infer<typeof OpenAiChunk>;

/**
 * `request` as the body of `/v1/chat/completions`, streamed. `contextLength` and `keepAlive` have no place on this wire:
 * the server's own settings hold. Throws `ChatError` `refused` for a `format` that the server cannot enforce.
 */
export function encodeOpenAi(request: ChatRequest, model: string, quirks: Quirks = quirksOf(undefined)) {
  if (request.format && quirks.format === "none") {
    throw new ChatError("refused", `Cannot bind the answer of ${model} to a schema: its server does not enforce one`);
  }
  return {
    model,
    stream: true,
    ...(quirks.streamUsage ? { stream_options: { include_usage: true } } : {}),
    messages: encodeMessages(inCallOrder(request.messages)),
    ...(request.tools.length > 0
      ? { tools: request.tools.map((tool) => ({ type: "function", function: { ...tool } })) }
      : {}),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxTokens === undefined ? {} : { [quirks.maxTokens]: request.maxTokens }),
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(request.stop === undefined ? {} : { stop: request.stop }),
    ...(request.format
      ? {
        response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema: request.format } },
      }
      : {}),
    ...(request.think === undefined || quirks.think === "none" ? {} : thinkFields(request.think)),
  };
}

/** `enable_thinking` is what Qwen's and its followers' chat templates read; a level is for those that know levels. */
function thinkFields(think: boolean | "low" | "medium" | "high") {
  return {
    chat_template_kwargs: { enable_thinking: think !== false },
    ...(typeof think === "string" ? { reasoning_effort: think } : {}),
  };
}

/** Tool messages hold text only on this wire: a result's other parts follow the run of results as a user message. */
function encodeMessages(messages: readonly Message[]): Record<string, unknown>[] {
  const out: Record<string, unknown>[] = [];
  let shown: Part[] = [];
  const flush = () => {
    if (shown.length > 0) out.push({ role: "user", content: shown.map(encodePart) });
    shown = [];
  };
  for (const message of messages) {
    if (message.role !== "tool") flush();
    if (message.role === "tool") {
      out.push({ role: "tool", tool_call_id: message.result.callId, content: textOf(message.result.content) });
      shown.push(...attachments(message.result));
    } else if (message.role === "assistant") {
      const calls = message.toolCalls.map((call) => ({
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: JSON.stringify(argumentsObject(call.arguments)) },
      }));
      const content = textOf(message.content);
      out.push({
        role: "assistant",
        content: content === "" && calls.length > 0 ? null : content,
        ...(calls.length > 0 ? { tool_calls: calls } : {}),
      });
    } else {
      const plain = message.content.every((part) => part.type === "text");
      out.push({ role: message.role, content: plain ? textOf(message.content) : message.content.map(encodePart) });
    }
  }
  flush();
  return out;
}

function attachments(result: ToolResult): Part[] {
  const others = result.content.filter((part) => part.type !== "text");
  return others.length === 0 ? [] : [{ type: "text", text: `From the tool ${result.name}:` }, ...others];
}

function encodePart(part: Part): Record<string, unknown> {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return { type: "image_url", image_url: { url: `data:${part.mime};base64,${part.data}` } };
    case "audio": {
      const format = { "audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3" }[part.mime];
      if (!format) throw new ChatError("refused", `Cannot send audio to an OpenAI-compatible server: ${part.mime}`);
      return { type: "input_audio", input_audio: { data: part.data, format } };
    }
    case "file":
      return {
        type: "file",
        file: { filename: part.name, file_data: `data:${part.mime};base64,${part.data}` },
      };
  }
}

/**
 * Decodes the answer to `request`, one `data:` at a time. `finish_reason` or `[DONE]` is the end mark; the last events
 * come with `[DONE]` or the end of the bytes, because usage follows the finish reason. Calls are held until then, so no
 * part of one is passed on.
 */
export function openAiDecoder(
  request: ChatRequest,
  newId: () => string,
  quirks: Quirks = quirksOf(undefined),
): Decoder {
  const tags = quirks.thinkTags ? thinkTags() : null;
  const calls = toolCallAssembly(callIds(request.messages, newId));
  let ended = false;
  let finish: string | null = null;
  let usage: ChatEvent[] = [];
  const stop = (event: ChatEvent): ChatEvent[] => {
    ended = true;
    return [event];
  };
  /** What the tags still hold, before an answer breaks off: nothing that came is lost. */
  const held = (): ChatEvent[] => tags?.end() ?? [];
  const close = (): ChatEvent[] => {
    const whole = calls.finish({ trusted: finish !== null && finish !== "length" });
    if (whole === null) return [...held(), ...stop(cut("a tool call is not whole"))];
    ended = true;
    const reason = finish === "length" ? "length" : whole.length > 0 ? "tool_calls" : "stop";
    return [...held(), ...whole.map((call): ChatEvent => ({ type: "tool_call", call })), ...usage, {
      type: "done",
      reason,
    }];
  };
  return {
    get ended() {
      return ended;
    },
    push(data) {
      if (ended || data.trim() === "") return [];
      if (data.trim() === "[DONE]") return close();
      const chunk = parseChunk(data);
      if (!chunk) return stop(garbage("an event", data));
      const failure = failureIn(chunk);
      if (failure !== null) return [...held(), ...stop({ type: "error", fault: "server", message: failure })];
      const { prompt_tokens: promptTokens, completion_tokens: outputTokens } = chunk.usage ?? {};
      if (promptTokens || outputTokens) {
        usage = [{ type: "usage", promptTokens: promptTokens ?? 0, outputTokens: outputTokens ?? 0 }];
      }
      const choice = chunk.choices?.find((c) => (c.index ?? 0) === 0);
      if (!choice) return [];
      const delta = choice.delta ?? choice.message ?? {};
      const events = spoken(delta).flatMap((event) => event.type === "text" && tags ? tags.push(event.text) : [event]);
      for (const fragment of delta.tool_calls ?? []) calls.add(fragment);
      finish = choice.finish_reason ?? finish;
      const broken = brokenBy(choice.finish_reason);
      return broken ? [...events, ...held(), ...stop(broken)] : events;
    },
    end(broken) {
      if (ended) return [];
      if (finish !== null) return close();
      return [
        ...held(),
        ...stop(broken ? { type: "error", ...broken } : cut("no finish_reason and no [DONE]")),
      ];
    },
  };
}

/** What a chunk says went wrong; null if nothing. */
function failureIn({ error, object, message }: OpenAiChunk): string | null {
  if (typeof error === "string") return plain(error);
  if (error) return plain(error.message ?? JSON.stringify(error));
  return object === "error" ? plain(String(message ?? "it gave no reason")) : null;
}

function parseChunk(data: string): OpenAiChunk | null {
  try {
    return OpenAiChunk.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}

function spoken(delta: z.infer<typeof Delta>): ChatEvent[] {
  const events: ChatEvent[] = [];
  const thinking = delta.reasoning_content || delta.reasoning;
  if (thinking) events.push({ type: "thinking", text: thinking });
  if (delta.content) events.push({ type: "text", text: delta.content });
  return events;
}

function brokenBy(finish: string | null | undefined): ChatEvent | null {
  if (finish === "content_filter") {
    return { type: "error", fault: "refused", message: "The model server's content filter stopped the answer" };
  }
  if (finish === "abort" || finish === "error") {
    return { type: "error", fault: "server", message: `The model server gave up the answer: ${finish}` };
  }
  return null;
}

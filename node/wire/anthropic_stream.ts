/** The Messages API's stream → chat events. Unknown events, blocks and deltas are borne, as its documentation asks. */
import * as z from "zod";
import type { ChatEvent, ChatFault, ChatRequest, ToolCall } from "../chat.ts";
import type { SignedThinking } from "./anthropic.ts";
import { callIds } from "./arguments.ts";
import { cut, type Decoder, garbage, plain } from "./decoder.ts";

const count = z.number().nullish();
const Usage = z.looseObject({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
});

/** One `data:` of the stream. */
const AnthropicEvent = z.looseObject({
  type: z.string(),
  index: z.number().int().optional(),
  message: z.looseObject({ usage: Usage.nullish() }).optional(),
  content_block: z.looseObject({
    type: z.string(),
    id: z.string().optional(),
    name: z.string().optional(),
    text: z.string().optional(),
    thinking: z.string().optional(),
    signature: z.string().optional(),
    data: z.string().optional(),
    input: z.record(z.string(), z.unknown()).optional(),
  }).optional(),
  delta: z.looseObject({
    type: z.string().optional(),
    text: z.string().optional(),
    partial_json: z.string().optional(),
    thinking: z.string().optional(),
    signature: z.string().optional(),
    stop_reason: z.string().nullish(),
  }).optional(),
  usage: Usage.nullish(),
  error: z.looseObject({ type: z.string().optional(), message: z.string().optional() }).optional(),
});
export type AnthropicEvent = z.infer<typeof AnthropicEvent>;

/** Errors that another try may not meet; every other one is a refusal. */
const PASSING = new Set(["overloaded_error", "api_error", "timeout_error", "rate_limit_error"]);

type Block =
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown>; json: string }
  | SignedThinking
  | { type: "other" };

/**
 * Decodes the answer to `request`. `message_stop` is the end mark; calls are held until then, so that no part of one is
 * passed on. `signed` is the reasoning of an answer that has ended, in order.
 */
export function anthropicDecoder(
  request: ChatRequest,
  newId: () => string,
): Decoder & { signed(): SignedThinking[] } {
  const idFor = callIds(request.messages, newId);
  const blocks = new Map<number, Block>();
  const counted = { input: 0, cacheMade: 0, cacheRead: 0, output: 0 };
  let [ended, reason]: [boolean, string | null] = [false, null];

  const stop = (event: ChatEvent): ChatEvent[] => {
    ended = true;
    return [event];
  };

  function start(index: number, block: NonNullable<AnthropicEvent["content_block"]>): ChatEvent[] {
    const { type, id = "", name = "", text = "", thinking = "", signature = "", data = "", input = {} } = block;
    if (type === "tool_use") blocks.set(index, { type, id, name, input, json: "" });
    else if (type === "thinking") blocks.set(index, { type, thinking, signature });
    else if (type === "redacted_thinking") blocks.set(index, { type, data });
    else blocks.set(index, { type: "other" });
    if (type === "thinking" && thinking !== "") return [{ type: "thinking", text: thinking }];
    return type === "text" && text !== "" ? [{ type: "text", text }] : [];
  }

  function grow(index: number, delta: NonNullable<AnthropicEvent["delta"]>): ChatEvent[] | null {
    const block = blocks.get(index);
    if (delta.type === "text_delta") return delta.text ? [{ type: "text", text: delta.text }] : [];
    if (delta.type === "input_json_delta") {
      if (block?.type !== "tool_use") return null;
      block.json += delta.partial_json ?? "";
    } else if (delta.type === "thinking_delta" && block?.type === "thinking") {
      block.thinking += delta.thinking ?? "";
      return delta.thinking ? [{ type: "thinking", text: delta.thinking }] : [];
    } else if (delta.type === "signature_delta" && block?.type === "thinking") {
      block.signature += delta.signature ?? "";
    }
    return [];
  }

  function count(usage: z.infer<typeof Usage> | null | undefined): void {
    counted.input = usage?.input_tokens ?? counted.input;
    counted.cacheMade = usage?.cache_creation_input_tokens ?? counted.cacheMade;
    counted.cacheRead = usage?.cache_read_input_tokens ?? counted.cacheRead;
    counted.output = usage?.output_tokens ?? counted.output;
  }

  function close(): ChatEvent[] {
    const refused = brokenBy(reason);
    if (refused) return stop(refused);
    const limited = reason === "max_tokens" || reason === "model_context_window_exceeded";
    const calls = [...blocks].sort(([a], [b]) => a - b).flatMap(([, block]) =>
      block.type === "tool_use" ? [block] : []
    );
    if (limited && calls.some(({ json }) => json !== "" && !isJson(json))) {
      return stop(cut("a tool call is not whole"));
    }
    ended = true;
    const made = calls.map(({ id, name, input, json }): ToolCall => ({
      id: idFor(id),
      name,
      arguments: json === "" ? JSON.stringify(input) : json,
    }));
    const promptTokens = counted.input + counted.cacheMade + counted.cacheRead;
    return [
      ...made.map((call): ChatEvent => ({ type: "tool_call", call })),
      ...(promptTokens + counted.output > 0
        ? [{ type: "usage" as const, promptTokens, outputTokens: counted.output }]
        : []),
      { type: "done", reason: limited ? "length" : made.length > 0 ? "tool_calls" : "stop" },
    ];
  }

  function read(event: AnthropicEvent, data: string): ChatEvent[] {
    switch (event.type) {
      case "message_start":
        count(event.message?.usage);
        return [];
      case "content_block_start":
        return event.content_block ? start(event.index ?? 0, event.content_block) : [];
      case "content_block_delta":
        return event.delta ? grow(event.index ?? 0, event.delta) ?? stop(garbage("an event", data)) : [];
      case "message_delta":
        reason = event.delta?.stop_reason ?? reason;
        count(event.usage);
        return [];
      case "message_stop":
        return close();
      case "error":
        return stop({ type: "error", fault: faultOf(event.error?.type), message: failureText(event) });
      default:
        return [];
    }
  }

  return {
    get ended() {
      return ended;
    },
    signed: () =>
      [...blocks].sort(([a], [b]) => a - b).flatMap(([, block]) =>
        block.type === "redacted_thinking" || (block.type === "thinking" && block.signature !== "") ? [block] : []
      ),
    push(data) {
      if (ended || data.trim() === "") return [];
      const event = parse(data);
      return event ? read(event, data) : stop(garbage("an event", data));
    },
    end(broken) {
      if (ended) return [];
      return stop(broken ? { type: "error", ...broken } : cut("no message_stop"));
    },
  };
}

function parse(data: string): AnthropicEvent | null {
  try {
    return AnthropicEvent.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}

function failureText({ error }: AnthropicEvent): string {
  const message = plain(error?.message ?? "it gave no reason");
  return error?.type && error.type !== "api_error" ? `${message} (${plain(error.type, 60)})` : message;
}

/** Which of our faults an error type of this API is. */
function faultOf(type: string | undefined): ChatFault {
  return type === undefined || PASSING.has(type) ? "server" : "refused";
}

function brokenBy(reason: string | null): ChatEvent | null {
  if (reason === "refusal") return { type: "error", fault: "refused", message: "The model refused to answer" };
  if (reason === "pause_turn") {
    return { type: "error", fault: "server", message: "The model server paused the answer in the middle" };
  }
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

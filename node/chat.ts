/**
 * The vocabulary that every model backend, the agent, the gateway and the wires share.
 *
 * A `Chat` fails in one of two ways and no other: it throws before its first event, or it yields one
 * `error` event and ends. A stream that ends without `done` or `error` is a bug in that `Chat`.
 */
import * as z from "zod";

/**
 * Where a text of a user's message came from; `kind` is one of the origins that the door knows. Absent, and whatever the door
 * does not know: nobody can say, so it is nobody's own words. No wire carries it.
 */
export const PartOrigin = z.object({ kind: z.string(), name: z.string() });

/** One piece of a message. `data` is base64; `mime` is an RFC 6838 media type. */
export const Part = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string(), origin: PartOrigin.optional() }),
  z.object({ type: z.literal("image"), mime: z.string(), data: z.string() }),
  z.object({ type: z.literal("audio"), mime: z.string(), data: z.string() }),
  z.object({ type: z.literal("file"), name: z.string(), mime: z.string(), data: z.string() }),
]);
export type Part = z.infer<typeof Part>;

/** A tool the model asks for. `arguments` is the JSON text exactly as the model wrote it, perhaps malformed. */
export const ToolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type ToolCall = z.infer<typeof ToolCall>;

/**
 * What a call came back with. `content` is what the model reads; `data` is the same answer as a
 * structure, for code that reads it (the fixed set of commands, a card on a screen) and never for a wire.
 */
export const ToolResult = z.object({
  callId: z.string(),
  name: z.string(),
  content: z.array(Part),
  isError: z.boolean(),
  data: z.unknown().optional(),
});
export type ToolResult = z.infer<typeof ToolResult>;

export const Message = z.discriminatedUnion("role", [
  z.object({ role: z.literal("system"), content: z.array(Part) }),
  z.object({ role: z.literal("user"), content: z.array(Part) }),
  z.object({ role: z.literal("assistant"), content: z.array(Part), toolCalls: z.array(ToolCall) }),
  z.object({ role: z.literal("tool"), result: ToolResult }),
]);
export type Message = z.infer<typeof Message>;

/** What a model is told of a tool. `parameters` is a JSON Schema object. */
export const ToolSpec = z.object({
  name: z.string(),
  description: z.string(),
  parameters: z.record(z.string(), z.unknown()),
});
export type ToolSpec = z.infer<typeof ToolSpec>;

export const ChatRequest = z.object({
  messages: z.array(Message),
  tools: z.array(ToolSpec),
  /** Sampling temperature; absent = the backend's own default. */
  temperature: z.number().min(0).max(2).optional(),
  /** Tokens the answer may have at most. */
  maxTokens: z.number().int().positive().optional(),
  /** Tokens the backend should reserve for prompt and answer together. */
  contextLength: z.number().int().positive().optional(),
  seed: z.number().int().optional(),
  stop: z.array(z.string()).optional(),
  /** JSON Schema that the whole answer must satisfy; a backend that cannot enforce it throws `refused`. */
  format: z.record(z.string(), z.unknown()).optional(),
  /** Reasoning before the answer: on, off or how much; absent = the model's own default. */
  think: z.union([z.boolean(), z.enum(["low", "medium", "high"])]).optional(),
  /** Seconds that the model stays loaded after the answer; -1 = for ever. Backends that cannot are not asked. */
  keepAlive: z.number().int().min(-1).optional(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** Why a stream broke: `cut` = ended without its end mark, `stalled` = silent too long, `garbage` = not the wire. */
export const ChatFault = z.enum(["cut", "stalled", "garbage", "server", "refused", "unreachable"]);
export type ChatFault = z.infer<typeof ChatFault>;

export const ChatEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thinking"), text: z.string() }),
  z.object({ type: z.literal("tool_call"), call: ToolCall }),
  z.object({ type: z.literal("usage"), promptTokens: z.number(), outputTokens: z.number() }),
  /** What the person should know of this answer: a prompt that the server cut, a model that is being loaded. */
  z.object({ type: z.literal("notice"), text: z.string() }),
  z.object({ type: z.literal("done"), reason: z.enum(["stop", "length", "tool_calls"]) }),
  z.object({ type: z.literal("error"), fault: ChatFault, message: z.string() }),
]);
export type ChatEvent = z.infer<typeof ChatEvent>;

/** A model, wherever it runs. Throws `ChatError` before the first event, yields `error` after it, ends on `signal`. */
export type Chat = (request: ChatRequest, signal: AbortSignal) => AsyncIterable<ChatEvent>;

/** A backend's failure before the first event. `fault` tells a caller whether another backend may be tried. */
export class ChatError extends Error {
  override name = "ChatError";
  constructor(readonly fault: ChatFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The text parts of `content`, joined; other parts are left out. */
export function textOf(content: readonly Part[]): string {
  return content.filter((p) => p.type === "text").map((p) => p.text).join("");
}

/** `text` as a message's content. */
export function text(value: string): Part[] {
  return [{ type: "text", text: value }];
}

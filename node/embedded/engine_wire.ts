/**
 * What the engine process hears and says: one JSON line each. It holds one model for its whole life, so the order is
 * `load` once, then any number of `chat`, one at a time; `cancel` ends the one under way. It ends with its input.
 */
import * as z from "zod/mini";
import type { ChatEvent, ChatRequest } from "../chat.ts";

/** Longest line that either side takes: a conversation with room. */
export const LONGEST_LINE = 32 << 20;

/** A file's name, never a path. */
const name = z.string().check(z.regex(/^[^/\\\0]{1,255}$/), z.refine((value) => value !== "." && value !== ".."));

export const Load = z.strictObject({
  op: z.literal("load"),
  /** The file in the directory of models. */
  model: name,
  /** The engine's directory in the directory of engines. */
  engine: name,
  /** Tokens for prompt and answer together. */
  contextLength: z.int().check(z.positive(), z.maximum(1 << 20)),
  /** `auto` uses a graphics processor if the engine was built for one and it is there. */
  gpu: z.enum(["auto", "off"]),
  /** null = all processors but one, or one if that is measured to be faster. */
  threads: z.nullable(z.int().check(z.positive(), z.maximum(512))),
});
export type Load = z.infer<typeof Load>;

/** `request` is a `ChatRequest`; it was one in the process that sends it. */
export const EngineRequest = z.discriminatedUnion("op", [
  Load,
  z.strictObject({ op: z.literal("chat"), id: z.int(), request: z.custom<ChatRequest>(isRequest) }),
  z.strictObject({ op: z.literal("cancel"), id: z.int() }),
]);
export type EngineRequest = z.infer<typeof EngineRequest>;

function isRequest(value: unknown): boolean {
  const { messages, tools } = (value ?? {}) as Partial<ChatRequest>;
  return Array.isArray(messages) && Array.isArray(tools);
}

const fault = z.enum(["cut", "stalled", "garbage", "server", "refused", "unreachable"]);

/** The events of a `Chat`, as far as a process of ours can make them; anything else is garbage. */
const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thinking"), text: z.string() }),
  z.object({
    type: z.literal("tool_call"),
    call: z.object({ id: z.string(), name: z.string(), arguments: z.string() }),
  }),
  z.object({ type: z.literal("usage"), promptTokens: z.number(), outputTokens: z.number() }),
  z.object({ type: z.literal("notice"), text: z.string() }),
  z.object({ type: z.literal("done"), reason: z.enum(["stop", "length", "tool_calls"]) }),
  z.object({ type: z.literal("error"), fault, message: z.string() }),
]) satisfies z.ZodMiniType<ChatEvent>;

/** What was loaded. */
export const Loaded = z.object({
  /** Tokens that prompt and answer may take together. */
  contextLength: z.int(),
  threads: z.int(),
  /** What computes: `cpu`, `cuda`, `vulkan` or `metal`. */
  device: z.string(),
  /** Milliseconds that it took. */
  ms: z.number(),
});
export type Loaded = z.infer<typeof Loaded>;

export const EngineAnswer = z.discriminatedUnion("op", [
  /** Share of the weights that is read, 0 to 1. */
  z.object({ op: z.literal("progress"), share: z.number() }),
  z.object({ op: z.literal("loaded"), loaded: Loaded }),
  /** The load failed; the process ends after it. */
  z.object({ op: z.literal("failed"), fault, message: z.string() }),
  z.object({ op: z.literal("event"), id: z.int(), event: Event }),
]);
export type EngineAnswer = z.infer<typeof EngineAnswer>;

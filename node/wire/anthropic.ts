/**
 * chat.ts → Anthropic's Messages API. Read on 2026-11-20: platform.claude.com/docs/en/build-with-claude/streaming,
 * /docs/en/agents-and-tools/tool-use/handle-tool-calls (results come first, in the message right after their calls),
 * /docs/en/build-with-claude/extended-thinking (signed blocks go back unchanged with the calls they led to),
 * anthropics/anthropic-sdk-typescript src/resources/messages/messages.ts.
 */
import { ChatError, type ChatRequest, type Message, type Part, textOf } from "../chat.ts";
import { argumentsObject, inCallOrder } from "./arguments.ts";

/** Reasoning as the server signed it; it reads its own signature and nobody else does. */
export type SignedThinking =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "redacted_thinking"; data: string };

export type AnthropicBlock = Record<string, unknown> & { type: string };

/** Required by the wire: what an answer may have where the request does not say. */
const DEFAULT_MAX_TOKENS = 4096;

/** Media types of `Base64ImageSource`. */
const IMAGES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

/**
 * `request` as the body of `POST /v1/messages`, streamed. `signed` gives the reasoning that led to a call; where a call
 * has none although reasoning is asked for, reasoning is left off, for the server would refuse the history. `contextLength`
 * and `keepAlive` have no place here; `seed` has none either, which `anthropicNotices` says.
 * Throws `ChatError` `refused` for parts that the wire cannot carry.
 */
export function encodeAnthropic(
  request: ChatRequest,
  model: string,
  signed: (callId: string) => readonly SignedThinking[] = () => [],
) {
  const system = request.messages.filter((m) => m.role === "system").map((m) => textOf(m.content)).join("\n\n");
  const think = thinkFields(request, signed);
  const output = {
    ...think.effort,
    ...(request.format ? { format: { type: "json_schema", schema: request.format } } : {}),
  };
  return {
    model,
    stream: true,
    max_tokens: request.maxTokens ?? DEFAULT_MAX_TOKENS,
    ...(system === "" ? {} : { system }),
    messages: turns(inCallOrder(request.messages), think.on ? signed : () => []),
    ...(request.tools.length > 0 ? { tools: request.tools.map(encodeTool) } : {}),
    ...(request.temperature === undefined || think.on ? {} : { temperature: Math.min(1, request.temperature) }),
    ...(request.stop === undefined ? {} : { stop_sequences: request.stop }),
    ...(think.on ? { thinking: { type: "adaptive" } } : {}),
    ...(Object.keys(output).length > 0 ? { output_config: output } : {}),
  };
}

/** What the wire leaves out of `request`, a sentence each. */
export function anthropicNotices({ seed, temperature }: ChatRequest): string[] {
  return [
    ...(seed === undefined ? [] : ["This model cannot be seeded: the same question may get another answer."]),
    ...(temperature !== undefined && temperature > 1 ? ["This model's temperature ends at 1; 1 was used."] : []),
  ];
}

function thinkFields({ think, messages }: ChatRequest, signed: (callId: string) => readonly SignedThinking[]) {
  const calls = messages.flatMap((m) => m.role === "assistant" && m.toolCalls.length > 0 ? [m.toolCalls] : []);
  const open = messages.at(-1)?.role === "tool" ? calls.at(-1) ?? [] : [];
  const on = think !== undefined && think !== false &&
    (open.length === 0 || open.some((call) => signed(call.id).length > 0));
  return { on, effort: typeof think === "string" && on ? { effort: think } : {} };
}

/** A request field that a model says it does not take, and what it takes instead; null = nothing can be left out. */
export function adaptedAnthropic(body: Record<string, unknown>, refusal: string): Record<string, unknown> | null {
  if (/temperature/i.test(refusal) && "temperature" in body) {
    const { temperature: _, ...rest } = body;
    return rest;
  }
  if (!/thinking|effort/i.test(refusal) || !("thinking" in body)) return null;
  const { thinking, output_config, ...rest } = body;
  const config = { ...output_config as Record<string, unknown> | undefined };
  delete config.effort;
  const kept = Object.keys(config).length > 0 ? { ...rest, output_config: config } : rest;
  const budget = Math.floor(Number(body.max_tokens) / 2);
  const adaptive = (thinking as { type?: string }).type === "adaptive";
  return adaptive && budget >= LEAST_BUDGET ? { ...kept, thinking: { type: "enabled", budget_tokens: budget } } : kept;
}

/** Tokens that `budget_tokens` must have at least. */
const LEAST_BUDGET = 1024;

function encodeTool({ name, description, parameters }: ChatRequest["tools"][number]) {
  return { name, description, input_schema: { type: "object", ...parameters } };
}

/** Messages of one role in a row become one; a message without anything to say is left out, for the wire takes none. */
function turns(messages: readonly Message[], signed: (callId: string) => readonly SignedThinking[]) {
  const out: { role: "user" | "assistant"; content: AnthropicBlock[] }[] = [];
  for (const message of messages) {
    if (message.role === "system") continue;
    const role = message.role === "assistant" ? "assistant" : "user";
    const content = blocksOf(message, signed);
    if (content.length === 0) continue;
    const last = out.at(-1);
    if (last?.role === role) last.content.push(...content);
    else out.push({ role, content });
  }
  return out;
}

function blocksOf(
  message: Exclude<Message, { role: "system" }>,
  signed: (callId: string) => readonly SignedThinking[],
): AnthropicBlock[] {
  if (message.role === "user") return message.content.flatMap(encodePart);
  if (message.role === "assistant") {
    return [
      ...message.toolCalls.flatMap((call) => [...signed(call.id)]),
      ...message.content.flatMap(encodePart),
      ...message.toolCalls.map((call) => ({
        type: "tool_use",
        id: plainName(call.id),
        name: plainName(call.name),
        input: argumentsObject(call.arguments),
      })),
    ];
  }
  const { callId, content, isError } = message.result;
  const blocks = content.flatMap(encodePart);
  return [{
    type: "tool_result",
    tool_use_id: plainName(callId),
    ...(blocks.length > 0 ? { content: blocks } : {}),
    ...(isError ? { is_error: true } : {}),
  }];
}

/** Ids and names of this wire have letters, digits, `_` and `-` only; other backends' may have more. */
function plainName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 128) || "unnamed";
}

function encodePart(part: Part): AnthropicBlock[] {
  if (part.type === "text") return part.text.trim() === "" ? [] : [{ type: "text", text: part.text }];
  if (part.type === "image" && IMAGES.has(part.mime)) {
    return [{ type: "image", source: { type: "base64", media_type: part.mime, data: part.data } }];
  }
  if (part.type === "file" && part.mime === "application/pdf") {
    const source = { type: "base64", media_type: part.mime, data: part.data };
    return [{ type: "document", source, title: part.name }];
  }
  throw new ChatError("refused", `Cannot send to an Anthropic model: ${part.type} ${part.mime}`);
}

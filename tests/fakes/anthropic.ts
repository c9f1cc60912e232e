/** A fake Messages API on the real wire: /v1/messages (SSE), its required headers, its errors. */
import { type Answer, type FakeServer, serve } from "./http.ts";
import { actor, type Heard, pieces, type Script, type Turn } from "./turn.ts";

export type FakeAnthropic = FakeServer & { heard: Heard[] };

export type FakeAnthropicOptions = {
  script: Script;
  apiKey?: string;
  /** Why a body is refused (HTTP 400); null takes it. */
  refuses?(body: Record<string, unknown>): string | null;
  /** Headers of an HTTP error. */
  errorHeaders?: Record<string, string>;
};

/** Error types by HTTP status, as platform.claude.com/docs/en/api/errors lists them. */
const TYPES: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  529: "overloaded_error",
};

/** Starts it. */
export async function fakeAnthropic(options: FakeAnthropicOptions): Promise<FakeAnthropic> {
  const heard: Heard[] = [];
  const act = actor(options.script);
  const refuse = (status: number, message: string): Answer => ({
    kind: "json",
    status,
    headers: options.errorHeaders,
    body: { type: "error", error: { type: TYPES[status] ?? "api_error", message }, request_id: "req_fake" },
  });
  const server = await serve(({ path, body, headers }): Answer => {
    if (path !== "/v1/messages") return refuse(404, "Not found");
    if (headers["x-api-key"] !== (options.apiKey ?? "key")) return refuse(401, "invalid x-api-key");
    if (headers["anthropic-version"] !== "2023-06-01") return refuse(400, "anthropic-version: header is required");
    const asked = body as WireRequest;
    const wrong = misplaced(asked);
    if (wrong !== null) return refuse(400, wrong);
    const understood = understand(asked, headers);
    heard.push(understood);
    const refusal = options.refuses?.(body as Record<string, unknown>) ?? null;
    if (refusal !== null) return refuse(400, refusal);
    const turn = act(understood);
    if (turn.fault?.kind === "status") return refuse(turn.fault.status, turn.fault.message);
    const frames = turn.raw ?? anthropicFrames(turn, asked.model);
    return { kind: "frames", type: "text/event-stream; charset=utf-8", frames, fault: turn.fault, errorFrame };
  });
  return { ...server, heard };
}

type WireBlock = {
  type: string;
  text?: string;
  id?: string;
  name?: string;
  input?: Record<string, unknown>;
  tool_use_id?: string;
  content?: WireBlock[];
};
type WireRequest = {
  model: string;
  system?: string;
  max_tokens?: number;
  messages: { role: string; content: WireBlock[] }[];
  tools?: { name: string; input_schema: { type: string; properties?: Record<string, unknown> } }[];
};

/** What the real server checks of a body; null if all is well. */
function misplaced({ messages, max_tokens, tools }: WireRequest): string | null {
  if (max_tokens === undefined) return "max_tokens: Field required";
  if (messages.length === 0) return "messages: at least one message is required";
  if (tools?.some((tool) => tool.input_schema?.type !== "object")) return "tools.0.input_schema.type: Field required";
  for (const [at, { role, content }] of messages.entries()) {
    if (content.some((block) => block.type === "text" && block.text?.trim() === "")) {
      return `messages.${at}: text content blocks must be non-empty`;
    }
    const results = content.filter((block) => block.type === "tool_result").map((block) => block.tool_use_id);
    const before = messages[at - 1]?.content.filter((block) => block.type === "tool_use").map((block) => block.id) ??
      [];
    if (role === "user" && (results.length !== before.length || before.some((id) => !results.includes(id)))) {
      return `messages.${at}: each tool_use block must have a corresponding tool_result block in the next message`;
    }
    if (
      content.findIndex((block) => block.type !== "tool_result") <
        content.findLastIndex((b) => b.type === "tool_result")
    ) {
      if (results.length > 0 && content[0].type !== "tool_result") return `messages.${at}: tool_result must come first`;
    }
  }
  return null;
}

function understand(body: WireRequest, headers: Record<string, string>): Heard {
  const names = new Map<string | undefined, string>();
  for (const { content } of body.messages) {
    for (const block of content) if (block.type === "tool_use") names.set(block.id, block.name ?? "");
  }
  const text = (blocks: WireBlock[]) => blocks.map((block) => block.text ?? "").join("");
  return {
    model: body.model,
    messages: [
      ...(body.system ? [{ role: "system", text: body.system, calls: [] }] : []),
      ...body.messages.flatMap(({ role, content }): Heard["messages"] => [
        ...content.filter((block) => block.type === "tool_result").map((block) => ({
          role: "tool",
          text: text(block.content ?? []),
          calls: [],
          toolName: names.get(block.tool_use_id),
        })),
        ...(content.some((block) => block.type !== "tool_result")
          ? [{
            role,
            text: text(content.filter((block) => block.type === "text")),
            calls: content.filter((block) => block.type === "tool_use").map((block) => ({
              id: block.id,
              name: block.name ?? "",
              arguments: block.input ?? {},
            })),
          }]
          : []),
      ]),
    ],
    tools: (body.tools ?? []).map(({ name, input_schema }) => ({
      name,
      properties: Object.keys(input_schema.properties ?? {}),
    })),
    body,
    headers,
  };
}

/** One server-sent event of this wire. */
export function anthropicEvent(value: { type: string } & Record<string, unknown>): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
}

/** The SSE events of `turn`: thinking with its signature, text, calls, each a block of its own. */
export function anthropicFrames(turn: Turn, model: string): string[] {
  const out: string[] = [];
  let index = -1;
  const block = (start: Record<string, unknown>, deltas: Record<string, unknown>[]) => {
    index++;
    out.push(anthropicEvent({ type: "content_block_start", index, content_block: start }));
    out.push(...deltas.map((delta) => anthropicEvent({ type: "content_block_delta", index, delta })));
    out.push(anthropicEvent({ type: "content_block_stop", index }));
  };
  const usage = { input_tokens: turn.usage?.prompt ?? 0, output_tokens: 1 };
  out.push(anthropicEvent({
    type: "message_start",
    message: { id: "msg_fake", type: "message", role: "assistant", model, content: [], stop_reason: null, usage },
  }));
  if (turn.thinking) {
    block({ type: "thinking", thinking: "", signature: "" }, [
      ...pieces(turn.thinking, turn.pieceSize).map((thinking) => ({ type: "thinking_delta", thinking })),
      { type: "signature_delta", signature: "signed" },
    ]);
  }
  if (turn.text) {
    block(
      { type: "text", text: "" },
      pieces(turn.text, turn.pieceSize).map((text) => ({ type: "text_delta", text })),
    );
  }
  for (const call of turn.calls ?? []) {
    const id = call.id ?? `toolu_${crypto.randomUUID().slice(0, 8)}`;
    const given = typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
    block({ type: "tool_use", id, name: call.name, input: {} }, [
      { type: "input_json_delta", partial_json: "" },
      ...pieces(given, turn.pieceSize).map((partial_json) => ({ type: "input_json_delta", partial_json })),
    ]);
  }
  const finish = { length: "max_tokens", stop: "end_turn" }[turn.finish ?? ""] ?? turn.finish;
  const stop_reason = finish ?? ((turn.calls ?? []).length > 0 ? "tool_use" : "end_turn");
  out.push(anthropicEvent({
    type: "message_delta",
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens: turn.usage?.output ?? 0 },
  }));
  out.push(anthropicEvent({ type: "message_stop" }));
  return out;
}

function errorFrame(message: string): string {
  return anthropicEvent({ type: "error", error: { type: "api_error", message } });
}

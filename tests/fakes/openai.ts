/** A fake OpenAI-compatible server on the real wire: /v1/chat/completions (SSE and whole), /v1/models, and what some add. */
import { type Answer, type FakeServer, serve } from "./http.ts";
import { actor, type Heard, pieces, type Script, type Turn } from "./turn.ts";

/** A model as /v1/models lists it; extra keys are what some servers add (`max_model_len`, `meta`). */
export type FakeOpenAiModel = { id: string } & Record<string, unknown>;

export type FakeOpenAi = FakeServer & { heard: Heard[]; paths: string[] };

export type FakeOpenAiOptions = {
  script: Script;
  models?: FakeOpenAiModel[];
  port?: number;
  /** Every request must bear it. */
  apiKey?: string;
  /** Answers in one piece although asked to stream. */
  whole?: boolean;
  /** JSON at further paths, such as `/props`. */
  extra?: Record<string, unknown>;
  /** The `Server` header. */
  header?: string;
  /** Why a body is refused (HTTP 400); null takes it. */
  refuses?(body: Record<string, unknown>): string | null;
};

/** Starts it. */
export async function fakeOpenAi(options: FakeOpenAiOptions): Promise<FakeOpenAi> {
  const heard: Heard[] = [];
  const paths: string[] = [];
  const models = options.models ?? [{ id: "fake" }];
  const act = actor(options.script);
  const refuse = (status: number, message: string): Answer => ({
    kind: "json",
    status,
    body: { error: { message, type: "invalid_request_error", param: null, code: status } },
  });
  const server = await serve(
    ({ path, body, headers }): Answer => {
      paths.push(path);
      if (options.apiKey && headers.authorization !== `Bearer ${options.apiKey}`) return refuse(401, "Unauthorized");
      if (path === "/v1/models") {
        const data = models.map((m) => ({ object: "model", created: 1, owned_by: "fake", ...m }));
        return { kind: "json", status: 200, body: { object: "list", data } };
      }
      if (options.extra && path in options.extra) return { kind: "json", status: 200, body: options.extra[path] };
      if (path !== "/v1/chat/completions") return refuse(404, "Not Found");
      const asked = body as WireRequest;
      if (!models.some((m) => m.id === asked.model)) return refuse(404, `The model \`${asked.model}\` does not exist.`);
      const understood = understand(asked, headers);
      heard.push(understood);
      const refusal = options.refuses?.(body as Record<string, unknown>) ?? null;
      if (refusal !== null) return refuse(400, refusal);
      const turn = act(understood);
      if (turn.fault?.kind === "status") return refuse(turn.fault.status, turn.fault.message);
      if (turn.raw) {
        return { kind: "frames", type: "text/event-stream", frames: turn.raw, fault: turn.fault, errorFrame };
      }
      if (asked.stream !== true || options.whole) {
        return { kind: "json", status: 200, body: completion(turn, asked.model) };
      }
      const withUsage = asked.stream_options?.include_usage === true;
      const frames = openAiFrames(turn, { model: asked.model, withUsage });
      return { kind: "frames", type: "text/event-stream; charset=utf-8", frames, fault: turn.fault, errorFrame };
    },
    options.port,
    options.header,
  );
  return { ...server, heard, paths };
}

type WireCall = { id: string; function: { name: string; arguments: string } };
type WireRequest = {
  model: string;
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  messages: {
    role: string;
    content: string | null | { type: string; text?: string }[];
    tool_calls?: WireCall[];
    tool_call_id?: string;
  }[];
  tools?: { function: { name: string; parameters?: { properties?: Record<string, unknown> } } }[];
};

function understand(body: WireRequest, headers: Record<string, string>): Heard {
  const names = new Map(body.messages.flatMap((m) => m.tool_calls ?? []).map((c) => [c.id, c.function.name]));
  return {
    model: body.model,
    messages: body.messages.map((m) => ({
      role: m.role,
      text: typeof m.content === "string" ? m.content : (m.content ?? []).map((p) => p.text ?? "").join(""),
      calls: (m.tool_calls ?? []).map((c) => ({ id: c.id, ...c.function })),
      ...(m.tool_call_id ? { toolName: names.get(m.tool_call_id) } : {}),
    })),
    tools: (body.tools ?? []).map(({ function: f }) => ({
      name: f.name,
      properties: Object.keys(f.parameters?.properties ?? {}),
    })),
    body,
    headers,
  };
}

/** The SSE events of `turn`: calls open one after another, then their arguments come interleaved. */
export function openAiFrames(turn: Turn, about: { model: string; withUsage: boolean }): string[] {
  const event = (choices: unknown[], more: Record<string, unknown> = {}) =>
    `data: ${
      JSON.stringify({
        id: "chatcmpl-fake",
        object: "chat.completion.chunk",
        created: 1,
        model: about.model,
        choices,
        ...more,
      })
    }\n\n`;
  const delta = (value: Record<string, unknown>, finish: string | null = null) =>
    event([{ index: 0, delta: value, finish_reason: finish }]);
  const calls = (turn.calls ?? []).map((call, index) => ({
    index,
    id: call.id ?? `chatcmpl-tool-${crypto.randomUUID()}`,
    name: call.name,
    parts: pieces(argumentText(call.arguments), turn.pieceSize),
  }));
  const longest = Math.max(0, ...calls.map((call) => call.parts.length));
  return [
    delta({ role: "assistant", content: "" }),
    ...pieces(turn.thinking ?? "", turn.pieceSize).map((reasoning_content) => delta({ reasoning_content })),
    ...pieces(turn.text ?? "", turn.pieceSize).map((content) => delta({ content })),
    ...calls.map(({ index, id, name }) =>
      delta({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] })
    ),
    ...Array.from(
      { length: longest },
      (_, at) =>
        calls.filter((call) => at < call.parts.length).map((call) =>
          delta({ tool_calls: [{ index: call.index, function: { arguments: call.parts[at] } }] })
        ),
    ).flat(),
    delta({}, turn.finish ?? (calls.length > 0 ? "tool_calls" : "stop")),
    ...(about.withUsage && turn.usage ? [event([], { usage: wireUsage(turn.usage) })] : []),
    "data: [DONE]\n\n",
  ];
}

function completion(turn: Turn, model: string): unknown {
  const calls = (turn.calls ?? []).map((call) => ({
    id: call.id ?? `chatcmpl-tool-${crypto.randomUUID()}`,
    type: "function",
    function: { name: call.name, arguments: argumentText(call.arguments) },
  }));
  const message = {
    role: "assistant",
    content: turn.text ?? null,
    ...(turn.thinking ? { reasoning_content: turn.thinking } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  const finish_reason = turn.finish ?? (calls.length > 0 ? "tool_calls" : "stop");
  return {
    id: "chatcmpl-fake",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message, finish_reason }],
    ...(turn.usage ? { usage: wireUsage(turn.usage) } : {}),
  };
}

function argumentText(given: Record<string, unknown> | string): string {
  return typeof given === "string" ? given : JSON.stringify(given);
}

function wireUsage({ prompt, output }: { prompt: number; output: number }) {
  return { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output };
}

function errorFrame(message: string): string {
  return `data: ${JSON.stringify({ error: { message, type: "server_error", code: 500 } })}\n\n`;
}

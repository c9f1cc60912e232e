/** A fake Ollama on the real wire: /api/chat (NDJSON), /api/tags, /api/show, /api/version, /api/ps, /api/pull, /api/delete. */
import { type Answer, type FakeServer, serve } from "./http.ts";
import { actor, type Fault, type Heard, pieces, type Script, type Turn } from "./turn.ts";

export type FakeModel = {
  name: string;
  size?: number;
  parameters?: string;
  quantization?: string;
  context?: number;
  capabilities?: string[];
  /** Runs at another host, as Ollama's cloud models do. */
  remoteHost?: string;
};

export type FakeOllama = FakeServer & {
  /** Requests to /api/chat, as understood. */
  heard: Heard[];
  /** Every path asked for, in order. */
  paths: string[];
};

const DEFAULT_MODEL: FakeModel = {
  name: "fake:latest",
  size: 1_000_000_000,
  parameters: "1.7B",
  quantization: "Q4_K_M",
  context: 32768,
  capabilities: ["completion", "tools"],
};

/** Starts it. `faults` break the paths other than /api/chat, which breaks by its turns. */
export async function fakeOllama(
  options: {
    script: Script;
    models?: FakeModel[];
    port?: number;
    faults?: Record<string, Fault>;
    version?: string;
    /** Names of the models in memory. */
    running?: string[];
    /** Lines of `/api/pull`. */
    pull?: Record<string, unknown>[];
  },
): Promise<FakeOllama> {
  const heard: Heard[] = [];
  const paths: string[] = [];
  const models = [...options.models ?? [DEFAULT_MODEL]];
  const act = actor(options.script);
  const server = await serve(({ path, body, headers }): Answer => {
    paths.push(path);
    const fault = options.faults?.[path];
    if (fault?.kind === "status") return { kind: "json", status: fault.status, body: { error: fault.message } };
    const asked = body as { model?: string; stream?: boolean } | null;
    const named = models.find((m) => m.name === asked?.model || m.name === `${asked?.model}:latest`);
    const reply = (value: unknown): Answer =>
      fault
        ? { kind: "frames", type: "application/json", frames: [JSON.stringify(value)], fault, errorFrame }
        : { kind: "json", status: 200, body: value };
    if (path === "/api/version") return reply({ version: options.version ?? "0.12.6" });
    if (path === "/api/tags") return reply({ models: models.map(listed) });
    if (path === "/api/ps") return reply({ models: (options.running ?? []).map(inMemory) });
    if (path === "/api/pull") {
      const frames = (options.pull ?? []).map((line) => JSON.stringify(line) + "\n");
      return { kind: "frames", type: "application/x-ndjson", frames, fault, errorFrame };
    }
    if (path === "/api/delete") {
      if (!named) return { kind: "json", status: 404, body: { error: `model '${asked?.model}' not found` } };
      models.splice(models.indexOf(named), 1);
      return { kind: "json", status: 200, body: null };
    }
    if (path !== "/api/show" && path !== "/api/chat") {
      return { kind: "json", status: 404, body: { error: "not found" } };
    }
    if (!named) return { kind: "json", status: 404, body: { error: `model '${asked?.model}' not found` } };
    if (path === "/api/show") return reply(shown(named));
    const understood = understand(body as WireRequest, headers);
    heard.push(understood);
    if (understood.tools.length > 0 && named.capabilities && !named.capabilities.includes("tools")) {
      const error = `registry.ollama.ai/library/${named.name} does not support tools`;
      return { kind: "json", status: 400, body: { error } };
    }
    const turn = act(understood);
    if (turn.fault?.kind === "status") {
      return { kind: "json", status: turn.fault.status, body: { error: turn.fault.message } };
    }
    const frames = turn.raw ?? ollamaFrames(turn, { model: named.name, remoteHost: named.remoteHost });
    return asked?.stream === false
      ? { kind: "json", status: 200, body: whole(frames) }
      : { kind: "frames", type: "application/x-ndjson", frames, fault: turn.fault, errorFrame };
  }, options.port);
  return { ...server, heard, paths };
}

type WireRequest = {
  model: string;
  messages?: {
    role: string;
    content?: string;
    tool_name?: string;
    tool_calls?: { function: { name: string; arguments: Record<string, unknown> } }[];
  }[];
  tools?: { function: { name: string; parameters?: { properties?: Record<string, unknown> } } }[];
};

function understand(body: WireRequest, headers: Record<string, string>): Heard {
  return {
    model: body.model,
    messages: (body.messages ?? []).map((m) => ({
      role: m.role,
      text: m.content ?? "",
      calls: (m.tool_calls ?? []).map((c) => c.function),
      ...(m.tool_name ? { toolName: m.tool_name } : {}),
    })),
    tools: (body.tools ?? []).map(({ function: f }) => ({
      name: f.name,
      properties: Object.keys(f.parameters?.properties ?? {}),
    })),
    body,
    headers,
  };
}

/** The NDJSON lines of `turn`. */
export function ollamaFrames(turn: Turn, about: { model: string; remoteHost?: string }): string[] {
  const line = (message: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    JSON.stringify({
      model: about.model,
      ...(about.remoteHost ? { remote_host: about.remoteHost } : {}),
      created_at: "2026-11-20T12:00:00.000000Z",
      message: { role: "assistant", content: "", ...message },
      done: false,
      ...more,
    }) + "\n";
  return [
    ...pieces(turn.thinking ?? "", turn.pieceSize).map((thinking) => line({ thinking })),
    ...pieces(turn.text ?? "", turn.pieceSize).map((content) => line({ content })),
    ...(turn.calls ?? []).map(({ id, name, arguments: given }) =>
      line({ tool_calls: [{ ...(id ? { id } : {}), function: { name, arguments: given } }] })
    ),
    line({}, {
      done: true,
      done_reason: turn.finish === "tool_calls" ? "stop" : turn.finish ?? "stop",
      total_duration: 1_000_000,
      load_duration: 1_000,
      ...(turn.usage ? { prompt_eval_count: turn.usage.prompt, eval_count: turn.usage.output } : {}),
      ...(turn.usage?.cached === undefined ? {} : { prompt_eval_cached_count: turn.usage.cached }),
    }),
  ];
}

function whole(frames: string[]): unknown {
  const lines = frames.map((frame) => JSON.parse(frame));
  const message = {
    role: "assistant",
    content: lines.map((l) => l.message.content).join(""),
    tool_calls: lines.flatMap((l) => l.message.tool_calls ?? []),
  };
  return { ...lines.at(-1), message };
}

function errorFrame(message: string): string {
  return JSON.stringify({ error: message }) + "\n";
}

function inMemory(name: string) {
  return {
    name,
    model: name,
    size: 3_000_000_000,
    size_vram: 0,
    context_length: 4096,
    expires_at: "2026-11-20T12:05:00Z",
  };
}

function listed(model: FakeModel) {
  return {
    name: model.name,
    model: model.name,
    modified_at: "2026-11-01T10:00:00Z",
    size: model.size ?? 0,
    digest: "0".repeat(64),
    details: details(model),
    ...(model.remoteHost ? { remote_host: model.remoteHost, remote_model: model.name } : {}),
  };
}

function shown(model: FakeModel) {
  return {
    license: "",
    template: "{{ .Prompt }}",
    details: details(model),
    model_info: { "general.architecture": "fake", ...(model.context ? { "fake.context_length": model.context } : {}) },
    ...(model.capabilities ? { capabilities: model.capabilities } : {}),
    ...(model.remoteHost ? { remote_host: model.remoteHost, remote_model: model.name } : {}),
  };
}

function details(model: FakeModel) {
  return {
    parent_model: "",
    format: "gguf",
    family: "fake",
    families: ["fake"],
    parameter_size: model.parameters ?? "",
    quantization_level: model.quantization ?? "unknown",
  };
}

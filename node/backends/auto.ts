/** From the configuration to one concrete model, saying why, or to the words that tell how to get one. */
import { type Chat, ChatError } from "../chat.ts";
import { DEFAULT_OLLAMA_HOST, type NodeConfig } from "../config.ts";
import { chooseModel, fitsMemory, type Model, modelNamed } from "../models.ts";
import type { PrivacyMode } from "./address.ts";
import type { Server } from "./dial.ts";

/** A server to ask. `label` is its usual software, a guess from the port until it answers. */
export type Candidate = { label: string; kind: Model["kind"]; server: Server };

/** Ports that model servers use when nobody changes them, in order of preference. From each project's documentation. */
const USUAL: readonly { label: string; kind: Model["kind"]; port: number }[] = [
  { label: "Ollama", kind: "ollama", port: 11434 },
  { label: "llama.cpp", kind: "openai", port: 8080 },
  { label: "vLLM", kind: "openai", port: 8000 },
  { label: "LM Studio", kind: "openai", port: 1234 },
  { label: "SGLang", kind: "openai", port: 30000 },
  { label: "KoboldCpp", kind: "openai", port: 5001 },
  { label: "Jan", kind: "openai", port: 1337 },
];

/** Milliseconds that a usual port has to list its models; one that listens but stays mute costs no more. */
const PROBE_MS = 1_500;

/** What a candidate answered, or why it did not. `refused` = it may not be asked, or refuses us. */
export type Seen =
  | { candidate: Candidate; models: Model[] }
  | { candidate: Candidate; error: string; refused: boolean };

export type Found =
  | { kind: "found"; model: Model; chat: Chat; reason: string; seen: Seen[] }
  | { kind: "none"; text: string; seen: Seen[] };

export type FindOptions = {
  privacyMode: PrivacyMode;
  /** Memory that weights may use; models beyond it are chosen last. */
  memoryBytes?: number;
  /** In place of the usual ports. */
  usual?: readonly { label: string; kind: Model["kind"]; port: number }[];
  /** Models of this machine that need no server. */
  embedded?: EmbeddedModels;
};

/** Models in files of this machine, and how to talk to one. */
export type EmbeddedModels = {
  directory: string;
  models: Model[];
  chat(model: Model): Chat;
  /** Why none of them can be used now, or null. */
  missing: string | null;
};

/**
 * The servers that `config` means: the one it names, alone; or, where it leaves everything at its default, the usual
 * loopback ports. Pure.
 */
export function candidates(config: NodeConfig, options: FindOptions): { list: Candidate[]; configured: boolean } {
  const { privacyMode } = options;
  const { backend } = config.inference;
  if (backend === "embedded") return { list: [], configured: true };
  if (backend !== "ollama") {
    const { base_url: base, timeout, api_key } = config.inference[backend];
    const server = { base, privacyMode, limits: silence(timeout), ...(api_key ? { apiKey: api_key } : {}) };
    return { list: [{ label: backend, kind: "openai", server }], configured: true };
  }
  const host = config.inference.ollama.host ?? config.ollama.host;
  const limits = silence(config.inference.ollama.timeout ?? config.ollama.timeout);
  if (host !== DEFAULT_OLLAMA_HOST) {
    const base = /^[a-z]+:\/\//i.test(host) || /:\d+$/.test(host) ? host : `${host}:11434`;
    return { list: [{ label: "Ollama", kind: "ollama", server: { base, privacyMode, limits } }], configured: true };
  }
  const list = (options.usual ?? USUAL).map(({ label, kind, port }) => ({
    label,
    kind,
    server: { base: `http://127.0.0.1:${port}`, privacyMode, limits },
  }));
  return { list, configured: false };
}

function silence(seconds: number) {
  return { firstMs: seconds * 1000, betweenMs: seconds * 1000 };
}

/** The code that speaks a kind of server's wire, loaded where there is such a server. */
async function backend(kind: Model["kind"]) {
  if (kind === "ollama") {
    const { ollamaChat, ollamaModels } = await import("./ollama.ts");
    return { chat: (server: Server, name: string, _: Model) => ollamaChat(server, name), models: ollamaModels };
  }
  const [{ openAiChat }, { openAiModels }] = await Promise.all([
    import("./openai_compatible.ts"),
    import("./openai_models.ts"),
  ]);
  return { chat: openAiChat, models: openAiModels };
}

/** True if something accepts connections at `base`, an address of this machine. Rejects with the signal's reason. */
async function listens(base: string, signal: AbortSignal): Promise<boolean> {
  const { hostname, port } = new URL(base);
  try {
    (await Deno.connect({ hostname, port: Number(port), signal })).close();
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
}

/** Asks every candidate at once for its models; a usual port gets a short deadline, a configured server its own. */
export async function survey(config: NodeConfig, options: FindOptions, signal: AbortSignal): Promise<Seen[]> {
  const { list, configured } = candidates(config, options);
  const seen = await Promise.all(list.map(async (candidate): Promise<Seen> => {
    const deadline = configured ? signal : AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
    try {
      if (!configured && !await listens(candidate.server.base, deadline)) {
        return {
          candidate,
          error: `Cannot connect to the model server: nothing listens at ${candidate.server.base}`,
          refused: false,
        };
      }
      const { models: ask } = await backend(candidate.kind);
      return { candidate, models: await ask(candidate.server, deadline) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ChatError) return { candidate, error: error.message, refused: error.fault === "refused" };
      if (deadline.aborted) return { candidate, error: `no answer within ${PROBE_MS} ms`, refused: false };
      throw error;
    }
  }));
  return [...seen, ...embeddedSeen(config, options)];
}

/** The embedded models as one more place that was asked: where there are any, unless another place is configured alone. */
function embeddedSeen(config: NodeConfig, { embedded, privacyMode }: FindOptions): Seen[] {
  if (embedded === undefined || embedded.models.length === 0) return [];
  if (!["embedded", "ollama"].includes(config.inference.backend)) return [];
  const server = { base: embedded.directory, privacyMode };
  const candidate: Candidate = { label: "This machine", kind: "embedded", server };
  if (embedded.missing !== null) return [{ candidate, error: embedded.missing, refused: true }];
  return [{ candidate, models: embedded.models }];
}

/** Places of models, those that have one which fits the memory first; otherwise in order. */
function fittingFirst<S extends { models: Model[] }>(places: readonly S[], options: FindOptions): S[] {
  const fits = ({ models }: S) => {
    const { model } = chooseModel(models, options);
    return model !== null && fitsMemory(model, options) ? 0 : 1;
  };
  return places.toSorted((a, b) => fits(a) - fits(b));
}

/**
 * One concrete model and the sentence that says why, or `none` with what to do. A model that is named in `config` is that
 * model or none: nothing takes its place. Throws only the signal's reason.
 */
export async function findModel(config: NodeConfig, options: FindOptions, signal: AbortSignal): Promise<Found> {
  const seen = await survey(config, options, signal);
  const wanted = config.model.name;
  const configured = candidates(config, options).configured;
  const there = seen.filter((s) => "models" in s);
  // A server that was named is used or missed; only a model's own name leads elsewhere.
  const alone = configured && config.inference.backend !== "embedded" && wanted === "auto";
  const eligible = there.filter(({ candidate }) => !alone || candidate.kind !== "embedded");
  const answered = wanted === "auto" ? fittingFirst(eligible, options) : eligible;
  for (const { candidate, models } of answered) {
    const named = wanted === "auto" ? undefined : modelNamed(models, wanted);
    if (named?.remote) return { kind: "none", text: cloudText(named), seen };
    if (named?.embeddingsOnly) {
      return { kind: "none", text: `The model ${named.name} gives only embeddings; choose another with /models`, seen };
    }
    const choice = wanted === "auto" ? chooseModel(models, options) : { model: named ?? null, why: "it is configured" };
    if (!choice.model) continue;
    return {
      kind: "found",
      model: choice.model,
      chat: await chatOf(candidate, choice.model, options),
      reason: reasonFor({ candidate, models }, { name: choice.model.name, why: choice.why }),
      seen,
    };
  }
  return { kind: "none", text: noneText(seen, { wanted, configured, memoryBytes: options.memoryBytes }), seen };
}

async function chatOf({ kind, server }: Candidate, model: Model, { embedded }: FindOptions): Promise<Chat> {
  if (kind === "embedded") return embedded!.chat(model);
  return (await backend(kind)).chat(server, model.name, model);
}

function reasonFor(
  at: { candidate: Candidate; models: Model[] },
  { name, why }: { name: string; why: string },
): string {
  const place = at.candidate.server.base.replace(/^https?:\/\//, "");
  const count = `${at.models.length} model${at.models.length === 1 ? "" : "s"}`;
  return `${at.candidate.label} at ${place} has ${count}; ${name} was chosen: ${why}`;
}

function cloudText(model: Model): string {
  return `The model ${model.name} runs at ${model.remote}, so it is a cloud; unavailable: prompts for a cloud must pass ` +
    `a sanitiser, and this version has none`;
}

function noneText(
  seen: Seen[],
  { wanted, configured, memoryBytes }: { wanted: string; configured: boolean; memoryBytes?: number },
): string {
  const answered = seen.filter((s) => "models" in s);
  const failed = seen.filter((s) => "error" in s);
  if (wanted !== "auto" && answered.length > 0) {
    const names = answered.flatMap((s) => s.models).map((m) => m.name);
    return `The model ${wanted} is on no server found; ${
      names.length > 0 ? `there is ${names.join(", ")}` : "there are no models"
    }`;
  }
  const unusable = failed.find(({ candidate }) => candidate.kind === "embedded");
  const missed = configured ? failed.find(({ candidate }) => candidate.kind !== "embedded") : undefined;
  if (missed !== undefined) {
    return `The configured model server ${missed.refused ? "cannot be used" : "does not answer"}. ${missed.error}`;
  }
  if (unusable !== undefined && answered.length === 0) {
    return `There are models in ${unusable.candidate.server.base}, but they cannot be used. ${unusable.error}`;
  }
  if (configured && seen.length === 0) return `There is no embedded model. ${PULL_EMBEDDED}`;
  if (answered.length > 0) {
    const states = answered.map((s) =>
      `${s.candidate.label} at ${s.candidate.server.base} answers, but ${chooseModel(s.models, { memoryBytes }).why}`
    );
    return `${states.join("; ")}. ${PULL}`;
  }
  return `No model server answers at the usual ports of this machine. ${PULL_EMBEDDED}`;
}

/** Each command shows source, licence and size, and asks, before anything moves. */
const PULL_EMBEDDED = "To fetch a model, run: harombe models pull NAME (harombe models show lists them; harombe init " +
  "chooses one that fits). To use a server of yours: harombe connect ADDRESS";

/** For a server that answers and has nothing fit: it fetches by itself, and shows nothing of the size before. */
const PULL =
  "To get a small model that supports tools, run: harombe models pull qwen3:4b (by Ollama; size and licence: see " +
  "its page on ollama.com). To use another server: harombe connect ADDRESS";

/** Which model answers: one that a server has, or the fixed set of commands, which is no model and says so. */
import { builtin, BUILTIN_PROMPT, type BuiltinOptions, NO_MODEL_TEXT } from "../node/backends/builtin.ts";
import { candidates, findModel, type FindOptions } from "../node/backends/auto.ts";
import { callsByNeed, constrainedCalls } from "../node/backends/constrained_calls.ts";
import type { Chat, ChatRequest } from "../node/chat.ts";
import type { NodeConfig } from "../node/config.ts";
import type { Model } from "../node/models.ts";
import { quirksOf } from "../node/wire/quirks.ts";
import { FIXED_COMMANDS } from "./talk.ts";

export type Answering = {
  chat: Chat;
  /** As events record it. */
  model: string;
  /** Before the input line. */
  prompt: string;
  greeting: string;
  /** The model server that was set up, and why it does not answer: the fixed commands stand in for it. */
  warning?: string;
  /** Tokens that prompt and answer may take together. */
  contextLength: number;
  /** The model may call tools, by itself or bound by a schema; one that can neither is given none. */
  tools: boolean;
  /** A grammar holds its calls to the tools' schemas, so it is given them with all bounds; absent = it does not. */
  bounds?: boolean;
  /** It reads images; absent = unknown. */
  images?: boolean;
};

/** Tokens of the fixed set of commands: it reads one message and results, so that nothing has to be left out. */
export const COMMANDS_CONTEXT = 1 << 20;

/** How the calls of a model come about, and what to say of it. Below this share of valid calls they are bound by a schema. */
const LEAST_VALID = 0.8;

export type Calls = { chat: Chat; tools: boolean; said: string };

/**
 * `chat` with tool calls: its own, or bound by a schema where the server says that the model has none or where
 * `models test` measured (`validRate`) that too few of its own are valid, or none where the server can bind nothing.
 */
export function callsOf(chat: Chat, model: Model, validRate: number | null): Calls {
  const binds = model.kind === "ollama" || (model.kind === "openai" && quirksOf(model.software).format !== "none");
  if (model.tools === false && !binds) return { chat, tools: false, said: "" };
  if (model.tools === false) {
    return {
      chat: constrainedCalls(chat),
      tools: true,
      said: "It has no tool calls of its own; a schema binds its answers to them.",
    };
  }
  if (validRate !== null && validRate < LEAST_VALID && binds) {
    const percent = Math.round(validRate * 100);
    const said =
      `Only ${percent} % of its own tool calls were valid in models test; a schema binds its answers to them.`;
    return { chat: constrainedCalls(chat), tools: true, said };
  }
  return { chat: binds ? callsByNeed(chat) : chat, tools: true, said: "" };
}

/** Whether a grammar of ours holds the calls of `model`. */
export function heldToBounds({ kind }: Model): boolean {
  return kind === "embedded";
}

/** What each request carries besides temperature and context, as the owner set it. */
export function requestSettings(
  { think, keep_alive, seed, stop }: NodeConfig["model"],
): Pick<ChatRequest, "think" | "keepAlive" | "seed" | "stop"> {
  return {
    ...(think === null ? {} : { think }),
    ...(keep_alive === null ? {} : { keepAlive: keep_alive }),
    ...(seed === null ? {} : { seed }),
    ...(stop.length === 0 ? {} : { stop }),
  };
}

/**
 * The model that `config` names or `auto` finds. With `model.name: auto` and no server, the fixed set of commands.
 * A model that was named and is not there throws: nothing takes its place.
 */
export async function chooseAnswering(
  config: NodeConfig,
  options: FindOptions & Pick<BuiltinOptions, "recipe"> & { validRate?(model: Model): number | null },
  signal: AbortSignal,
): Promise<Answering> {
  const found = await findModel(config, options, signal);
  if (found.kind === "found") {
    const { model } = found;
    const { chat, tools, said } = callsOf(found.chat, model, options.validRate?.(model) ?? null);
    return {
      chat,
      model: model.name,
      prompt: "› ",
      greeting: `${found.reason}.${said === "" ? "" : ` ${said}`}`,
      contextLength: Math.min(config.model.context_length, model.contextLength ?? Infinity),
      tools,
      bounds: heldToBounds(model),
      images: model.images,
    };
  }
  if (config.model.name !== "auto") throw new RangeError(`Cannot use the model ${config.model.name}: ${found.text}`);
  const expected = candidates(config, options).configured || Boolean(options.embedded?.missing);
  return {
    chat: builtin({ recipe: options.recipe }),
    model: FIXED_COMMANDS,
    prompt: `${BUILTIN_PROMPT} `,
    greeting: expected ? `${found.text}.\n${NO_MODEL_TEXT}` : NO_MODEL_TEXT,
    ...(expected ? { warning: `${found.text}. The fixed set of commands answers instead` } : {}),
    contextLength: COMMANDS_CONTEXT,
    tools: true,
    images: false,
  };
}

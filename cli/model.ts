/** Which model answers: one that a server has, or the fixed set of commands, which is no model and says so. */
import { builtin, BUILTIN_PROMPT, NO_MODEL_TEXT } from "../node/backends/builtin.ts";
import { candidates, findModel, type FindOptions } from "../node/backends/auto.ts";
import type { Chat } from "../node/chat.ts";
import type { NodeConfig } from "../node/config.ts";
import { FIXED_COMMANDS } from "./talk.ts";

export type Answering = {
  chat: Chat;
  /** As events record it. */
  model: string;
  /** Before the input line. */
  prompt: string;
  greeting: string;
  /** Tokens that prompt and answer may take together. */
  contextLength: number;
  /** The model may call tools; one that is known to be unable is given none. */
  tools: boolean;
};

/** Tokens of the fixed set of commands: it reads one message and results, so that nothing has to be left out. */
const COMMANDS_CONTEXT = 1 << 20;

/**
 * The model that `config` names or `auto` finds. With `model.name: auto` and no server, the fixed set of commands.
 * A model that was named and is not there throws: nothing takes its place.
 */
export async function chooseAnswering(
  config: NodeConfig,
  options: FindOptions,
  signal: AbortSignal,
): Promise<Answering> {
  const found = await findModel(config, options, signal);
  if (found.kind === "found") {
    const { model } = found;
    return {
      chat: found.chat,
      model: model.name,
      prompt: "› ",
      greeting: `${found.reason}.`,
      contextLength: Math.min(config.model.context_length, model.contextLength ?? Infinity),
      tools: model.tools !== false,
    };
  }
  if (config.model.name !== "auto") throw new RangeError(`Cannot use the model ${config.model.name}: ${found.text}`);
  return {
    chat: builtin(),
    model: FIXED_COMMANDS,
    prompt: `${BUILTIN_PROMPT} `,
    greeting: candidates(config, options).configured || options.embedded?.missing
      ? `${found.text}.\n${NO_MODEL_TEXT}`
      : NO_MODEL_TEXT,
    contextLength: COMMANDS_CONTEXT,
    tools: true,
  };
}

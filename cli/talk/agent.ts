/** The agent that a person talks to, from the settings and what answers. Pure but for the clock that it is given. */
import type { Agent } from "../../agent/loop.ts";
import { systemPrompt } from "../../agent/prompt.ts";
import { countTokens } from "../../agent/tokens.ts";
import type { AnyTool } from "../../security/tool.ts";
import { boundedSpecOf, specOf } from "../../security/tool_spec.ts";
import type { Config } from "../config.ts";
import type { Machine } from "../machine.ts";
import { type Answering, requestSettings } from "../model.ts";
import { FIXED_COMMANDS } from "../talk.ts";

/** Tokens kept free for an answer, and the share of a small context that it may take. */
const ANSWER_TOKENS = 2048;
const ANSWER_SHARE = 4;

/** The agent that a person talks to; "always" answers are bound to its name. */
export const AGENT = "main";

/** `given.now` gives milliseconds since 1970 UTC. */
export function agentOf(
  answering: Answering,
  given: {
    config: Config;
    tools: readonly AnyTool[];
    callTool: Agent["callTool"];
    machine: Machine;
    /** What runs with a network may use, a phrase each. */
    secrets: readonly string[];
    now(): number;
  },
): Agent {
  const { config, tools, machine } = given;
  const byName = new Map(tools.map((t) => [t.name, t]));
  const { path, access } = machine.powers.folder;
  return {
    name: AGENT,
    model: answering.model,
    systemPrompt: systemPrompt({
      os: machine.powers.os,
      folder: path,
      access,
      today: new Date(given.now()).toISOString().slice(0, 10),
      unavailable: unavailablePrograms(machine.powers),
      secrets: given.secrets,
      extra: config.agent.system_prompt,
    }),
    chat: answering.chat,
    tools: !answering.tools ? [] : answering.model === FIXED_COMMANDS
      // They know the tools' arguments by themselves.
      ? tools.map(({ name, description }) => ({ name, description, parameters: {} }))
      : tools.map(answering.bounds ? boundedSpecOf : specOf),
    readOnly: (name) => byName.get(name)?.readOnly ?? false,
    callTool: given.callTool,
    count: countTokens,
    contextLength: answering.contextLength,
    answerTokens: Math.min(ANSWER_TOKENS, Math.floor(answering.contextLength / ANSWER_SHARE)),
    temperature: config.model.temperature,
    fixedCommands: answering.model === FIXED_COMMANDS,
    settings: requestSettings(config.model),
    budget: {
      steps: config.agent.max_steps,
      tokens: config.agent.max_tokens,
      ms: config.agent.max_seconds * 1000,
    },
  };
}

/** Programs that no tool runs by name. */
const OWN_PROCESSES = ["files", "fetch", "engine", "mail", "observe"];

/** What tools would need and this machine has not, a phrase each. */
function unavailablePrograms(powers: { programs: Record<string, string> }): string[] {
  return Object.entries(powers.programs).filter(([name, state]) => state !== "ok" && !OWN_PROCESSES.includes(name))
    .map(([name, state]) => `${name} (${state})`);
}

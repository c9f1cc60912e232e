/** A recipe as a `Chat`, so that the same loop and the same door run it: one call at a time, the first failure ends it. */
import { type Chat, type ChatEvent, type ChatRequest, type Message, textOf, type ToolResult } from "../../node/chat.ts";
import type { Recipe, Step } from "./recipe.ts";
import { fieldOf, filled, type Given, type Reference } from "./reference.ts";
import { shellWord } from "./shell_word.ts";
import { valuesFor } from "./values.ts";

/** Characters of the last result that are told at the end, and of an output that a later call takes. */
const LONGEST_TOLD = 20_000;

type Outcome = { text: string; data: unknown };

/** The call of `step`, each reference replaced by what was given. Throws RangeError where nothing was. */
function callOf(
  step: Step,
  values: ReadonlyMap<string, Given>,
  outcomes: ReadonlyMap<string, Outcome>,
): Record<string, unknown> {
  const given = ({ text, source, field }: Reference): Given => {
    if (field === null) {
      const value = values.get(source);
      if (value === undefined) throw new RangeError(`${text} was not given`);
      return value;
    }
    const outcome = outcomes.get(source);
    const value = outcome === undefined ? null : fieldOf(outcome, field);
    if (value === null) throw new RangeError(`${text}: the step ${source} gave no such thing`);
    if (String(value).length > LONGEST_TOLD) throw new RangeError(`${text} is too long to be passed on`);
    return value;
  };
  return filled(step.arguments, given, step.tool === "shell" ? argumentWord : undefined) as Record<string, unknown>;
}

/** A value as a word of a shell line. Throws RangeError for one that a program would read as an option. */
function argumentWord(text: string): string {
  if (/^-(?!\d+(?:\.\d+)?$)/.test(text)) {
    throw new RangeError(`a value that begins with - would be an option: ${JSON.stringify(text.slice(0, 40))}`);
  }
  return shellWord(text);
}

function resultsOf(messages: readonly Message[]): ToolResult[] {
  const at = messages.findLastIndex((m) => m.role === "user");
  return messages.slice(at + 1).flatMap((m) => m.role === "tool" ? [m.result] : []);
}

/** The recipe's next call after `results`, or how it ended. Pure. */
export function nextOf(
  recipe: Recipe,
  values: ReadonlyMap<string, Given>,
  results: readonly ToolResult[],
): { call: { tool: string; args: Record<string, unknown> } } | { text: string } {
  const { name, steps } = recipe;
  const failed = results.findIndex((result, at) => result.isError || result.name !== steps[at]?.tool);
  const where = (at: number) => `step ${at + 1} of ${steps.length} (${steps[at].tool})`;
  if (failed >= 0 && failed < steps.length) {
    return {
      text: `Recipe ${name} stopped at ${where(failed)}: ${
        textOf(results[failed].content).trim() || "no reason given"
      }`,
    };
  }
  if (results.length >= steps.length) {
    const last = textOf(results[steps.length - 1].content).trim();
    return {
      text: `Recipe ${name}: ${steps.length === 1 ? "its step is" : `all ${steps.length} steps are`} done.\n\n${
        last.slice(0, LONGEST_TOLD)
      }`.trim(),
    };
  }
  const outcomes = new Map(results.map((result, at) => [steps[at].id, { text: bodyOf(result), data: result.data }]));
  try {
    return { call: { tool: steps[results.length].tool, args: callOf(steps[results.length], values, outcomes) } };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { text: `Recipe ${name} stopped before ${where(results.length)}: ${error.message}` };
  }
}

const bodyOf = (result: ToolResult): string => textOf(result.content);

async function* respond(
  recipe: Recipe,
  values: ReadonlyMap<string, Given>,
  request: ChatRequest,
): AsyncGenerator<ChatEvent> {
  const step = nextOf(recipe, values, resultsOf(request.messages));
  if ("text" in step) {
    yield { type: "text", text: step.text };
    yield { type: "done", reason: "stop" };
    return;
  }
  yield {
    type: "tool_call",
    call: { id: `recipe_${crypto.randomUUID()}`, name: step.call.tool, arguments: JSON.stringify(step.call.args) },
  };
  yield { type: "done", reason: "tool_calls" };
}

/** A `Chat` that makes the calls of `recipe` with `given`. Throws RangeError for values that it cannot be run with. */
export function replay(recipe: Recipe, given: Record<string, string>): Chat {
  const values = valuesFor(recipe, given);
  return (request, signal) => {
    signal.throwIfAborted();
    return respond(recipe, values, request);
  };
}

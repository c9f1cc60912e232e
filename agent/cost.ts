/** What a session spent, from its log; pure. */
import { text } from "../node/chat.ts";
import type { Envelope } from "../node/event.ts";
import { tokensOf } from "./context.ts";
import type { AgentEvent } from "./event.ts";

export type Spent = {
  requests: number;
  promptTokens: number;
  outputTokens: number;
  /** True if a server did not tell and some tokens are by our own count, prompts without system prompt and tools. */
  estimated: boolean;
  /** Milliseconds that the model took, from the request to the end of its answer. */
  ms: number;
};

export type Cost = {
  /** `n`: the message of the person that the turn answers, counted in these events. */
  turns: (Spent & { n: number; model: string })[];
  models: (Spent & { model: string })[];
};

const nothing = (): Spent => ({ requests: 0, promptTokens: 0, outputTokens: 0, estimated: false, ms: 0 });

/** `isModel` is false for what answers without one: it spends nothing. A step that was cut counts as far as it was told. */
export function costOf(
  events: readonly Envelope<AgentEvent>[],
  options: { count(text: string): number; isModel(model: string): boolean },
): Cost {
  const turns: Cost["turns"] = [];
  const models = new Map<string, Spent & { model: string }>();
  const open = { model: "", since: 0, text: "", told: null as { prompt: number; output: number } | null, view: 0 };
  const add = (model: string, at: number, guess: { prompt: number; output: number }) => {
    const told = open.told ?? guess;
    const ms = Math.max(0, at - open.since);
    const estimated = open.told === null;
    Object.assign(open, { told: null, since: at });
    if (!options.isModel(model)) return;
    if (!models.has(model)) models.set(model, { model, ...nothing() });
    for (const spent of [models.get(model)!, ...turns.slice(-1)]) {
      spent.requests++;
      spent.promptTokens += told.prompt;
      spent.outputTokens += told.output;
      spent.estimated ||= estimated;
      spent.ms += ms;
    }
  };
  for (const { event, at } of events) {
    switch (event.type) {
      case "turn_started":
        turns.push({ n: turns.length + 1, model: event.model, ...nothing() });
        open.view += tokensOf({ role: "user", content: event.message }, options.count);
        Object.assign(open, { model: event.model, since: at, text: "", told: null });
        break;
      case "turn_resumed":
        Object.assign(open, { model: event.model, since: at, text: "", told: null });
        break;
      case "text":
        open.text += event.text;
        break;
      case "usage":
        open.told = {
          prompt: (open.told?.prompt ?? 0) + event.promptTokens,
          output: (open.told?.output ?? 0) + event.outputTokens,
        };
        break;
      case "compacted":
        add(event.model, at, { prompt: event.before, output: options.count(event.summary) });
        open.view = event.after;
        break;
      case "step_ended": {
        const message = { role: "assistant" as const, content: text(open.text), toolCalls: event.calls };
        const output = tokensOf(message, options.count);
        add(open.model, at, { prompt: open.view, output });
        open.view += output;
        open.text = "";
        break;
      }
      case "call_ended":
        open.view += tokensOf({ role: "tool", result: event.result }, options.count);
        open.since = at;
        break;
      case "turn_ended":
        if (open.told !== null) add(open.model, at, open.told);
        open.text = "";
        break;
    }
  }
  return { turns, models: [...models.values()] };
}

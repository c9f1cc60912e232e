/**
 * The fixed set of commands behind the same `Chat` as a model, so that the same loop and the same door serve it. It is
 * no model and never listed as one; a backend that fails is never replaced by it unseen.
 */
import { type Chat, type ChatEvent, type ChatRequest, type Message, textOf, type ToolResult } from "../chat.ts";
import { next } from "../builtin/answer.ts";
import { declined } from "../builtin/nearest.ts";
import { parse } from "../builtin/parse.ts";

/** What stands before the cursor where these commands answer instead of a model. */
export const BUILTIN_PROMPT = "commands ›";

/** What is said once where no model was found. */
export const NO_MODEL_TEXT =
  "No model yet. I can run a fixed set of commands (files, this machine, sums, dates, git, notes; `help` lists them); `/models` shows how to get a real one.";

/** The person's last sentence (its first text part: what follows is context) and the results after it. */
function turnOf(messages: readonly Message[]): { sentence: string; results: ToolResult[] } {
  const at = messages.findLastIndex((m) => m.role === "user");
  const asked = messages[at];
  const first = asked?.role === "user" ? asked.content.find((p) => p.type === "text") : undefined;
  const results = messages.slice(at + 1).flatMap((m) => m.role === "tool" ? [m.result] : []);
  return { sentence: first === undefined ? "" : textOf([first]), results };
}

export type BuiltinOptions = {
  /** What "yesterday" counts from. */
  now?: () => Date;
  /** The saved calls called `name`, as a `Chat` that makes them. Rejects with a sentence for the person. */
  recipe?: (name: string, values: Record<string, string>, signal: AbortSignal) => Promise<Chat>;
};

async function* respond(
  request: ChatRequest,
  { now = () => new Date(), recipe }: BuiltinOptions,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  signal.throwIfAborted();
  const { sentence, results } = turnOf(request.messages);
  const frames = await parse(sentence, now());
  signal.throwIfAborted();
  const [first] = frames ?? [];
  if (first?.do === "recipe" && recipe !== undefined) {
    const found = await recipe(first.name, first.values ?? {}, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return error instanceof Error ? error.message : String(error);
    });
    if (typeof found !== "string") return yield* found(request, signal);
    yield { type: "text", text: found };
    return yield { type: "done", reason: "stop" };
  }
  const step = frames === null
    ? { text: declined(sentence) }
    : next(frames, results, new Set(request.tools.map((t) => t.name)));
  if ("ask" in step) {
    const call = {
      id: `command_${crypto.randomUUID()}`,
      name: step.ask.name,
      arguments: JSON.stringify(step.ask.args),
    };
    yield { type: "tool_call", call };
    yield { type: "done", reason: "tool_calls" };
    return;
  }
  yield { type: "text", text: step.text };
  yield { type: "done", reason: "stop" };
}

/**
 * A `Chat` of fixed commands in English. It keeps nothing: each request's plan follows from the last user message and
 * the tool results after it. One call at a time; an unknown sentence calls nothing.
 */
export function builtin(options: BuiltinOptions = {}): Chat {
  return (request, signal) => respond(request, options, signal);
}

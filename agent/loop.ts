/**
 * One turn of an agent: ask the model, run what it calls, ask again, until it answers.
 *
 * The loop holds descriptions of tools and `callTool`, no tools and no powers. It yields what happens
 * and goes on only when its consumer asks for more, so a consumer that appends each event to the log
 * before it takes the next has every call on record before it runs.
 */
import {
  type Chat,
  ChatError,
  type ChatEvent,
  type ChatRequest,
  type Message,
  type Part,
  text,
  type ToolCall,
  type ToolSpec,
} from "../node/chat.ts";
import { Parked } from "../security/approval.ts";
import type { CallTool } from "../security/gateway.ts";
import { fit, tokensOf, tokensOfTools } from "./context.ts";
import type { AgentEvent } from "./event.ts";
import { messagesOfPast, NO_PAST, type Past } from "./past.ts";
import { compact } from "./summarize.ts";
import { runCalls } from "./calls.ts";

export type Budget = {
  /** Model requests in a turn; the last one is made without tools so that it must answer. */
  steps: number;
  /** Prompt and output tokens of the whole turn, as the backend counts them or else as `count` does. */
  tokens: number;
  /** Milliseconds of the whole turn. */
  ms: number;
};

export type Agent = {
  name: string;
  model: string;
  systemPrompt: string;
  chat: Chat;
  tools: readonly ToolSpec[];
  /** True for tools that change nothing: several such calls run at once. */
  readOnly(tool: string): boolean;
  callTool: CallTool;
  count(text: string): number;
  /** Tokens of the model's context; `answerTokens` of it are kept free for the answer. */
  contextLength: number;
  answerTokens: number;
  temperature?: number;
  /** What each request carries besides. */
  settings?: Pick<ChatRequest, "think" | "keepAlive" | "seed" | "stop">;
  budget: Budget;
  /** True for the fixed set of commands: it reads no earlier turns, so none is ever summarised for it. */
  fixedCommands?: boolean;
};

/** `message` null goes on with the unfinished turn at the end of `history`. */
export type Turn = {
  session: string;
  /** What was said before and is never summarised: with `past`, only the messages of the unfinished turn. */
  history: readonly Message[];
  message: Part[] | null;
  /** The turns before `history`; when the context is nearly full the oldest of them are summarised. */
  past?: Past;
};

/** The same call with the same result this often in one turn ends it. */
const REPEATS = 3;

/**
 * Yields one `turn_started` (or `turn_resumed`), then what happens, then exactly one `turn_ended`, or one `turn_parked` if a
 * call waits for an approval and nobody is here: that turn can be resumed. Never throws for what a model or tool did; aborting `signal` stops the model and every running call, and ends with `cancelled`.
 */
export async function* runTurn(agent: Agent, turn: Turn, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  if (turn.message === null) yield { type: "turn_resumed", model: agent.model };
  else yield { type: "turn_started", message: turn.message, model: agent.model };
  const deadline = AbortSignal.timeout(agent.budget.ms);
  const stop = AbortSignal.any([signal, deadline]);
  try {
    yield* steps(agent, turn, stop);
  } catch (error) {
    if (error instanceof Parked) yield { type: "turn_parked", approvals: [...error.approvals] };
    else if (signal.aborted) yield { type: "turn_ended", reason: "cancelled" };
    else if (deadline.aborted) yield { type: "turn_ended", reason: "time", detail: `${agent.budget.ms / 1000} s` };
    else yield { type: "turn_ended", reason: "failed", detail: explain(error) };
  }
}

async function* steps(agent: Agent, turn: Turn, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  const system: Message = { role: "system", content: text(agent.systemPrompt) };
  const messages: Message[] = [
    ...turn.history.filter((m) => m.role !== "system"),
    ...(turn.message === null ? [] : [{ role: "user" as const, content: turn.message }]),
  ];
  const earlier = { past: turn.past ?? NO_PAST, tried: false };
  const seen = new Map<string, number>();
  const spent = { tokens: 0, dropped: 0 };

  for (const step of Array(agent.budget.steps).keys()) {
    signal.throwIfAborted();
    const last = step === agent.budget.steps - 1;
    const tools = last && step > 0 ? [] : agent.tools;
    if (!earlier.tried && earlier.past.turns.length > 0) {
      const fixed = tokensOfTools(tools, agent.count) +
        [system, ...messages].reduce((sum, m) => sum + tokensOf(m, agent.count), 0);
      Object.assign(earlier, yield* compact(agent, earlier.past, { fixed, asked: false, keep: "" }, signal));
    }
    const { head, turns } = messagesOfPast(earlier.past);
    const fitted = fit([system, ...turns, ...messages], {
      limit: agent.contextLength - agent.answerTokens,
      tools,
      head,
      count: agent.count,
    });
    const droppedTurns = fitted.droppedTurns + earlier.past.unread;
    const dropped = droppedTurns + fitted.shortenedResults;
    if (dropped > spent.dropped) {
      const left = leftOut({ ...fitted, droppedTurns });
      yield { type: "notice", text: `Left out of the model's view to fit its context: ${left}.` };
      spent.dropped = dropped;
    }

    const said = yield* askModel(agent, { messages: fitted.messages, tools }, signal);
    spent.tokens += said.tokens ?? fitted.tokens + agent.count(said.text);
    messages.push({ role: "assistant", content: text(said.text), toolCalls: said.calls });
    yield { type: "step_ended", calls: said.calls };

    if (said.calls.length === 0) {
      if (said.text.trim() === "") throw new ChatError("garbage", `${agent.model} gave an empty answer`);
      if (said.reason === "length") {
        yield { type: "notice", text: "The model stopped at its length limit; the answer above is not whole." };
      }
      const reason = said.reason === "length" ? "tokens" : last && step > 0 ? "steps" : "answered";
      return yield { type: "turn_ended", reason };
    }
    if (last) return yield { type: "turn_ended", reason: "steps", detail: `${agent.budget.steps} steps` };

    const results = yield* runCalls(said.calls, {
      callTool: agent.callTool,
      readOnly: agent.readOnly,
      session: turn.session,
      agent: agent.name,
    }, signal);
    for (const result of results) messages.push({ role: "tool", result });
    signal.throwIfAborted();

    const worst = said.calls.map((call, i) => count(seen, call, JSON.stringify(results[i].content)));
    if (Math.max(...worst) >= REPEATS) {
      const call = said.calls[worst.indexOf(Math.max(...worst))];
      return yield { type: "turn_ended", reason: "repeated", detail: `${call.name} ${call.arguments}` };
    }
    if (spent.tokens >= agent.budget.tokens) {
      return yield { type: "turn_ended", reason: "tokens", detail: `${spent.tokens} of ${agent.budget.tokens}` };
    }
  }
}

type Said = { text: string; calls: ToolCall[]; reason: "stop" | "length" | "tool_calls"; tokens: number | null };

async function* askModel(
  agent: Agent,
  request: { messages: Message[]; tools: readonly ToolSpec[] },
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, Said> {
  const said: Said = { text: "", calls: [], reason: "stop", tokens: null };
  const ended = { by: null as "done" | null };
  let heard = 0;
  const stream = agent.chat({
    messages: request.messages,
    tools: [...request.tools],
    temperature: agent.temperature,
    contextLength: agent.contextLength,
    maxTokens: agent.answerTokens,
    ...agent.settings,
  }, signal);
  for await (const event of stream) {
    signal.throwIfAborted();
    heard += sizeOf(event);
    if (heard > MOST_HEARD) {
      throw new ChatError("garbage", `${agent.model} does not stop: more than ${MOST_HEARD} characters in one answer`);
    }
    switch (event.type) {
      case "text":
        said.text += event.text;
        yield event;
        break;
      case "thinking":
      case "notice":
        yield event;
        break;
      case "tool_call":
        said.calls.push({ ...event.call, id: uniqueId(event.call.id, said.calls) });
        break;
      case "usage":
        said.tokens = event.promptTokens + event.outputTokens;
        yield event;
        break;
      case "done":
        said.reason = event.reason;
        ended.by = "done";
        break;
      case "error":
        throw new ChatError(event.fault, event.message);
    }
  }
  signal.throwIfAborted();
  if (ended.by === null) throw new ChatError("cut", `${agent.model} ended its answer without an end mark`);
  return said;
}

/** Characters of one answer, thinking and calls included; far beyond what a context holds. Every one is kept on disk. */
const MOST_HEARD = 4 << 20;

function sizeOf(event: ChatEvent): number {
  if (event.type === "text" || event.type === "thinking" || event.type === "notice") return event.text.length;
  return event.type === "tool_call" ? event.call.name.length + event.call.arguments.length : 0;
}

/** Models reuse or forget ids; within a step they must differ, or a result could answer the wrong call. */
function uniqueId(id: string, calls: readonly ToolCall[]): string {
  return id !== "" && !calls.some((c) => c.id === id) ? id : `${id || "call"}-${crypto.randomUUID()}`;
}

function count(seen: Map<string, number>, call: ToolCall, result: string): number {
  const key = `${call.name}\n${call.arguments}\n${result}`;
  const times = (seen.get(key) ?? 0) + 1;
  seen.set(key, times);
  return times;
}

function leftOut(fitted: { droppedTurns: number; shortenedResults: number }): string {
  const parts = [
    fitted.droppedTurns > 0 ? `${fitted.droppedTurns} earlier turn(s)` : "",
    fitted.shortenedResults > 0 ? `${fitted.shortenedResults} tool result(s)` : "",
  ];
  return parts.filter((p) => p !== "").join(" and ");
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

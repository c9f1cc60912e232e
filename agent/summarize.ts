/** Replaces the oldest turns by a summary that the model makes in one extra request, or says why not. */
import type { AgentEvent } from "./event.ts";
import { type Given, summaryTokens, turnsToCompact, unfit } from "./compaction.ts";
import { tokensOf } from "./context.ts";
import type { Agent } from "./loop.ts";
import { compactedBy, messagesOfPast, type Past, summaryMessage } from "./past.ts";
import { summaryRequest } from "./summary.ts";
import type { Message } from "../node/chat.ts";

/** About so many words of English fit in a token. */
const WORDS_PER_TOKEN = 0.6;

export type Compaction = {
  /** Tokens of system prompt, tools and the present turn. */
  fixed: number;
  /** A person asked for it; `keep` are their words on what matters. */
  asked: boolean;
  keep: string;
};

/** The past to go on with; `tried` = a request was made. */
export type Compacting = { past: Past; tried: boolean };

/**
 * Yields nothing if `past` needs no compaction. Else says so, makes one request and yields its `usage` and then
 * `compacted`, which the consumer must have appended before it asks for more; or a `notice` that says why the past stays.
 * Throws only on abort.
 */
export async function* compact(
  agent: Agent,
  past: Past,
  options: Compaction,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, Compacting> {
  const same = { past, tried: false };
  if (agent.fixedCommands) return same;
  const limit = agent.contextLength - agent.answerTokens;
  const cost = (list: readonly Message[]) => list.reduce((sum, m) => sum + tokensOf(m, agent.count), 0);
  const turns = past.turns.map((turn) => cost(turn.messages));
  const summary = cost(messagesOfPast(past).head);
  const { fixed, asked } = options;
  const count = turnsToCompact({ limit, fixed, summary, turns, unread: past.unread }, { asked });
  if (count === 0) return same;

  const oldest = past.turns.slice(0, count);
  const most = summaryTokens(limit);
  const request = summaryRequest(oldest, {
    earlier: past.summary?.summary ?? null,
    keep: options.keep,
    words: Math.floor(most * WORDS_PER_TOKEN),
    room: limit,
    count: agent.count,
  });
  const refused = (why: string): AgentEvent => ({
    type: "notice",
    text:
      `The earlier turns could not be summarised: ${why}. They stay as they are; what does not fit is left out whole.`,
  });
  if (request === null) {
    yield refused("they do not fit into one request");
    return same;
  }
  yield { type: "notice", text: `Summarising ${count} earlier turn(s) to make room; all of them stay in the session.` };
  const asking = yield* askOnce(agent, request.messages, signal);
  if ("failed" in asking) {
    yield refused(asking.failed);
    return { past, tried: true };
  }
  const text = asking.text.trim();
  const tokens = agent.count(text);
  const replaced = turns.slice(0, count).reduce((a, b) => a + b, summary);
  const why = unfit(asking, { tokens, most: most * 2, replaced });
  if (why !== null) {
    yield refused(why);
    return { past, tried: true };
  }
  const kept = past.turns.slice(count);
  const before = fixed + summary + turns.reduce((a, b) => a + b, 0);
  const event = {
    type: "compacted" as const,
    summary: text,
    mark: crypto.randomUUID(),
    from: past.summary?.from ?? (past.unread > 0 ? 1 : oldest[0].first),
    to: kept.length > 0 ? kept[0].first - 1 : past.end,
    turns: count + past.unread,
    omitted: request.omitted + past.unread,
    before,
    after: 0,
    model: agent.model,
  };
  event.after = before - replaced + tokensOf(summaryMessage(event), agent.count);
  yield event;
  return { past: compactedBy(past, event), tried: true };
}

/** One request without tools. Yields its usage as far as it is known. */
async function* askOnce(
  agent: Agent,
  messages: Message[],
  signal: AbortSignal,
): AsyncGenerator<AgentEvent, Given | { failed: string }> {
  const given: Given = { text: "", reason: "stop", calls: 0 };
  const heard = { end: false, characters: 0 };
  try {
    const stream = agent.chat({
      messages,
      tools: [],
      temperature: agent.temperature,
      contextLength: agent.contextLength,
      maxTokens: agent.answerTokens,
    }, signal);
    for await (const event of stream) {
      signal.throwIfAborted();
      if (event.type === "text" || event.type === "thinking") heard.characters += event.text.length;
      if (heard.characters > MOST_HEARD) return { failed: "the model did not stop" };
      if (event.type === "text") given.text += event.text;
      else if (event.type === "tool_call") given.calls++;
      else if (event.type === "error") return { failed: event.message };
      else if (event.type === "usage") yield event;
      else if (event.type === "done") {
        heard.end = true;
        given.reason = event.reason;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    return { failed: error instanceof Error ? error.message : String(error) };
  }
  signal.throwIfAborted();
  if (!heard.end) return { failed: "the answer ended without an end mark" };
  return given;
}

/** Characters of one summary, thinking included. */
const MOST_HEARD = 1 << 18;

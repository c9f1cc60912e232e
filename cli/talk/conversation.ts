/** A session and its agent: every event is kept before it is shown or acted on, and a cut turn can go on. */
import { tokensOf, tokensOfTools, tooLarge } from "../../agent/context.ts";
import type { AgentEvent } from "../../agent/event.ts";
import { type Agent, runTurn } from "../../agent/loop.ts";
import { interrupted } from "../../agent/memory/resume.ts";
import type { Sessions } from "../../agent/memory/sessions.ts";
import { NO_PAST, type Past } from "../../agent/past.ts";
import { compact } from "../../agent/summarize.ts";
import { type Part, text } from "../../node/chat.ts";
import type { AuditReader } from "../../security/audit/query.ts";

export type Conversation = {
  /** True if the last turn was started and never ended: a crash, a kill. */
  unfinished(signal: AbortSignal): Promise<boolean>;
  /**
   * A turn with a new message. Its events are in the log before they are yielded, also after an abort. Throws a
   * `RangeError` with the figures, and keeps nothing, if the message alone is more than the model's context holds.
   */
  turn(message: Part[], signal: AbortSignal): AsyncGenerator<AgentEvent>;
  /**
   * Goes on with an unfinished turn; yields nothing if there is none. Calls that were under way are never run
   * again: each gets a result that says what the audit log knows of it.
   */
  resume(signal: AbortSignal): AsyncGenerator<AgentEvent>;
  /** Summarises earlier turns because the person asked; `keep` says what matters. Yields nothing if there are none. */
  compact(keep: string, signal: AbortSignal): AsyncGenerator<AgentEvent>;
};

export type ConversationOptions = {
  session: string;
  /** Hears what enters besides the results of calls: messages and summaries, once they are kept. */
  hear(event: AgentEvent): void;
  log: Pick<Sessions, "append" | "read" | "past" | "state">;
  /** The agent as it is now; the model may change between turns. */
  agent(): Agent;
  /** Opened per use: the audit log may be written by this process meanwhile. */
  audit: Pick<AuditReader, "list">;
};

/** The conversation of `session`. `agent` is asked at each turn. */
export function conversationOf({ session, log, agent, audit, hear }: ConversationOptions): Conversation {
  /** What happened is kept even when the person has stopped the turn. */
  const always = new AbortController().signal;
  const past = async (of: Agent, signal: AbortSignal): Promise<Past> =>
    of.fixedCommands ? NO_PAST : await log.past(session, { room: of.contextLength }, signal);

  async function* keep(source: AsyncIterable<AgentEvent>): AsyncGenerator<AgentEvent> {
    for await (const event of source) {
      await log.append(session, [event], always);
      hear(event);
      yield event;
    }
  }

  return {
    async unfinished(signal) {
      return (await log.state(session, signal)).cut !== null;
    },
    async *turn(message, signal) {
      const present = agent();
      const limit = present.contextLength - present.answerTokens;
      const refused = tooLarge({ role: "user", content: message }, { ...present, limit });
      if (refused !== null) throw new RangeError(refused);
      yield* keep(runTurn(present, { session, history: [], message, past: await past(present, signal) }, signal));
    },
    async *resume(signal) {
      const { cut } = await log.state(session, signal);
      if (cut === null) return;
      const open = await Array.fromAsync(log.read(session, cut - 1, signal));
      for (const { call, fate, event } of await interrupted(open, audit, signal)) {
        const notice: AgentEvent = { type: "notice", text: `${call.name} ${call.arguments}: ${FATES[fate.fate]}` };
        await log.append(session, [event, notice], always);
        yield event;
        yield notice;
      }
      const present = agent();
      // The commands read no earlier turns, but they read the turn that goes on.
      const earlier = await log.past(session, { room: present.fixedCommands ? 0 : present.contextLength }, signal);
      const history = earlier.turns.pop()?.messages ?? [];
      const shown = present.fixedCommands ? NO_PAST : earlier;
      yield* keep(runTurn(present, { session, history, message: null, past: shown }, signal));
    },
    async *compact(keepWords, signal) {
      const present = agent();
      const fixed = bareTokens(present);
      yield* keep(compact(present, await past(present, signal), { fixed, asked: true, keep: keepWords }, signal));
    },
  };
}

/** Tokens of a request before anything was said: the system prompt and the tools. */
export function bareTokens(agent: Agent): number {
  return tokensOf({ role: "system", content: text(agent.systemPrompt) }, agent.count) +
    tokensOfTools(agent.tools, agent.count);
}

const FATES = {
  "not run": "was not run before the stop",
  "finished": "had finished before the stop and was not run again",
  "unknown": "was running at the stop; its outcome is unknown and it was not repeated",
} as const;

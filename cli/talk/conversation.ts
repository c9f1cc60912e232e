/** A session and its agent: every event is kept before it is shown or acted on, and a cut turn can go on. */
import { tokensOf, tokensOfTools, tooLarge } from "../../agent/context.ts";
import type { AgentEvent } from "../../agent/event.ts";
import { type Agent, runTurn } from "../../agent/loop.ts";
import { runCalls } from "../../agent/calls.ts";
import { type Interrupted, interrupted } from "../../agent/memory/resume.ts";
import type { Sessions } from "../../agent/memory/sessions.ts";
import { NO_PAST, type Past } from "../../agent/past.ts";
import { compact } from "../../agent/summarize.ts";
import { type Part, text } from "../../node/chat.ts";
import { Parked } from "../../security/approval.ts";
import type { QueueApprove } from "../../security/approvals/ask_queue.ts";
import type { Queue } from "../../security/approvals/queue.ts";
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
   * again: each gets a result that says what the audit log knows of it. Calls that waited for an approval go to the door
   * once more, and with them what stood after them in their step and never began; if one waits still, the turn is
   * parked again.
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
  /** Where calls wait for an approval; absent where none ever does. */
  approvals?: { queue: Pick<Queue, "ofCall">; resume: QueueApprove["resume"] };
};

/** The conversation of `session`. `agent` is asked at each turn. */
export function conversationOf({ session, log, agent, audit, approvals, hear }: ConversationOptions): Conversation {
  /** What happened is kept even when the person has stopped the turn. */
  const always = new AbortController().signal;
  const past = async (of: Agent, signal: AbortSignal): Promise<Past> =>
    of.fixedCommands ? NO_PAST : await log.past(session, { room: of.contextLength }, signal);

  async function* keep<R>(source: AsyncGenerator<AgentEvent, R>): AsyncGenerator<AgentEvent, R> {
    try {
      for (;;) {
        const { done, value } = await source.next();
        if (done) return value;
        await log.append(session, [value], always);
        hear(value);
        yield value;
      }
    } finally {
      await source.return(undefined as R);
    }
  }

  /** Makes the calls that waited; true if one waits still. */
  async function* waited(
    again: readonly Interrupted[],
    { callTool, readOnly, name }: Agent,
    signal: AbortSignal,
  ): AsyncGenerator<AgentEvent, boolean> {
    approvals!.resume(again.map(({ call, session, since }) => ({ session, callId: call.id, since })));
    const calls = again.map(({ call }) => call);
    try {
      yield* runCalls(calls, { callTool, readOnly, session, agent: name }, signal);
      return false;
    } catch (error) {
      if (!(error instanceof Parked)) throw error;
      yield { type: "turn_parked", approvals: [...error.approvals] };
      return true;
    } finally {
      approvals!.resume([]);
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
      const found = await interrupted(open, { audit, approvals: approvals?.queue }, signal);
      const again = madeAgain(found);
      for (const { call, fate, event } of found.filter((one) => !again.includes(one))) {
        if (event === null) continue;
        const notice: AgentEvent = { type: "notice", text: `${call.name} ${call.arguments}: ${FATES[fate.fate]}` };
        await log.append(session, [event, notice], always);
        yield event;
        yield notice;
      }
      const present = agent();
      if (again.length > 0 && (yield* keep(waited(again, present, signal)))) return;
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

/** Those that waited for an approval, and those of the same step that never began because others waited. */
function madeAgain(found: readonly Interrupted[]): Interrupted[] {
  const steps = new Set(found.filter(({ fate }) => fate.fate === "waiting").map(({ since }) => since));
  return found.filter(({ fate, since }) =>
    fate.fate === "waiting" || (steps.has(since) && fate.fate === "not run" && fate.reason === "never began")
  );
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

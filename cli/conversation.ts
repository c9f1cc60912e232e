/** A session and its agent: every event is kept before it is shown or acted on, and a cut turn can go on. */
import type { AgentEvent } from "../agent/event.ts";
import { type Agent, runTurn } from "../agent/loop.ts";
import { messagesOf } from "../agent/memory/history.ts";
import { interrupted } from "../agent/memory/resume.ts";
import type { Part } from "../node/chat.ts";
import type { Envelope, EventLog } from "../node/event.ts";
import type { AuditReader } from "../security/audit/query.ts";

export type Conversation = {
  /** True if the last turn was started and never ended: a crash, a kill. */
  unfinished(signal: AbortSignal): Promise<boolean>;
  /** A turn with a new message. Its events are in the log before they are yielded, also after an abort. */
  turn(message: Part[], signal: AbortSignal): AsyncGenerator<AgentEvent>;
  /**
   * Goes on with an unfinished turn; yields nothing if there is none. Calls that were under way are never run
   * again: each gets a result that says what the audit log knows of it.
   */
  resume(signal: AbortSignal): AsyncGenerator<AgentEvent>;
};

export type ConversationOptions = {
  session: string;
  log: EventLog<AgentEvent>;
  /** The agent as it is now; the model may change between turns. */
  agent(): Agent;
  /** Opened per use: the audit log may be written by this process meanwhile. */
  audit: Pick<AuditReader, "list">;
};

export function conversationOf({ session, log, agent, audit }: ConversationOptions): Conversation {
  /** What happened is kept even when the person has stopped the turn. */
  const always = new AbortController().signal;
  const events = async (signal: AbortSignal): Promise<Envelope<AgentEvent>[]> =>
    await Array.fromAsync(log.read(session, 0, signal));

  async function* keep(source: AsyncIterable<AgentEvent>): AsyncGenerator<AgentEvent> {
    for await (const event of source) {
      await log.append(session, [event], always);
      yield event;
    }
  }

  return {
    async unfinished(signal) {
      return isUnfinished((await events(signal)).map(({ event }) => event));
    },
    async *turn(message, signal) {
      const history = messagesOf((await events(signal)).map(({ event }) => event));
      yield* keep(runTurn(agent(), { session, history, message }, signal));
    },
    async *resume(signal) {
      const before = await events(signal);
      if (!isUnfinished(before.map(({ event }) => event))) return;
      for (const { call, fate, event } of await interrupted(before, audit, signal)) {
        const notice: AgentEvent = { type: "notice", text: `${call.name} ${call.arguments}: ${FATES[fate.fate]}` };
        await log.append(session, [event, notice], always);
        yield event;
        yield notice;
      }
      const history = messagesOf((await events(signal)).map(({ event }) => event));
      yield* keep(runTurn(agent(), { session, history, message: null }, signal));
    },
  };
}

const FATES = {
  "not run": "was not run before the stop",
  "finished": "had finished before the stop and was not run again",
  "unknown": "was running at the stop; its outcome is unknown and it was not repeated",
} as const;

/** Whether the last turn has no end. */
export function isUnfinished(events: readonly AgentEvent[]): boolean {
  const last = events.findLast((e) => ["turn_started", "turn_resumed", "turn_ended"].includes(e.type));
  return last !== undefined && last.type !== "turn_ended";
}

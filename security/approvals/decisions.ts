/** What is said to a request, and its place in the audit log. */
import type { Audit } from "../audit/record.ts";
import type { Answered, Queue } from "./queue.ts";
import type { Queued, Said, Speaker } from "./queued.ts";

export type Decisions = {
  /**
   * Settles `id` and records it. Throws as `Queue.answer`; also if it cannot be recorded: then the door that uses the
   * answer records it, before anything runs.
   */
  answer(id: string, said: Said, speaker: Speaker, signal: AbortSignal): Promise<Answered>;
  /** Ends what waited too long, each recorded as silence. */
  expire(signal: AbortSignal): Promise<Queued[]>;
};

export function decisionsOver(
  { queue, audit, scrub }: { queue: Queue; audit: Audit; scrub: (text: string) => string },
): Decisions {
  async function record(queued: Queued, signal: AbortSignal): Promise<void> {
    const { callId, session, agent, tool, shownSha256, settled } = queued;
    const by = settled?.by ?? `nobody answered within ${waitText(queued)}`;
    const answer = settled?.said.answer ?? "silence" as const;
    const where = settled?.where ?? "queue";
    await audit.append(
      { kind: "decision", callId, session, agent, tool, answer, by: scrub(by), where, shownSha256 },
      signal,
    );
    await queue.recorded(queued.id, signal);
  }
  return {
    async answer(id, said, speaker, signal) {
      const answered = await queue.answer(id, said, speaker, signal);
      if (answered.won) await record(answered.queued, signal);
      return answered;
    },
    async expire(signal) {
      const ended = await queue.expire(signal);
      for (const queued of ended) await record(queued, signal);
      return ended;
    },
  };
}

/** How long a request was open to answers, for a person. */
export function waitText({ createdAt, expiresAt }: Pick<Queued, "createdAt" | "expiresAt">): string {
  const seconds = Math.round((expiresAt - createdAt) / 1000);
  return seconds < 120
    ? `${seconds} s`
    : seconds < 7200
    ? `${Math.round(seconds / 60)} min`
    : `${Math.round(seconds / 3600)} h`;
}

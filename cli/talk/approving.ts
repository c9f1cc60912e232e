/** How a conversation's calls are approved: at this terminal, in the queue, or both. */
import type { Approve } from "../../security/approval.ts";
import { askQueue, type QueueApprove } from "../../security/approvals/ask_queue.ts";
import type { Queued } from "../../security/approvals/queued.ts";
import type { Queue } from "../../security/approvals/queue.ts";
import type { GatewayParts } from "../../security/gateway.ts";
import type { Config } from "../config.ts";
import type { Person } from "../talk.ts";

const MINUTE_MS = 60_000;

export type Approving = {
  door: Pick<GatewayParts, "approve" | "approvalMs" | "criticalMs">;
  /** Null where nothing is ever put into the queue. */
  queue: QueueApprove | null;
};

/** `notify` tells the owner of a new request that waits for somebody elsewhere. */
export function approving(
  person: Person,
  given: {
    queue: Queue;
    folder: string;
    hitl: Config["security"]["hitl"];
    now(): number;
    notify(request: Queued, signal: AbortSignal): Promise<void>;
  },
): Approving {
  const { queue, folder, hitl, now } = given;
  const [attendedMs, queueMs] = [hitl.timeout * 1000, hitl.queue_minutes * MINUTE_MS];
  if (person.answers === undefined) return { door: { approve: person.approve, approvalMs: attendedMs }, queue: null };
  const here = person.answers === "here" ? untilHangup(person.approve) : null;
  const asked = askQueue({
    ...{ queue, folder, here, queueMs, now },
    wait: person.answers === "wait",
    answeredElsewhere: person.answeredElsewhere,
    async queued(request, fresh, signal) {
      person.queued?.(request);
      if (fresh) await given.notify(request, signal);
    },
  });
  const times = here === null ? { approvalMs: queueMs, criticalMs: queueMs } : { approvalMs: attendedMs };
  return { door: { approve: asked.approve, ...times }, queue: asked };
}

/** `approve`, which ends with null when the terminal goes away: the question outlives it in the queue. */
export function untilHangup(approve: Approve): Approve {
  return async (request, signal) => {
    const gone = new AbortController();
    const hangup = Promise.withResolvers<null>();
    const onHangup = () => {
      hangup.resolve(null);
      gone.abort(new DOMException("the terminal is gone", "AbortError"));
    };
    Deno.addSignalListener("SIGHUP", onHangup);
    try {
      return await Promise.race([hangup.promise, approve(request, AbortSignal.any([signal, gone.signal]))]);
    } finally {
      Deno.removeSignalListener("SIGHUP", onHangup);
    }
  };
}

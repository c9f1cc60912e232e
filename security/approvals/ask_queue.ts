/** Puts a call into the queue and takes the first answer that comes: here, from another terminal, by HTTP, or later. */
import { type ApprovalAnswer, type ApprovalRequest, type Approve, type Given, Parked } from "../approval.ts";
import { waitText } from "./decisions.ts";
import type { Queue } from "./queue.ts";
import { type Bound, hashOf, isFor, isUsable, type Queued, type Said } from "./queued.ts";

export type QueueAsking = {
  queue: Queue;
  /** The workspace, an absolute path. */
  folder: string;
  /** Who can be asked here. Null from it before its time means that nobody is there any more. Null: nobody ever was. */
  here: Approve | null;
  /** Milliseconds that a request waits for which nobody sits here. */
  queueMs: number;
  /** True: nobody is here, but this process waits for an answer from elsewhere. */
  wait: boolean;
  /**
   * Hears of each request that waits for somebody elsewhere, `fresh` if it was not heard of before; it is awaited, and what
   * it throws is ignored.
   */
  queued?(request: Queued, fresh: boolean, signal: AbortSignal): Promise<void>;
  /** Hears that a question which stands here was answered elsewhere. */
  answeredElsewhere?(request: Queued): void;
  /** Milliseconds since 1970 UTC. */
  now(): number;
};

/** An `Approve` over the queue. */
export type QueueApprove = {
  approve: Approve;
  /**
   * These calls of a turn that stopped are made again: what was answered to one of them, since it was first made, counts
   * for it once more. Every other call is asked for anew, whatever its id.
   */
  resume(calls: readonly { session: string; callId: string; since: number }[]): void;
};

/** Milliseconds between two looks at what other processes wrote. */
const LOOK_MS = 200;
const always = new AbortController().signal;

export function askQueue(asking: QueueAsking): QueueApprove {
  const { queue, folder, here, wait } = asking;
  const resumed = new Map<string, number>();

  /** What stands in the queue for exactly this call, if it was resumed. What stands there for it in another form ends. */
  async function known(request: ApprovalRequest, signal: AbortSignal): Promise<Queued | null> {
    const { session, agent, callId, tool } = request;
    const about: Bound = {
      ...{ session, agent, callId, tool, folder },
      ...{ argsSha256: hashOf(request.args), bound: request.bound ?? null },
    };
    const since = resumed.get(`${session}\n${callId}`);
    const before = since === undefined ? [] : await queue.ofCall({ session, callId, since }, signal);
    const found = before.findLast((one) => isFor(one, about)) ?? null;
    for (const one of found === null ? before : []) {
      if (one.state === "open") await queue.end(one.id, "withdrawn", signal);
    }
    if (found === null || found.usedAt !== null || found.state === "withdrawn") return null;
    const yes = found.settled?.said.answer === "once" || found.settled?.said.answer === "always";
    return yes && !isUsable(found, asking.now()) ? null : found;
  }

  async function atHere(put: Queued, request: ApprovalRequest, signal: AbortSignal): Promise<Queued> {
    const since = asking.now();
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const elsewhere = settled(queue, put.id, stop);
    elsewhere.catch(() => {});
    try {
      const asked = here!(request, stop);
      asked.catch(() => {});
      const first = await Promise.race([asked, elsewhere]);
      if (first !== null && "id" in first) {
        over.abort();
        // The question goes from the screen before the answer is told.
        await Promise.race([asked.catch(() => {}), pause(LOOK_MS, always)]);
        asking.answeredElsewhere?.(first);
        return first;
      }
      if (first === null) return await gone(put, request, { since }, signal);
      if (first.answer === "silence") return await ended(put, "expired");
      const { by = "person at terminal", where = "terminal" } = first;
      const { won, queued } = await queue.answer(put.id, saidOf(first), { by, where }, signal);
      if (!won) asking.answeredElsewhere?.(queued);
      return queued;
    } finally {
      over.abort();
    }
  }

  /** Whoever was asked here is not there any more: the question goes on in the queue, unless its time is over. */
  async function gone(
    put: Queued,
    request: ApprovalRequest,
    { since }: { since: number },
    signal: AbortSignal,
  ): Promise<Queued> {
    if (asking.now() >= since + request.expiresInMs) return await ended(put, "expired");
    if (request.live) return await ended(put, "withdrawn");
    const left = await queue.extend(put.id, asking.queueMs, always);
    if (!left) return await queue.find(put.id, signal);
    await tell(await queue.find(put.id, signal), true, signal);
    throw new Parked([put.id]);
  }

  async function ended(put: Queued, state: "expired" | "withdrawn"): Promise<Queued> {
    await queue.end(put.id, state, always);
    return await queue.find(put.id, always);
  }

  async function tell(put: Queued, fresh: boolean, signal: AbortSignal): Promise<void> {
    await asking.queued?.(put, fresh, signal).catch(() => {});
  }

  return {
    resume(calls) {
      resumed.clear();
      for (const { session, callId, since } of calls) resumed.set(`${session}\n${callId}`, since);
    },
    async approve(request, signal) {
      if (request.live && here === null && !wait) return null;
      const before = await known(request, signal);
      const waitMs = request.expiresInMs;
      const put = before ?? await queue.put(request, { folder, waitMs }, signal);
      // What stood beside it may have changed since: only the call itself is compared with what was shown.
      if (put.state !== "open") return aloneOf(answerOf(put, queue));
      try {
        if (here !== null) return answerOf(await atHere(put, request, signal), queue);
        await tell(put, before === null, signal);
        if (!wait) throw new Parked([put.id]);
        return answerOf(await settled(queue, put.id, signal), queue);
      } catch (error) {
        const state = asking.now() >= put.expiresAt - LOOK_MS ? "expired" : "withdrawn";
        if (!(error instanceof Parked)) await queue.end(put.id, state, always).catch(() => {});
        throw error;
      }
    },
  };
}

/** The request `id` once it is open no more. Looks every `LOOK_MS`. */
export async function settled(queue: Queue, id: string, signal: AbortSignal): Promise<Queued> {
  for (;;) {
    const now = await queue.find(id, signal);
    if (now.state !== "open") return now;
    await pause(LOOK_MS, signal);
  }
}

/** Throws the signal's reason when it is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const stop = () => over.reject(signal.reason);
  const timer = setTimeout(over.resolve, ms);
  signal.addEventListener("abort", stop, { once: true });
  return over.promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  });
}

function saidOf(answer: Exclude<ApprovalAnswer, { answer: "silence" }>): Said {
  switch (answer.answer) {
    case "once":
      return { answer: "once", ...(answer.also ? { also: answer.also } : {}) };
    case "always":
      return { answer: "always", ...(answer.lasting ? { lasting: true } : {}) };
    case "no":
      return { answer: "no", ...(answer.message ? { message: answer.message.slice(0, 4000) } : {}) };
    case "edit":
      return { answer: "edit", arguments: answer.arguments };
  }
}

function aloneOf(answer: ApprovalAnswer): ApprovalAnswer {
  if (answer.answer !== "once") return answer;
  const { also: _, ...alone } = answer;
  return alone;
}

/** A settled request as the door hears it. */
function answerOf(queued: Queued, queue: Queue): ApprovalAnswer {
  const { id, settled, recorded, shownSha256, state } = queued;
  const given: Given = { approval: id, recorded, shownSha256 };
  if (settled === null) {
    const why = state === "withdrawn" ? "the question was withdrawn" : `nobody answered within ${waitText(queued)}`;
    return { answer: "silence", why, where: "queue", ...given };
  }
  const { said, by, where } = settled;
  return { ...said, by, where, ...given, use: () => queue.use(id, always) };
}

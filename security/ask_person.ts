/** Puts a call before a person and takes only a clear answer in time for a yes. */
import * as z from "zod";
import type { ApprovalAnswer, ApprovalRequest, Approve } from "./approval.ts";

const Answer = z.discriminatedUnion("answer", [
  z.object({
    answer: z.literal("once"),
    by: z.string().min(1).max(100).optional(),
    also: z.object({ calls: z.array(z.string()), further: z.boolean() }).optional(),
  }),
  z.object({ answer: z.literal("always") }),
  z.object({ answer: z.literal("no"), message: z.string().optional() }),
  z.object({ answer: z.literal("edit"), arguments: z.string() }),
]);

/** Nobody said anything that counts; `why` is a sentence. */
export type Silence = { answer: "silence"; why: string };

export type Asking = {
  approve: Approve;
  /** Milliseconds on any clock that only goes forward. */
  now(): number;
};

/**
 * The person's answer to `request`. A throw, null, an abort, an answer of another shape, an "always" that was
 * not offered, and an answer later than `expiresInMs` after the question are all silence. Never rejects.
 */
export async function askPerson(
  request: ApprovalRequest,
  { approve, now }: Asking,
  signal: AbortSignal,
): Promise<ApprovalAnswer | Silence> {
  const asked = now();
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), request.expiresInMs);
  const seconds = Math.round(request.expiresInMs / 1000);
  const stop = AbortSignal.any([signal, late.signal]);
  const stopped = Promise.withResolvers<null>();
  const onStop = () => stopped.resolve(null);
  stop.addEventListener("abort", onStop, { once: true });
  try {
    if (signal.aborted) return silence("the call was cancelled");
    const given = await Promise.race([approve(request, stop), stopped.promise]);
    if (signal.aborted) return silence("the call was cancelled");
    if (late.signal.aborted || now() - asked > request.expiresInMs) {
      return silence(`nobody answered within ${seconds} s`);
    }
    if (given === null) return silence("nobody is here to ask");
    const answer = Answer.safeParse(given);
    if (!answer.success) return silence("the answer was not one of once, always, no, edit");
    if (answer.data.answer === "always" && request.always === null) {
      return silence("always was not offered for this call");
    }
    return answer.data;
  } catch {
    return silence(signal.aborted ? "the call was cancelled" : "the question could not be asked");
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", onStop);
  }
}

function silence(why: string): Silence {
  return { answer: "silence", why };
}

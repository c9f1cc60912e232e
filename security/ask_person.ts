/** Puts a call before a person and takes only a clear answer in time for a yes. */
import * as z from "zod";
import { type ApprovalAnswer, type ApprovalRequest, type Approve, type Given, Parked } from "./approval.ts";

const given = {
  by: z.string().min(1).max(100).optional(),
  where: z.string().min(1).max(40).optional(),
  approval: z.string().min(1).max(40).optional(),
  recorded: z.boolean().optional(),
  shownSha256: z.string().max(64).optional(),
  use: z.custom<NonNullable<Given["use"]>>((value) => typeof value === "function").optional(),
};
const Answer = z.discriminatedUnion("answer", [
  z.object({
    answer: z.literal("once"),
    also: z.object({ calls: z.array(z.string()), further: z.boolean() }).optional(),
    ...given,
  }),
  z.object({ answer: z.literal("always"), lasting: z.boolean().optional(), ...given }),
  z.object({ answer: z.literal("no"), message: z.string().optional(), ...given }),
  z.object({ answer: z.literal("edit"), arguments: z.string(), ...given }),
  z.object({ answer: z.literal("silence"), why: z.string(), ...given }),
]);

export type Asking = {
  approve: Approve;
  /** Milliseconds on any clock that only goes forward. */
  now(): number;
};

/**
 * The person's answer to `request`. A throw, null, an abort, an answer of another shape, an "always" that was
 * not offered, and an answer later than `expiresInMs` after the question are all silence. Rejects with `Parked` alone.
 */
export async function askPerson(
  request: ApprovalRequest,
  { approve, now }: Asking,
  signal: AbortSignal,
): Promise<ApprovalAnswer> {
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
  } catch (error) {
    if (error instanceof Parked && !stop.aborted) throw error;
    return silence(signal.aborted ? "the call was cancelled" : "the question could not be asked");
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", onStop);
  }
}

function silence(why: string): ApprovalAnswer {
  return { answer: "silence", why, where: "nowhere" };
}

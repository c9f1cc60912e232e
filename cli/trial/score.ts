/** From what happened in a trial to its figures. Pure. */
import * as z from "zod";
import type { Timing } from "./meter.ts";

export const TaskResult = z.object({
  name: z.string(),
  passed: z.boolean(),
  /** Why not; "" if passed. Untrusted text may be in it. */
  why: z.string(),
  calls: z.number(),
  /** Calls whose arguments were JSON and fitted the tool's schema. */
  validCalls: z.number(),
  ms: z.number(),
});
export type TaskResult = z.infer<typeof TaskResult>;

export const Score = z.object({
  tasks: z.number(),
  passed: z.number(),
  calls: z.number(),
  validCalls: z.number(),
  /** Share of the calls that were valid; null without a call. */
  validRate: z.number().nullable(),
  /** Tokens a second while an answer streamed, over all answers that did; null where the server does not count. */
  tokensPerSecond: z.number().nullable(),
  /** Median milliseconds from a question to the first event of its answer. */
  firstMs: z.number().nullable(),
});
export type Score = z.infer<typeof Score>;

export function scoreOf(results: readonly TaskResult[], timings: readonly Timing[]): Score {
  const sum = (key: "calls" | "validCalls") => results.reduce((all, one) => all + one[key], 0);
  const [calls, validCalls] = [sum("calls"), sum("validCalls")];
  const streamed = timings.filter((t) => t.streamed && t.outputTokens !== null && t.restMs > 0);
  const seconds = streamed.reduce((all, t) => all + t.restMs, 0) / 1000;
  const tokens = streamed.reduce((all, t) => all + (t.outputTokens ?? 0), 0);
  return {
    tasks: results.length,
    passed: results.filter((r) => r.passed).length,
    calls,
    validCalls,
    validRate: calls === 0 ? null : validCalls / calls,
    tokensPerSecond: seconds > 0 ? tokens / seconds : null,
    firstMs: median(timings.map((t) => t.firstMs)),
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `score` as one line for people. */
export function scoreLine(score: Score): string {
  return [
    `${score.passed} of ${score.tasks} tasks passed (${percent(score.tasks === 0 ? 0 : score.passed / score.tasks)})`,
    score.validRate === null
      ? "no tool was called"
      : `${score.validCalls} of ${score.calls} calls valid (${percent(score.validRate)})`,
    score.tokensPerSecond === null ? "tokens/s unknown" : `${score.tokensPerSecond.toFixed(1)} tokens/s`,
    score.firstMs === null ? "first token unknown" : `first token ${Math.round(score.firstMs)} ms (median)`,
  ].join(", ");
}

/** `score` in a few words, for a list. */
export function shortScore(score: Score): string {
  const speed = score.tokensPerSecond === null ? "" : `, ${score.tokensPerSecond.toFixed(1)} tokens/s`;
  return `${score.passed}/${score.tasks} tasks, ${
    score.validRate === null ? "no calls" : `${percent(score.validRate)} of calls valid`
  }${speed}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

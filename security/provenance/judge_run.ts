/** Placeholder until the policy is there: asks on every call that does more than look. */
import type { TracedWords } from "./origin.ts";
import type { RecordedRun } from "./recorded.ts";

export type CallJudgement = { id: string; verdict: "run" | "ask" | "grouped"; reasons: string[]; words: TracedWords[] };

/** One judgement for each call, in order. */
export function judgeRun(run: RecordedRun): CallJudgement[] {
  return run.steps.flatMap((step) => {
    if ("heard" in step) return [];
    const { id, tool } = step.call;
    const effects = run.tools[tool]?.effects ?? ["change"];
    return [{ id, verdict: effects.length > 0 ? "ask" as const : "run" as const, reasons: [...effects], words: [] }];
  });
}

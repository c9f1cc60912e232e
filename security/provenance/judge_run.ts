/** Each call of a recorded run, decided as the door decides it. Pure. */
import { assessShell } from "../risk/shell.ts";
import { decideProvenance, type ProvenanceDecision } from "./decide_provenance.ts";
import { covers, MOST_AT_ONCE, openScope, type Scope } from "./group.ts";
import type { Heard, TracedWords } from "./origin.ts";
import type { RecordedRun, RecordedStep, RecordedTool } from "./recorded.ts";

export type CallJudgement = {
  id: string;
  /** `grouped`: it costs no question of its own, the one named by `question` covers it. */
  verdict: "run" | "ask" | "grouped";
  reasons: string[];
  words: TracedWords[];
  /** The call whose question this one is part of; null where nobody is asked. */
  question: string | null;
  /** True if the person sees this very call, arguments and all, before it runs. False where it runs or an earlier yes covers it. */
  shown: boolean;
};

type Call = Extract<RecordedStep, { call: unknown }>;

/** Decides every call of `run` in order, as if the person said yes to each question. */
export function judgeRun(run: RecordedRun): CallJudgement[] {
  const heard: Heard[] = [];
  const judged: CallJudgement[] = [];
  const scopes: Scope[] = [];
  for (const group of stepsOf(run.steps)) {
    if ("heard" in group) {
      heard.push(group.heard);
      continue;
    }
    const before = [...heard];
    const asked = { question: null as string | null, calls: 0 };
    for (const { call, output } of group) {
      const tool = run.tools[call.tool] ?? UNKNOWN;
      const decision = decideProvenance({
        tool: call.tool,
        args: call.args,
        effects: tool.effects,
        decisive: tool.decisive,
        readsOnly: tool.effects.includes("run") && onlyReads(call.args),
      }, before);
      const subject = { agent: "main", tool: call.tool, args: call.args, decisive: tool.decisive, decision };
      const scope = decision.verdict === "ask" ? scopes.find((s) => covers(s, subject, before)) : undefined;
      judged.push(verdictOf(call.id, decision, scope, asked));
      if (decision.verdict === "ask" && scope === undefined) {
        const opened = openScope(subject, { question: asked.question ?? call.id, heard: before });
        if (opened !== null) scopes.push(opened);
      }
      if (tool.yields !== null && output !== "") {
        heard.push({ origin: { kind: tool.yields, name: placeName(call, tool) }, text: output });
      }
    }
  }
  return judged;
}

/** A tool that the run does not describe is held for the worst. */
const UNKNOWN: RecordedTool = { effects: ["send", "change", "run"], decisive: [], yields: "tool" };

function verdictOf(
  id: string,
  decision: ProvenanceDecision,
  scope: Scope | undefined,
  asked: { question: string | null; calls: number },
): CallJudgement {
  const { reasons, words } = decision;
  if (decision.verdict === "clear") return { id, verdict: "run", reasons, words, question: null, shown: false };
  if (scope !== undefined) return { id, verdict: "grouped", reasons, words, question: scope.question, shown: false };
  if (asked.question !== null && asked.calls < MOST_AT_ONCE) {
    asked.calls++;
    return { id, verdict: "grouped", reasons, words, question: asked.question, shown: true };
  }
  Object.assign(asked, { question: id, calls: 1 });
  return { id, verdict: "ask", reasons, words, question: id, shown: true };
}

/** Calls that were asked for at once, together; everything else alone. */
function stepsOf(steps: readonly RecordedStep[]): ({ heard: Heard } | Call[])[] {
  const out: ({ heard: Heard } | Call[])[] = [];
  for (const step of steps) {
    const last = out.at(-1);
    if ("heard" in step) out.push(step);
    else if (step.call.step !== undefined && Array.isArray(last) && last[0].call.step === step.call.step) {
      last.push(step);
    } else out.push([step]);
  }
  return out;
}

/** The one string among the arguments is a line that `assessShell` finds to be nothing but reading. */
function onlyReads(args: Record<string, unknown>): boolean {
  const lines = Object.values(args).filter((v) => typeof v === "string");
  return lines.length === 1 && Object.values(args).every((v) => typeof v === "string" || typeof v === "number") &&
    assessShell(lines[0]).risk === "LOW";
}

function placeName({ args, tool }: Call["call"], { decisive }: RecordedTool): string {
  const named = decisive.map((name) => args[name]).find((v) => typeof v === "string" && v !== "");
  const named2 = named ?? Object.values(args).find((v) => typeof v === "string" && v !== "");
  return (typeof named2 === "string" ? named2 : tool).slice(0, 200);
}

/** The calls of a session decided again: by the rules, the risk and the words' origins as they are now. */
import { heardIn } from "../../agent/heard.ts";
import type { AgentEvent } from "../../agent/event.ts";
import type { ToolCall } from "../../node/chat.ts";
import type { AuditEntry } from "../../security/audit/record.ts";
import { judge } from "../../security/judge.ts";
import { readCall } from "../../security/read_call.ts";
import type { Heard } from "../../security/provenance/origin.ts";
import type { Rule, RuleSet } from "../../security/rules.ts";
import type { Sandbox } from "../../security/sandbox/sandbox.ts";
import type { AnyTool } from "../../security/tool.ts";

export type Verdict = "allow" | "ask" | "deny";

export type ReplayedCall = {
  id: string;
  tool: string;
  /** As the model wrote them. */
  args: string;
  /** What was decided then, from the audit log; null where it holds nothing of the call. */
  before: { verdict: Verdict; by: string } | null;
  now: { verdict: Verdict; by: string; reasons: string[] };
  /** True if the verdict is another one. */
  changed: boolean;
};

type Given = {
  tools: ReadonlyMap<string, AnyTool>;
  rules: RuleSet;
  /** What was answered by "always" and still holds for this session. */
  grants: readonly Rule[];
  /** The audit log's entries of the session. */
  audited: readonly AuditEntry[];
};

/**
 * Every call in `events`, in order, with what it would be now, by all that had been heard when it was decided. Nothing is
 * run, and no file is looked at: links are not followed.
 */
export async function replay(
  events: readonly AgentEvent[],
  given: Given,
  signal: AbortSignal,
): Promise<ReplayedCall[]> {
  const heard: Heard[] = [];
  const steps: Extract<AgentEvent, { type: "step_ended" }>[] = [];
  const decided = new Map<ToolCall, ReplayedCall>();
  const decideAll = async (calls: readonly ToolCall[]) => {
    for (const call of calls.filter((one) => !decided.has(one))) {
      decided.set(call, await decideAgain(call, { ...given, heard }, signal));
    }
  };
  for (const event of events) {
    signal.throwIfAborted();
    const asked = steps.at(-1);
    if (event.type === "call_ended") {
      // Its result was heard by the calls after it, not by itself.
      await decideAll(asked?.calls.filter(({ id }) => id === event.result.callId) ?? []);
      heard.push(...heardIn(asked === undefined ? [event] : [asked, event], given.tools));
    } else if (event.type !== "call_output") {
      await decideAll(asked?.calls ?? []);
      heard.push(...heardIn([event], given.tools));
    }
    if (event.type === "step_ended") steps.push(event);
  }
  await decideAll(steps.at(-1)?.calls ?? []);
  return steps.flatMap(({ calls }) => calls.map((call) => decided.get(call)!));
}

async function decideAgain(
  call: ToolCall,
  { tools, rules, grants, audited, heard }: Given & { heard: readonly Heard[] },
  signal: AbortSignal,
): Promise<ReplayedCall> {
  const read = readCall(call, tools);
  const { verdict, by, reasons } = "problem" in read
    ? { verdict: "deny" as const, by: read.by, reasons: [read.problem] }
    : (await judge(read, { rules, grants, sandbox: NOTHING, heard }, signal)).decision;
  const before = decidedThen(audited.filter((entry) => entry.callId === call.id));
  return {
    id: call.id,
    tool: call.name,
    args: call.arguments,
    before,
    now: { verdict, by, reasons },
    changed: before !== null && before.verdict !== verdict,
  };
}

/** Words that the door gives as the cause of a refusal where nobody was asked. */
const BY_ITSELF =
  /^(?:rule deny |broken rule |no target$|unknown tool$|malformed arguments$|arguments that do not fit$|a known secret |a call that cannot |no preview$|an error$)/;

/** The verdict of the door then: a call that a person answered, or could have, was asked about. */
function decidedThen(entries: readonly AuditEntry[]): ReplayedCall["before"] {
  const decision = entries.find((entry) => entry.kind === "decision");
  if (decision !== undefined) return { verdict: "ask", by: decision.by };
  const intent = entries.find((entry) => entry.kind === "intent");
  if (intent !== undefined) return { verdict: intent.verdict === "approved" ? "ask" : "allow", by: intent.by };
  const refusal = entries.find((entry) => entry.kind === "refusal");
  if (refusal === undefined) return null;
  return { verdict: BY_ITSELF.test(refusal.by) ? "deny" : "ask", by: refusal.by };
}

const none = () => Promise.reject(new Error("Cannot look: a replay touches nothing"));

/** A sandbox in which there is nothing. */
export const NOTHING: Sandbox = {
  files: { stat: none, list: none, read: none, write: none, search: none },
  run: none,
  powers: none,
  fetch: none,
  observe: none,
};

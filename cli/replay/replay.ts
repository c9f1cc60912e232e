/** The calls of a session decided again: by the rules, the risk and the words' origins as they are now. */
import { heardIn } from "../../agent/heard.ts";
import type { AgentEvent } from "../../agent/event.ts";
import type { ToolCall } from "../../node/chat.ts";
import type { AuditEntry } from "../../security/audit/record.ts";
import { judge, readCall } from "../../security/judge.ts";
import type { RuleSet } from "../../security/rules.ts";
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

/**
 * Every call in `events`, in order, with what it would be now. Nothing is run, and no file is looked at: links are not
 * followed, and what a session was granted ("always") does not count. `audited` are the audit log's entries of that session.
 */
export async function replay(
  events: readonly AgentEvent[],
  { tools, rules, audited }: {
    tools: ReadonlyMap<string, AnyTool>;
    rules: RuleSet;
    audited: readonly AuditEntry[];
  },
  signal: AbortSignal,
): Promise<ReplayedCall[]> {
  const calls: ReplayedCall[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type !== "step_ended") continue;
    for (const call of event.calls) {
      signal.throwIfAborted();
      const heard = heardIn(events.slice(0, beforeCall(events, { at, call })), tools);
      const read = readCall(call, tools);
      const now = "problem" in read
        ? { verdict: "deny" as const, by: read.by, reasons: [read.problem] }
        : (await judge(read, { rules, grants: [], sandbox: NOTHING, heard }, signal)).decision;
      const before = decidedThen(audited.filter((entry) => entry.callId === call.id));
      calls.push({
        id: call.id,
        tool: call.name,
        args: call.arguments,
        before,
        now: { verdict: now.verdict, by: now.by, reasons: now.reasons },
        changed: before !== null && before.verdict !== now.verdict,
      });
    }
  }
  return calls;
}

/** How many events had come when `call` was decided: all before its own end, so also the ends of calls that ran before it. */
function beforeCall(events: readonly AgentEvent[], { at, call }: { at: number; call: ToolCall }): number {
  const end = events.findIndex((event, i) => i > at && event.type === "call_ended" && event.result.callId === call.id);
  const turn = events.findIndex((event, i) => i > at && event.type !== "call_output" && event.type !== "call_ended");
  return end >= 0 ? end : turn >= 0 ? turn : events.length;
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
const NOTHING: Sandbox = {
  files: { stat: none, list: none, read: none, write: none, search: none },
  run: none,
  powers: none,
  fetch: none,
  observe: none,
};

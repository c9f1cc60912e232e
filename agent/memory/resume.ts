/** After a crash: what became of the calls that were under way. Reads the audit log and never runs anything. */
import type { Envelope } from "../../node/event.ts";
import type { ToolCall } from "../../node/chat.ts";
import type { AuditReader } from "../../security/audit/query.ts";
import type { AuditEntry, AuditRecord } from "../../security/audit/record.ts";
import type { AgentEvent } from "../event.ts";
import { lostResult, openCalls } from "./history.ts";

/** `unknown` = it began, and nothing tells whether or how it ended. */
export type Fate =
  | { fate: "not run"; reason: "never began" | "refused"; detail: string }
  | { fate: "unknown" }
  | { fate: "finished"; ok: boolean; summary: string };

/**
 * What the audit records of one call say of it; pure. The last word counts, so an edited call that was
 * first refused and then begun is begun. `ambiguous` = another call of this session has the same id, so the
 * records, or that there are none, prove nothing of this call.
 */
function fateOf(records: readonly AuditRecord[], ambiguous: boolean): Fate {
  const last = records.findLast(({ entry }) => !["decision", "edge", "secret"].includes(entry.kind))?.entry as
    | Exclude<AuditEntry, { kind: "decision" | "edge" | "secret" }>
    | undefined;
  if (ambiguous || last?.kind === "intent") return { fate: "unknown" };
  if (last === undefined) return { fate: "not run", reason: "never began", detail: "" };
  if (last.kind === "refusal") return { fate: "not run", reason: "refused", detail: last.reasons.join("; ") };
  return { fate: "finished", ok: last.ok, summary: last.summary };
}

/** The fate as the model reads it in place of the lost result. */
function sayFate(fate: Fate): string {
  switch (fate.fate) {
    case "not run":
      return fate.reason === "refused"
        ? `Not run: it was refused (${fate.detail}).`
        : "Not run: harombe stopped before this call began. It changed nothing and may be made again.";
    case "unknown":
      return "Unknown outcome: harombe stopped while this call was running. It may have done all, part or nothing. " +
        "Look at the state of things, and do not repeat it without asking the person.";
    case "finished":
      return `Finished ${fate.ok ? "well" : "with an error"} before harombe stopped, but its result was lost. ` +
        `Do not run it again. It began: ${fate.summary}`;
  }
}

/** A call that a crash left open, and what became of it. */
export type Interrupted = { call: ToolCall; fate: Fate; event: AgentEvent };

/**
 * The calls of a cut turn that have no result, each with the `call_ended` event that makes the turn whole again; append
 * those events, then go on. `turn` is all events of that turn: of an id that a model used in an earlier turn too, only
 * the audit records since the turn's own use are this call's, and where there are none but older ones, its fate is
 * unknown. Resolves to [] if nothing was under way.
 */
export async function interrupted(
  turn: readonly Envelope<AgentEvent>[],
  audit: Pick<AuditReader, "list">,
  signal: AbortSignal,
): Promise<Interrupted[]> {
  const found: Interrupted[] = [];
  for (const call of openCalls(turn.map(({ event }) => event))) {
    const uses = turn.flatMap(({ event, session, at }) =>
      event.type === "step_ended" ? event.calls.filter(({ id }) => id === call.id).map(() => ({ session, at })) : []
    );
    const { session, at } = uses[uses.length - 1];
    const records = await audit.list({ session, call: call.id }, signal);
    const first = records.findIndex((record) => record.at >= at);
    const twiceInStep = uses.filter((use) => use.at === at).length > 1;
    const fate = fateOf(first < 0 ? [] : records.slice(first), twiceInStep || (first < 0 && records.length > 0));
    found.push({ call, fate, event: { type: "call_ended", result: lostResult(call, sayFate(fate)), ms: 0 } });
  }
  return found;
}

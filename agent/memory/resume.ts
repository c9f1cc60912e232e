/** After a crash: what became of the calls that were under way. Reads the audit log and never runs anything. */
import type { Envelope } from "../../node/event.ts";
import type { ToolCall } from "../../node/chat.ts";
import type { Queue } from "../../security/approvals/queue.ts";
import type { Queued } from "../../security/approvals/queued.ts";
import type { AuditReader } from "../../security/audit/query.ts";
import type { AuditEntry, AuditRecord } from "../../security/audit/record.ts";
import type { AgentEvent } from "../event.ts";
import { lostResult, openCalls } from "./history.ts";

/**
 * `unknown` = it began, and nothing tells whether or how it ended. `waiting` = it was put into the queue of approvals and has
 * provably not run: it may be made again, and the door decides anew.
 */
export type Fate =
  | { fate: "waiting" }
  | { fate: "not run"; reason: "never began" | "refused"; detail: string }
  | { fate: "unknown" }
  | { fate: "finished"; ok: boolean; summary: string };

/**
 * What the audit records of one call say of it; pure. The last word counts, so an edited call that was
 * first refused and then begun is begun. `ambiguous` = another call of this session has the same id, so the
 * records, or that there are none, prove nothing of this call. `asked` = the last request for it in the queue of approvals.
 */
function fateOf(
  records: readonly AuditRecord[],
  { ambiguous, asked }: { ambiguous: boolean; asked: Queued | null },
): Fate {
  const last = records.findLast(({ entry }) => !["decision", "edge", "secret"].includes(entry.kind))?.entry as
    | Exclude<AuditEntry, { kind: "decision" | "edge" | "secret" }>
    | undefined;
  if (!ambiguous && asked !== null && waits(last, asked)) return { fate: "waiting" };
  if (ambiguous || last?.kind === "intent") return { fate: "unknown" };
  if (last === undefined) return { fate: "not run", reason: "never began", detail: "" };
  if (last.kind === "refusal") return { fate: "not run", reason: "refused", detail: last.reasons.join("; ") };
  return { fate: "finished", ok: last.ok, summary: last.summary };
}

/**
 * Whether the call that `asked` was the last request for has not run: no intent, or one that rests on an answer which was
 * never used (the door uses it after the intent and before anything runs).
 */
function waits(last: Exclude<AuditEntry, { kind: "decision" | "edge" }> | undefined, asked: Queued): boolean {
  if (last === undefined) return asked.usedAt === null;
  if (last.kind === "intent") return last.approval === asked.id && asked.usedAt === null;
  // After a refusal nothing ran: an edit refuses the old call, and what was asked for in its place goes on.
  const answer = asked.settled?.said.answer;
  return last.kind === "refusal" && asked.usedAt === null &&
    (asked.state === "open" || (answer !== undefined && answer !== "no"));
}

/** The fate as the model reads it in place of the lost result. */
function sayFate(fate: Exclude<Fate, { fate: "waiting" }>): string {
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
export type Interrupted =
  & { call: ToolCall; session: string; /** When it was made. */ since: number }
  & ({ fate: Exclude<Fate, { fate: "waiting" }>; event: AgentEvent } | { fate: { fate: "waiting" }; event: null });

/**
 * The calls of a cut turn that have no result, each with the `call_ended` event that makes the turn whole again; append
 * those events, then go on. `turn` is all events of that turn: of an id that a model used in an earlier turn too, only
 * the audit records since the turn's own use are this call's, and where there are none but older ones, its fate is
 * unknown. Resolves to [] if nothing was under way.
 */
export async function interrupted(
  turn: readonly Envelope<AgentEvent>[],
  { audit, approvals }: { audit: Pick<AuditReader, "list">; approvals?: Pick<Queue, "ofCall"> },
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
    const asked = (await approvals?.ofCall({ session, callId: call.id, since: at }, signal))?.at(-1) ?? null;
    const unclear = first < 0 && records.length > 0 && (asked === null || asked.usedAt !== null);
    const fate = fateOf(first < 0 ? [] : records.slice(first), { ambiguous: twiceInStep || unclear, asked });
    const place = { call, session, since: at };
    if (fate.fate === "waiting") found.push({ ...place, fate, event: null });
    else {
      const result = lostResult(call, sayFate(fate));
      found.push({ ...place, fate, event: { type: "call_ended", result, ms: 0 } });
    }
  }
  return found;
}

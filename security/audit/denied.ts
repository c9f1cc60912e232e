/** What was not let happen, as one sentence. Pure. */
import type { AuditEntry } from "./record.ts";

/** Before the names of files that a run may not make. */
export const PLANTED = "a run may not make ";

/**
 * Why `entry` was denied, in one line; null if it tells of nothing that was. A query calls the same denied, but for an
 * answer whose call was refused by it: that is told once.
 */
export function deniedBecause(entry: AuditEntry): string | null {
  switch (entry.kind) {
    case "refusal":
      return sentence(entry.reasons.join("; ") || `refused by ${entry.by}`);
    case "outcome":
      return entry.denied === undefined ? null : sentence(entry.denied);
    case "decision":
      return entry.answer === "no"
        ? sentence(`${entry.by} said no`)
        : entry.answer === "silence"
        ? sentence(`${entry.by}, and silence is no`)
        : null;
    case "edge":
      return denied(entry.event.verdict) ? sentence(edge(entry.event)) : null;
    default:
      return null;
  }
}

type Event = Extract<AuditEntry, { kind: "edge" }>["event"];

function denied(verdict: Event["verdict"]): boolean {
  return verdict === "refused" || verdict === "deny";
}

function edge(event: Event): string {
  return event.kind === "connection"
    ? `no connection to ${event.host}:${event.port}: ${event.reason}`
    : `no permission to ${event.permission} ${event.value ?? "everything"}: ${event.reason}`;
}

/** What is said to a model after the first sentence is advice to it, not a reason. */
function sentence(text: string): string {
  const issue = /^([^\n]*)\.\n- ([^\n]*)/.exec(text);
  const [first] = issue !== null
    ? [`${issue[1]}: ${issue[2]}`]
    : text.split(/(?<=\.)\s+(?=Do not try to reach|Expected:)|\n/, 1);
  const line = first.trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** Audit records as CSV that no spreadsheet runs; pure. */
import type { AuditEntry, AuditRecord } from "./record.ts";

const COLUMNS = [
  "seq",
  "time",
  "kind",
  "session",
  "call",
  "agent",
  "tool",
  "verdict",
  "risk",
  "by",
  "reasons",
  "ok",
  "ms",
  "confined",
  "args",
  "summary",
  "result_sha256",
  "hash",
] as const;

/**
 * One field by RFC 4180, always quoted. Text that a spreadsheet could take for a formula (it begins with
 * `= + - @`, or with white space before one) gets a leading apostrophe; control characters become spaces.
 * Source: OWASP, CSV Injection.
 */
export function csvField(value: string | number | boolean | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const plain = value.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, " ");
  const guarded = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/.test(plain) || /^[\t\r\n]/.test(value) ? `'${plain}` : plain;
  return `"${guarded.replaceAll('"', '""')}"`;
}

/** The heading, without a line end. */
export function csvHeading(): string {
  return COLUMNS.join(",");
}

function verdictOf(entry: AuditEntry): string | undefined {
  switch (entry.kind) {
    case "intent":
      return entry.verdict;
    case "refusal":
      return "refused";
    case "decision":
      return entry.answer;
    case "edge":
      return entry.event.verdict;
    case "secret":
      return entry.action;
    case "outcome":
      return undefined;
  }
}

function reasonsOf(entry: AuditEntry): string | undefined {
  return "reasons" in entry
    ? entry.reasons.join("; ")
    : entry.kind === "edge"
    ? entry.event.reason
    : entry.kind === "secret"
    ? `${entry.name} in ${entry.store}`
    : undefined;
}

/** `record` as one line, without a line end. Time is ISO 8601 UTC. */
export function csvLine({ seq, at, entry, hash }: AuditRecord): string {
  const fields: Record<typeof COLUMNS[number], string | number | boolean | undefined> = {
    seq,
    time: new Date(at).toISOString(),
    kind: entry.kind,
    session: entry.session,
    call: entry.callId,
    agent: "agent" in entry ? entry.agent : undefined,
    tool: entry.tool,
    verdict: verdictOf(entry),
    risk: entry.kind === "intent" ? entry.risk : undefined,
    by: "by" in entry ? entry.by : undefined,
    reasons: reasonsOf(entry),
    ok: entry.kind === "outcome" ? entry.ok : undefined,
    ms: entry.kind === "outcome" ? entry.ms : undefined,
    confined: entry.kind === "outcome" ? entry.confined : undefined,
    args: "args" in entry ? JSON.stringify(entry.args) : undefined,
    summary: entry.kind === "outcome" ? entry.summary : undefined,
    result_sha256: entry.kind === "outcome" ? entry.resultSha256 : undefined,
    hash,
  };
  return COLUMNS.map((column) => csvField(fields[column])).join(",");
}

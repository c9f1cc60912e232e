/** What of the audit log is worth telling somebody who is not there. Data and one pure function. */
import { deniedBecause, PLANTED } from "../audit/denied.ts";
import { printable } from "../display.ts";
import type { AuditEntry, AuditRecord } from "../audit/record.ts";

export const ALERTS = [
  "secret_leak_stopped",
  "denied_by_rule",
  "dangerous_denied",
  "network_refused",
  "permission_refused",
  "planted_file",
  "nobody_answered",
  "tool_errors",
] as const;
export type AlertName = typeof ALERTS[number];

export type AlertRule = {
  name: AlertName;
  severity: "warning" | "critical";
  /** What a person reads before the examples. */
  title: string;
  matches(entry: AuditEntry): boolean;
  /** Matches in one delivery from which on it is told; 1 unless said. */
  from?: number;
};

/** As a run's proxy says it. */
const LEAKS = /^it holds (?:a secret that harombe knows|a private key|what looks like a secret)/;

const refused = (entry: AuditEntry, by: RegExp) => entry.kind === "refusal" && by.test(entry.by);

/** A record belongs to the first rule that it matches. */
export const ALERT_RULES: readonly AlertRule[] = [
  {
    name: "secret_leak_stopped",
    severity: "critical",
    title: "A secret was kept from leaving",
    matches: (entry) =>
      refused(entry, /^(?:a secret in the call|a known secret in what would go out)$/) ||
      entry.kind === "edge" && entry.event.kind === "connection" && isDenied(entry) && LEAKS.test(entry.event.reason),
  },
  {
    name: "planted_file",
    severity: "critical",
    title: "A run planted files that would have been obeyed later",
    matches: (entry) => entry.kind === "outcome" && entry.denied?.startsWith(PLANTED) === true,
  },
  {
    name: "denied_by_rule",
    severity: "warning",
    title: "A rule of yours denied a call",
    matches: (entry) => refused(entry, /^(?:rule deny|broken rule)/),
  },
  {
    name: "dangerous_denied",
    severity: "warning",
    title: "You said no to a call",
    matches: (entry) => entry.kind === "decision" && entry.answer === "no",
  },
  {
    name: "nobody_answered",
    severity: "warning",
    title: "A call waited and nobody answered",
    matches: (entry) => entry.kind === "decision" && entry.answer === "silence",
  },
  {
    name: "network_refused",
    severity: "warning",
    title: "A run tried to reach what it may not",
    matches: (entry) => entry.kind === "edge" && entry.event.kind === "connection" && isDenied(entry),
  },
  {
    name: "permission_refused",
    severity: "warning",
    title: "A run tried to touch what it may not",
    matches: (entry) => entry.kind === "edge" && entry.event.kind === "permission" && isDenied(entry),
  },
  {
    name: "tool_errors",
    severity: "warning",
    title: "Many calls failed",
    matches: (entry) => entry.kind === "outcome" && !entry.ok,
    from: 10,
  },
];

function isDenied(entry: AuditEntry): boolean {
  return deniedBecause(entry) !== null;
}

/** What is told, whoever carries it. Untrusted words in `lines` are in one line each and cut. */
export type Alert = {
  name: AlertName;
  severity: AlertRule["severity"];
  title: string;
  count: number;
  /** The newest at most five, one line each. */
  lines: string[];
  /** First and last record. */
  seqs: [number, number];
};

const EXAMPLES = 5;

/** One alert for each of the `wanted` rules that `records` match. In the order of `ALERT_RULES`. */
export function alertsOf(records: readonly AuditRecord[], wanted: readonly AlertName[]): Alert[] {
  const rules = ALERT_RULES.filter(({ name }) => wanted.includes(name));
  const matched = Map.groupBy(records, ({ entry }) => rules.find((rule) => rule.matches(entry)));
  return rules.flatMap((rule): Alert[] => {
    const found = matched.get(rule) ?? [];
    if (found.length < (rule.from ?? 1)) return [];
    const lines = found.slice(-EXAMPLES).map(({ seq, entry }) =>
      printable(`#${seq} ${entry.tool}: ${detail(entry)}`).replace(/\s+/g, " ").slice(0, 300)
    );
    const seqs: Alert["seqs"] = [found[0].seq, found.at(-1)!.seq];
    return [{ name: rule.name, severity: rule.severity, title: rule.title, count: found.length, lines, seqs }];
  });
}

function detail(entry: AuditEntry): string {
  const text = deniedBecause(entry) ??
    (entry.kind === "outcome"
      ? entry.summary
      : entry.kind === "decision"
      ? `${entry.answer}, ${entry.by}`
      : entry.kind);
  return text;
}

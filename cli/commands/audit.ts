/** `harombe audit list|show|stats|export|verify`, as far as it needs no terminal. */
import { jsonText } from "../json_text.ts";
import * as z from "zod";
import { csvHeading, csvLine } from "../../security/audit/csv.ts";
import { deniedBecause } from "../../security/audit/denied.ts";
import { describeFault } from "../../security/audit/fault.ts";
import type { AuditFilter, AuditReader, AuditStats } from "../../security/audit/query.ts";
import type { AuditEntry, AuditRecord } from "../../security/audit/record.ts";
import type { RunEvent } from "../../security/sandbox/grant.ts";
import type { Verification } from "../../security/audit/verify.ts";
import { done, failed, type Outcome, usage } from "./outcome.ts";
import { oneLine, parseSince, showTime } from "./when.ts";

const AUDIT_VERBS = ["list", "show", "stats", "export", "verify"] as const;

/** What the command line gives, all text as typed. */
const AuditArgs = z.strictObject({
  /** `show`: a record's number or a call's id. */
  id: z.string().optional(),
  session: z.string().optional(),
  call: z.string().optional(),
  tool: z.string().optional(),
  kind: z.enum(["intent", "outcome", "refusal", "decision", "edge", "secret"]).optional(),
  since: z.string().optional(),
  denied: z.boolean().optional(),
  /** `list`: 50 unless told; 0 is all. */
  limit: z.coerce.number().int().min(0).optional(),
  format: z.enum(["json", "csv"]).optional(),
  json: z.boolean().optional(),
});
export type AuditArgs = z.infer<typeof AuditArgs>;

export type AuditDeps = {
  audit: AuditReader;
  verify(signal: AbortSignal): Promise<Verification>;
  /** Takes control, OSC and bidi characters out of text for display. */
  printable(text: string): string;
  /** Milliseconds since 1970 UTC. */
  now(): number;
};

function filterOf({ session, call, tool, kind, since, denied }: AuditArgs, now: number): AuditFilter {
  return { session, call, tool, kind, denied, since: since === undefined ? undefined : parseSince(since, now) };
}

/** Runs one verb. Rejects only on abort or if the log cannot be read; wrong arguments are an outcome with code 2. */
export async function runAudit(verb: string, args: unknown, deps: AuditDeps, signal: AbortSignal): Promise<Outcome> {
  const parsed = AuditArgs.safeParse(args);
  if (!parsed.success) return usage(`Cannot run audit ${verb}: ${issueOf(parsed.error)}`);
  const given = parsed.data;
  try {
    const filter = filterOf(given, deps.now());
    switch (verb) {
      case "list":
        return await list(given, filter, deps, signal);
      case "show":
        return await show(given, deps, signal);
      case "stats": {
        const stats = await deps.audit.stats(filter, signal);
        return done(given.json ? jsonText(stats) : showStats(stats, deps.printable));
      }
      case "export": {
        const lines: string[] = [];
        for await (const line of exportAudit(given, deps, signal)) lines.push(line);
        return done(lines.join("\n"));
      }
      case "verify":
        return showVerification(await deps.verify(signal), given.json ?? false, deps.printable);
      default:
        return usage(`Cannot run audit ${JSON.stringify(verb)}: the verbs are ${AUDIT_VERBS.join(", ")}`);
    }
  } catch (error) {
    if (error instanceof RangeError) return usage(error.message);
    throw error;
  }
}

function issueOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return [issue.path.map(String).join("."), issue.message].filter(Boolean).join(": ");
}

async function list(args: AuditArgs, filter: AuditFilter, deps: AuditDeps, signal: AbortSignal): Promise<Outcome> {
  const limit = args.limit ?? 50;
  const records = await deps.audit.list({ ...filter, limit: limit === 0 ? undefined : limit }, signal);
  if (args.json) return done(jsonText(records));
  if (records.length === 0) return done("No audit records.");
  const line = args.denied === true ? deniedLine : lineOf;
  return done(records.map((record) => line(record, deps.printable)).join("\n"));
}

/** One record as one line of text. */
function lineOf({ seq, at, entry }: AuditRecord, printable: (text: string) => string): string {
  const what = whatOf(entry);
  const columns = [String(seq).padStart(6), showTime(at), entry.kind.padEnd(7), oneLine(printable(entry.tool), 24)];
  return `${columns.join("  ")}  ${oneLine(printable(what), 120)}`;
}

function whatOf(entry: AuditEntry): string {
  switch (entry.kind) {
    case "intent":
      return `${entry.verdict} ${entry.risk} by ${entry.by}: ${JSON.stringify(entry.args)}`;
    case "refusal":
      return `refused by ${entry.by}: ${entry.reasons.join("; ")}`;
    case "outcome":
      return `${entry.ok ? "ok" : "failed"} in ${Math.round(entry.ms)} ms: ${entry.summary}`;
    case "decision":
      return `${entry.answer} by ${entry.by} at ${entry.where}`;
    case "edge":
      return edgeText(entry.event);
    case "secret":
      return `${entry.action} ${entry.name} in ${entry.store} by ${entry.by}`;
  }
}

function edgeText(event: RunEvent): string {
  return event.kind === "connection"
    ? `${event.verdict} ${event.protocol} ${event.host}:${event.port}, ${event.up} bytes out, ${event.down} in: ${event.reason}`
    : `${event.verdict} ${event.permission} ${event.value ?? "all"} (${event.times}): ${event.reason}`;
}

/** What was not let happen: when, which tool, and why in one sentence. */
function deniedLine({ seq, at, entry }: AuditRecord, printable: (text: string) => string): string {
  const columns = [String(seq).padStart(6), showTime(at), oneLine(printable(entry.tool), 24).padEnd(12)];
  return `${columns.join("  ")}  ${oneLine(printable(deniedBecause(entry) ?? ""), 400)}`;
}

async function show(args: AuditArgs, deps: AuditDeps, signal: AbortSignal): Promise<Outcome> {
  const { id } = args;
  if (!id) return usage("Cannot show an audit record: give its number or a call's id");
  const byNumber = /^[1-9]\d{0,14}$/.test(id) ? await deps.audit.record(Number(id), signal) : null;
  const records = byNumber ? [byNumber] : await deps.audit.list({ call: id }, signal);
  if (records.length === 0) return failed(`Cannot show audit record ${JSON.stringify(id)}: there is none`);
  if (args.json) return done(jsonText(records));
  return done(records.map((record) => pageOf(record, deps.printable)).join("\n\n"));
}

function pageOf({ seq, at, entry, hash }: AuditRecord, printable: (text: string) => string): string {
  const fields = Object.entries(entry).map(([name, value]) => {
    const shown = typeof value === "string" ? value : JSON.stringify(value, null, 2);
    return `${name.padEnd(13)} ${printable(shown).replaceAll("\n", "\n" + " ".repeat(14))}`;
  });
  return [`record ${seq}, ${showTime(at)} UTC`, ...fields, `${"hash".padEnd(13)} ${hash}`].join("\n");
}

function showStats(stats: AuditStats, printable: (text: string) => string): string {
  if (stats.records === 0) return "No audit records.";
  const { allow, approved, refused } = stats.verdicts;
  const head = ["tool", "calls", "refused", "ok", "failed", "mean ms"];
  const rows = stats.tools.map((one) => [
    oneLine(printable(one.tool), 32),
    ...[one.calls, one.refused, one.ok, one.failed].map(String),
    one.meanMs === null ? "-" : one.meanMs.toFixed(1),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => [...row[i]].length)));
  const table = [head, ...rows].map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ").trimEnd()
  );
  return [
    `${stats.records} records, ${showTime(stats.from!)} to ${showTime(stats.to!)} UTC`,
    `allowed by rule or risk ${allow}, approved by a person ${approved}, refused ${refused}`,
    "",
    ...table,
  ].join("\n");
}

/** The filtered records line by line: JSON (one object a line, the default) or CSV with a heading. Throws as `runAudit`. */
async function* exportAudit(args: AuditArgs, deps: AuditDeps, signal: AbortSignal): AsyncGenerator<string> {
  const csv = args.format === "csv";
  if (csv) yield csvHeading();
  for await (const record of deps.audit.records(filterOf(args, deps.now()), signal)) {
    yield csv ? csvLine(record) : jsonText(record);
  }
}

function showVerification(found: Verification, json: boolean, printable: (text: string) => string): Outcome {
  const code = found.faults.length === 0 ? 0 : 1;
  const faults = found.faults.map((fault) => printable(describeFault(fault)));
  if (json) return { out: jsonText({ ok: code === 0, ...found, said: faults }), err: "", code };
  const pruned = found.pruned &&
    `records 1 to ${found.pruned.seq} were pruned ${showTime(found.pruned.at)} UTC, as signed`;
  const looked = `${found.records} records read, the last is ${found.last}, the signed head says ${
    found.head?.seq ?? "nothing"
  }`;
  const more = found.omitted > 0 ? [`… and ${found.omitted} more`] : [];
  const verdict = code === 0 ? "The audit log is whole." : "The audit log is NOT whole:";
  return {
    out: [verdict, ...faults.map((one) => `- ${one}`), ...more, looked, ...(pruned ? [pruned] : [])].join("\n"),
    err: "",
    code,
  };
}

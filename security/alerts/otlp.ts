/**
 * Audit records as OpenTelemetry log records in OTLP/HTTP JSON. Pure. By the OTLP specification 1.7 (`/v1/logs`, JSON with
 * lowerCamelCase names, 64-bit integers as text) and the logs data model's severity numbers, read 2026-11-20.
 */
import { deniedBecause } from "../audit/denied.ts";
import type { AuditEntry, AuditRecord } from "../audit/record.ts";

type Value = { stringValue: string } | { intValue: string } | { boolValue: boolean };
type Attribute = { key: string; value: Value };

/** SEVERITY_NUMBER_INFO, _WARN and _ERROR. */
const SEVERITY = { INFO: 9, WARN: 13, ERROR: 17 } as const;

/** An `ExportLogsServiceRequest` for `records`. `service.instance.id` tells the machines of one owner apart. */
export function otlpLogs(
  records: readonly AuditRecord[],
  { version, instance }: { version: string; instance: string },
): unknown {
  return {
    resourceLogs: [{
      resource: {
        attributes: [
          attribute("service.name", "harombe"),
          attribute("service.version", version),
          attribute("service.instance.id", instance),
        ],
      },
      scopeLogs: [{ scope: { name: "harombe.audit" }, logRecords: records.map(logRecord) }],
    }],
  };
}

function logRecord({ seq, at, entry, hash }: AuditRecord) {
  const severity = severityOf(entry);
  return {
    timeUnixNano: nanoseconds(at),
    observedTimeUnixNano: nanoseconds(at),
    severityNumber: SEVERITY[severity],
    severityText: severity,
    eventName: `harombe.audit.${entry.kind}`,
    body: { stringValue: deniedBecause(entry) ?? `${entry.kind} ${entry.tool}` },
    attributes: [
      // A record that is sent twice is known by these two.
      attribute("harombe.audit.seq", seq),
      attribute("harombe.audit.hash", hash),
      ...Object.entries(entry).map(([name, value]) => attribute(`harombe.${name}`, value)),
    ],
  };
}

function severityOf(entry: AuditEntry): keyof typeof SEVERITY {
  if (deniedBecause(entry) !== null) return "WARN";
  return entry.kind === "outcome" && !entry.ok ? "ERROR" : "INFO";
}

function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}

function attribute(key: string, value: unknown): Attribute {
  if (typeof value === "boolean") return { key, value: { boolValue: value } };
  if (Number.isSafeInteger(value)) return { key, value: { intValue: String(value) } };
  return { key, value: { stringValue: typeof value === "string" ? value : JSON.stringify(value) ?? "" } };
}

/** What became of a batch, from the receiver's status. */
export type Delivered =
  | { state: "taken" }
  /** To be tried again, not before so many milliseconds if it says so. */
  | { state: "later"; why: string; ms: number | null }
  /** It will not be taken however often it is sent. */
  | { state: "refused"; why: string };

/** What a receiver says of the batch itself; any other failure is its own, or of the settings, and passes. */
const OF_THE_BATCH = [400, 413, 422];

/**
 * A 200 that rejects records says so in its body. OTLP/HTTP tells clients to drop a batch on any status but 429, 502, 503 and 504;
 * here it is kept unless the status is about the batch, so that a wrong token loses nothing.
 */
export function otlpAnswer(status: number, headers: Record<string, string>, body: string): Delivered {
  if ((status < 200 || status > 299) && !OF_THE_BATCH.includes(status)) {
    const seconds = /^\d{1,6}$/.exec(headers["retry-after"] ?? "");
    return { state: "later", why: `it answered ${status}`, ms: seconds === null ? null : Number(seconds[0]) * 1000 };
  }
  if (OF_THE_BATCH.includes(status)) return { state: "refused", why: `it answered ${status}` };
  const rejected = rejectedIn(body);
  return rejected === null ? { state: "taken" } : { state: "refused", why: rejected };
}

function rejectedIn(body: string): string | null {
  try {
    const { partialSuccess } = JSON.parse(body);
    const count = Number(partialSuccess?.rejectedLogRecords ?? 0);
    return count > 0
      ? `it rejected ${count} records: ${String(partialSuccess.errorMessage ?? "").slice(0, 200)}`
      : null;
  } catch {
    return null;
  }
}

/** Reading the audit log beside whoever writes it. Changes nothing and proves nothing: that is `verify`'s part. */
import type { DatabaseSync } from "node:sqlite";
import { inStore, openDatabase } from "../database.ts";
import { asciiJson, recordOf } from "./chain.ts";
import type { AuditEntry, AuditRecord } from "./record.ts";
import { AUDIT_STORE } from "./schema.ts";

export type AuditFilter = {
  session?: string;
  /** Call id. */
  call?: string;
  tool?: string;
  kind?: AuditEntry["kind"];
  /** True: what was not let happen. */
  denied?: boolean;
  /** Records with a higher number than this. */
  after?: number;
  /** Records made at or after this, milliseconds since 1970 UTC. */
  since?: number;
};

export type ToolCount = {
  tool: string;
  /** Calls that were let run. */
  calls: number;
  refused: number;
  /** Of those that ended: how many well and how many with an error. */
  ok: number;
  failed: number;
  /** Mean time of the calls that ended, milliseconds; null if none did. */
  meanMs: number | null;
};

export type AuditStats = {
  records: number;
  /** Time of the first and last record kept, milliseconds since 1970 UTC. */
  from: number | null;
  to: number | null;
  /** How often each verdict was reached. */
  verdicts: { allow: number; approved: number; refused: number };
  /** Most used first. */
  tools: ToolCount[];
};

export type AuditReader = {
  /** The newest `limit` records that pass the filter, oldest of them first. Without `limit` all. */
  list(filter: AuditFilter & { limit?: number }, signal: AbortSignal): Promise<AuditRecord[]>;
  /** The record with this number, or null. */
  record(seq: number, signal: AbortSignal): Promise<AuditRecord | null>;
  stats(filter: AuditFilter, signal: AbortSignal): Promise<AuditStats>;
  /** Every record that passes, oldest first, a page at a time. */
  records(filter: AuditFilter, signal: AbortSignal): AsyncGenerator<AuditRecord>;
  close(): void;
};

type StoredRow = { seq: number; body: string; hash: string };

const PAGE = 500;

/** What was not let happen, as `deniedBecause` tells it; an answer only where no refusal of its call follows, as when nobody went on with it. */
const DENIED = `(body ->> '$.entry.kind' = 'refusal' OR body ->> '$.entry.event.verdict' IN ('refused', 'deny')
  OR body ->> '$.entry.denied' IS NOT NULL
  OR (body ->> '$.entry.answer' IN ('no', 'silence') AND NOT EXISTS (SELECT 1 FROM record AS later
    WHERE later.call = record.call AND later.seq > record.seq AND later.body ->> '$.entry.kind' = 'refusal'
      AND later.body ->> '$.entry.session' = record.body ->> '$.entry.session')))`;

/** SQL and values for `filter`; `1` where it asks for nothing. */
function conditionOf(filter: AuditFilter): { sql: string; values: (string | number)[] } {
  const asked: [sql: string, value: string | number | undefined][] = [
    ["call = ?", filter.call === undefined ? undefined : asciiJson(filter.call)],
    ["body ->> '$.entry.session' = ?", filter.session],
    ["body ->> '$.entry.tool' = ?", filter.tool],
    ["body ->> '$.entry.kind' = ?", filter.kind],
    ["body ->> '$.at' >= ?", filter.since],
    ["seq > ?", filter.after],
  ];
  const used = asked.filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const denied = filter.denied === true ? [DENIED] : [];
  return { sql: ["1", ...denied, ...used.map(([sql]) => sql)].join(" AND "), values: used.map(([, value]) => value) };
}

/** Opens the log at `path` for reading. Throws `NotFound` if there is none yet, an `Error` if it cannot be read. */
export function readAudit(path: string): AuditReader {
  const db = openDatabase(path, AUDIT_STORE, { readOnly: true });
  const doing = `read the audit log at ${path}`;

  const attempt = <T>(signal: AbortSignal, read: () => T): T => inStore(doing, read, signal);

  return {
    // deno-lint-ignore require-await -- a store's contract is async
    async list({ limit, ...filter }, signal) {
      const { sql, values } = conditionOf(filter);
      return attempt(signal, () => {
        const rows = db.prepare(`SELECT seq, body, hash FROM record WHERE ${sql} ORDER BY seq DESC LIMIT ?`)
          .all(...values, limit ?? -1) as StoredRow[];
        return rows.reverse().map(recordOf);
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async record(seq, signal) {
      return attempt(signal, () => {
        const row = db.prepare("SELECT seq, body, hash FROM record WHERE seq = ?").get(seq) as StoredRow | undefined;
        return row ? recordOf(row) : null;
      });
    },

    // deno-lint-ignore require-await -- a store's contract is async
    async stats(filter, signal) {
      return attempt(signal, () => statsOf(db, filter));
    },

    async *records(filter, signal) {
      const { sql, values } = conditionOf(filter);
      let after = 0;
      while (true) {
        const rows = attempt(
          signal,
          () =>
            db.prepare(`SELECT seq, body, hash FROM record WHERE seq > ? AND ${sql} ORDER BY seq LIMIT ${PAGE}`)
              .all(after, ...values) as StoredRow[],
        );
        if (rows.length === 0) return;
        for (const row of rows) yield attempt(signal, () => recordOf(row));
        const next = rows[rows.length - 1].seq;
        if (next <= after) throw new Error(`Cannot ${doing}: it is damaged; run \`harombe audit verify\``);
        after = next;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },

    close: () => db.close(),
  };
}

function statsOf(db: DatabaseSync, filter: AuditFilter): AuditStats {
  const { sql, values } = conditionOf(filter);
  const entries = `WITH e AS (SELECT body ->> '$.at' AS at, body ->> '$.entry.kind' AS kind,
      body ->> '$.entry.tool' AS tool, body ->> '$.entry.verdict' AS verdict,
      body ->> '$.entry.ok' AS ok, body ->> '$.entry.ms' AS ms FROM record WHERE ${sql})`;
  const whole = db.prepare(
    `${entries} SELECT count(*) AS records, min(at) AS "from", max(at) AS "to",
       count(*) FILTER (WHERE verdict = 'allow') AS allow, count(*) FILTER (WHERE verdict = 'approved') AS approved,
       count(*) FILTER (WHERE kind = 'refusal') AS refused FROM e`,
  ).get(...values) as Record<string, number | null>;
  const tools = db.prepare(
    `${entries} SELECT tool, count(*) FILTER (WHERE kind = 'intent') AS calls,
       count(*) FILTER (WHERE kind = 'refusal') AS refused, count(*) FILTER (WHERE kind = 'outcome' AND ok) AS ok,
       count(*) FILTER (WHERE kind = 'outcome' AND NOT ok) AS failed, avg(ms) AS meanMs
       FROM e GROUP BY tool ORDER BY calls DESC, tool`,
  ).all(...values) as ToolCount[];
  return {
    records: whole.records!,
    from: whole.from,
    to: whole.to,
    verdicts: { allow: whole.allow!, approved: whole.approved!, refused: whole.refused! },
    tools: tools.map((row) => ({ ...row })),
  };
}

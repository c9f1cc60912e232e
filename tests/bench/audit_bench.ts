/**
 * Audit log: durable appends beside a bare chained insert on the same disk, in 40 alternating rounds, and verifying;
 * medians, and the median of each round's ratio. Prints one JSON line.
 *
 *     deno run -A tests/bench/audit_bench.ts [appends] [rows to verify]
 */
import { hash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import type { AuditEntry } from "../../security/audit/record.ts";
import { verifyAudit } from "../../security/audit/verify.ts";

const appends = Number(Deno.args[0] ?? 4_000);
const rows = Number(Deno.args[1] ?? 200_000);
const rounds = 40;
const never = new AbortController().signal;
const dir = await Deno.makeTempDir();

function entry(n: number): AuditEntry {
  return {
    kind: "intent",
    callId: `call_${n}`,
    session: `1120-${n % 100}`,
    agent: "main",
    tool: "write_file",
    args: { path: "notes/today.md", content: "x".repeat(60) },
    risk: "MEDIUM",
    verdict: "allow",
    reasons: ["writes a file inside the workspace"],
    by: "rule allow write_file:notes/**",
  };
}

/** `count` of something in a second. */
async function rate(count: number, work: () => void | Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round(count / (performance.now() - begun) * 1_000);
}

/** What any durable chain costs: the last hash read, one row inserted, in one transaction, WAL and FULL. */
function bareInserts(db: DatabaseSync, count: number) {
  const last = db.prepare("SELECT hash FROM record ORDER BY seq DESC LIMIT 1");
  const insert = db.prepare("INSERT INTO record (body, hash) VALUES (?, ?)");
  for (let i = 0; i < count; i++) {
    db.exec("BEGIN IMMEDIATE");
    const body = JSON.stringify({ prev: last.get()?.hash, entry: entry(i) });
    insert.run(body, hash("sha256", body, "hex"));
    db.exec("COMMIT");
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

const bare = new DatabaseSync(`${dir}/bare.db`);
bare.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE record (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL) STRICT`);
const key = openAuditKey(`${dir}/key`, { create: true });
const options = { key, headPath: `${dir}/head`, now: Date.now };
const path = `${dir}/audit.db`;
const log = openAudit(path, options);
const each = Math.ceil(appends / rounds);
const found = { bare: [] as number[], one: [] as number[], together: [] as number[], verify: [] as number[] };
for (let round = 0; round < rounds; round++) {
  found.bare.push(await rate(each, () => bareInserts(bare, each)));
  found.one.push(
    await rate(each, async () => {
      for (let i = 0; i < each; i++) await log.append(entry(i), never);
    }),
  );
  found.together.push(
    await rate(each, async () => {
      for (let i = 0; i < each; i += 16) {
        await Promise.all(Array.from({ length: 16 }, (_, j) => log.append(entry(i + j), never)));
      }
    }),
  );
}
for (let made = log.append(entry(0), never); (await made).seq < rows;) {
  const room = Math.min(1_000, rows - (await made).seq);
  made = Promise.all(Array.from({ length: room }, (_, i) => log.append(entry(i), never))).then((all) => all[room - 1]);
}
log.close();
for (let round = 0; round < 5; round++) {
  const { records, faults } = await verifyAudit(path, options, never);
  if (faults.length > 0) throw new Error(`Cannot measure verifying: ${faults.length} faults`);
  found.verify.push(await rate(records, async () => void await verifyAudit(path, options, never)));
}
console.log(JSON.stringify({
  appendsPerSecond: median(found.one),
  bareInsertsPerSecond: median(found.bare),
  bareToAppend: Number(median(found.bare.map((bare, i) => bare / found.one[i])).toFixed(2)),
  appendsPerSecondBy16: median(found.together),
  verifiedPerSecond: median(found.verify),
  rows: Math.max(rows, appends),
  rounds,
}));
bare.close();
await Deno.remove(dir, { recursive: true });

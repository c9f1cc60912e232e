/** A process that appends to the log in folder `argv[0]`, `argv[1]` times, and prints each number once it is durable. */
import { openAuditKey } from "../key.ts";
import { openAudit } from "../log.ts";

const [dir, times] = Deno.args;
const key = openAuditKey(`${dir}/key`, { create: false });
const log = openAudit(`${dir}/audit.db`, { key, headPath: `${dir}/elsewhere.head`, now: Date.now });
const never = new AbortController().signal;
for (let i = 0; i < Number(times);) {
  const batch = Array.from({ length: Math.min(1 + i % 4, Number(times) - i) }, (_, j) => ({
    kind: "outcome" as const,
    callId: `${Deno.pid}-${i + j}`,
    session: "s",
    tool: "shell",
    ok: true,
    ms: 1,
    resultSha256: "",
    summary: "x".repeat((i + j) % 300),
  }));
  const done = await Promise.all(batch.map((entry) => log.append(entry, never)));
  Deno.stdout.writeSync(new TextEncoder().encode(done.map((r) => `${r.seq} ${r.hash}\n`).join("")));
  i += batch.length;
}
log.close();

import assert from "node:assert/strict";
import { openAuditKey } from "../audit/key.ts";
import { openAudit } from "../audit/log.ts";
import { readAudit } from "../audit/query.ts";
import { type AuditEntry, AuditEntry as Entry, type AuditRecord } from "../audit/record.ts";
import { deliver, deliveredTo, type Destination } from "./deliver.ts";
import { type Delivered, otlpAnswer } from "./otlp.ts";

const signal = new AbortController().signal;

function refusal(n: number): AuditEntry {
  return {
    kind: "refusal",
    callId: `c${n}`,
    session: "s",
    agent: "a",
    tool: "shell",
    args: { n },
    reasons: ["no"],
    by: "x",
  };
}

async function place(records: number) {
  const dir = await Deno.makeTempDir();
  const clock = { now: 0 };
  const key = openAuditKey(`${dir}/key`, { create: true });
  const log = openAudit(`${dir}/audit.db`, { key, headPath: `${dir}/head`, now: () => clock.now });
  await Promise.all(Array.from({ length: records }, (_, i) => log.append(refusal(i + 1), signal)));
  const audit = readAudit(`${dir}/audit.db`);
  return {
    log,
    clock,
    options: { audit, cursors: `${dir}/delivered.json`, batch: 10 },
    async [Symbol.asyncDispose]() {
      audit.close();
      log.close();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

/** Takes what `answer` lets it take. */
function destination(answer: (records: readonly AuditRecord[]) => Delivered | Error): Destination & { seqs: number[] } {
  const seqs: number[] = [];
  return {
    name: "d",
    seqs,
    send(records) {
      const said = answer(records);
      if (said instanceof Error) return Promise.reject(said);
      if (said.state === "taken") seqs.push(...records.map(({ seq }) => seq));
      return Promise.resolve(said);
    },
  };
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const TAKEN: Delivered = { state: "taken" };

Deno.test("a receiver that is down gets everything once it is up, in order, each record once", async () => {
  await using at = await place(35);
  const answers: (Delivered | Error)[] = [TAKEN, new Error("connection refused"), {
    state: "later",
    why: "503",
    ms: 7,
  }];
  const to = destination(() => answers.shift() ?? TAKEN);
  const told = [await deliver([to], at.options, signal), await deliver([to], at.options, signal)];
  assert.deepEqual(told, [
    [{ destination: "d", sent: 10, waiting: true, why: "connection refused", again: null }],
    [{ destination: "d", sent: 0, waiting: true, why: "503", again: 7 }],
  ]);
  assert.equal(await deliveredTo(at.options.cursors, ["d"], signal), 10);
  assert.equal(await deliveredTo(at.options.cursors, ["d", "never heard of"], signal), 0);
  await deliver([to], at.options, signal);
  assert.deepEqual(to.seqs, upTo(35));
  assert.deepEqual(await deliver([to], at.options, signal), [
    { destination: "d", sent: 0, waiting: false, why: null, again: null },
  ]);
});

Deno.test("one record that a receiver will never take holds back no other", async () => {
  await using at = await place(30);
  const poison = (records: readonly AuditRecord[]) => records.some(({ seq }) => seq === 17);
  const to = destination((records) => poison(records) ? { state: "refused", why: "400" } : TAKEN);
  const [told] = (await deliver([to], at.options, signal))!;
  assert.deepEqual(told, { destination: "d", sent: 29, waiting: false, why: "400", again: null });
  assert.deepEqual(to.seqs, upTo(30).filter((seq) => seq !== 17));
  assert.deepEqual(JSON.parse(await Deno.readTextFile(at.options.cursors)), {
    d: { seq: 30, refused: [[17, 17, "400"]] },
  });
});

Deno.test("what is not delivered is not pruned, and a damaged cursor sends twice and not never", async () => {
  await using at = await place(20);
  at.clock.now = 100 * 86_400_000;
  await at.log.append(refusal(21), signal);
  const answers: Delivered[] = [TAKEN];
  const to = destination(() => answers.shift() ?? { state: "later", why: "down", ms: null });
  await deliver([to], at.options, signal);
  const through = await deliveredTo(at.options.cursors, ["d"], signal);
  assert.equal((await at.log.prune({ days: 1, through }, signal)).removed, 10);
  await Deno.writeTextFile(at.options.cursors, '{"d": {"seq": 1e');
  answers.push(TAKEN, TAKEN);
  await deliver([to], at.options, signal);
  assert.deepEqual(to.seqs, [...upTo(10), ...upTo(21).slice(10)]);
});

Deno.test("two at once: one delivers, the other does nothing", async () => {
  await using at = await place(10);
  const gate = Promise.withResolvers<Delivered>();
  const begun = Promise.withResolvers<void>();
  const slow: Destination = {
    name: "d",
    send() {
      begun.resolve();
      return gate.promise;
    },
  };
  const first = deliver([slow], at.options, signal);
  await begun.promise;
  assert.equal(await deliver([slow], at.options, signal), null);
  gate.resolve(TAKEN);
  assert.equal((await first)![0].sent, 10);
});

Deno.test("an answer is about the batch, or it is to be tried again: a wrong token loses nothing", () => {
  const later = (status: number, ms: number | null = null) => ({ state: "later", why: `it answered ${status}`, ms });
  const rows: [number, Record<string, string>, string, unknown][] = [
    [200, {}, "{}", { state: "taken" }],
    [202, {}, "", { state: "taken" }],
    [200, {}, '{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"too old"}}', {
      state: "refused",
      why: "it rejected 3 records: too old",
    }],
    [200, {}, '{"partialSuccess":{"rejectedLogRecords":0,"errorMessage":"slow down"}}', { state: "taken" }],
    [400, {}, "", { state: "refused", why: "it answered 400" }],
    [413, {}, "", { state: "refused", why: "it answered 413" }],
    [401, {}, "", later(401)],
    [404, {}, "", later(404)],
    [307, {}, "", later(307)],
    [429, { "retry-after": "12" }, "", later(429, 12_000)],
    [503, { "retry-after": "Fri, 31 Dec" }, "", later(503)],
  ];
  assert.deepEqual(
    rows.map(([status, headers, body]) => otlpAnswer(status, headers, body)) as unknown[],
    rows.map(([, , , said]) => said),
  );
});

Deno.test("every kind of record is denied by the query exactly where it is denied by the sentence", async () => {
  await using at = await place(2);
  const { deniedBecause } = await import("../audit/denied.ts");
  const edge = (verdict: "open" | "refused"): AuditEntry => ({
    kind: "edge",
    callId: "e",
    session: "s",
    tool: "shell",
    event: { kind: "connection", protocol: "socks5", host: "h", port: 1, verdict, reason: "r", up: 0, down: 0 },
  });
  const permission = (verdict: "allow" | "deny"): AuditEntry => ({
    kind: "edge",
    callId: "e",
    session: "s",
    tool: "run_code",
    event: { kind: "permission", permission: "read", value: "/x", verdict, reason: "r", times: 1 },
  });
  const entries: AuditEntry[] = [edge("open"), edge("refused"), permission("allow"), permission("deny")];
  for (const one of entries) await at.log.append(one, signal);
  const all = await at.options.audit.list({}, signal);
  assert.deepEqual(
    (await at.options.audit.list({ denied: true }, signal)).map(({ seq }) => seq),
    all.filter(({ entry }) => deniedBecause(Entry.parse(entry)) !== null).map(({ seq }) => seq),
  );
});

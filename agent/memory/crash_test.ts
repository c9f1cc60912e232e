import assert from "node:assert/strict";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import { readAudit } from "../../security/audit/query.ts";
import { verifyAudit } from "../../security/audit/verify.ts";
import type { AgentEvent } from "../event.ts";
import { messagesOf, openCalls } from "./history.ts";
import { interrupted } from "./resume.ts";
import { openSessions } from "./sessions.ts";

const never = new AbortController().signal;
const KILLS = Number(Deno.env.get("HAROMBE_KILLS") ?? 20);

type Said = { session: string; from: number; events: AgentEvent[] } | { audit: number; hash: string };

/** Plays turns in a child until it has acknowledged `count` times, kills it, and gives all it acknowledged. */
async function playUntilKilled(dir: string, count: number): Promise<Said[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./testing/turns.ts", import.meta.url).pathname, dir],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const seen = { text: "", killed: false };
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    seen.text += piece;
    if (!seen.killed && seen.text.split("\n").length > count) {
      child.kill("SIGKILL");
      seen.killed = true;
    }
  }
  assert.deepEqual([seen.killed, (await child.status).signal], [true, "SIGKILL"]);
  return seen.text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** Every batch of text says its own size: `turn.batch:i/size `. */
function assertWholeBatches(events: AgentEvent[]) {
  const batches = new Map<string, number>();
  for (const event of events) {
    const found = event.type === "text" ? /^(\d+\.\d+):(\d+)\/(\d+) $/.exec(event.text) : null;
    if (!found) continue;
    assert.equal(Number(found[2]), batches.get(found[1] + "/" + found[3]) ?? 0);
    batches.set(found[1] + "/" + found[3], Number(found[2]) + 1);
  }
  for (const [batch, count] of batches) assert.equal(count, Number(batch.split("/")[1]), batch);
}

Deno.test(`after ${KILLS} times kill -9 every acknowledged event and record is there, whole, and no finished call looks undone`, async () => {
  const dir = await Deno.makeTempDir();
  const random = { state: 20261120 };
  const next = (below: number) => {
    random.state = (Math.imul(random.state, 1103515245) + 12345) & 0x7fffffff;
    return (random.state >> 8) % below;
  };
  const options = { headPath: `${dir}/head`, now: Date.now };
  const records = new Map<number, string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const said = await playUntilKilled(dir, 1 + next(60));
    const key = openAuditKey(`${dir}/key`, { create: false });
    openAudit(`${dir}/audit.db`, { key, ...options }).close();
    const { faults, head, last } = await verifyAudit(`${dir}/audit.db`, { key, ...options }, never);
    assert.deepEqual([faults, head?.seq], [[], last]);

    for (const one of said) if ("audit" in one) records.set(one.audit, one.hash);
    const reader = readAudit(`${dir}/audit.db`);
    const kept = await reader.list({}, never);
    assert.deepEqual([...records].filter(([seq, hash]) => kept[seq - 1]?.hash !== hash), []);

    const sessions = openSessions(`${dir}/sessions.db`, { now: Date.now });
    const batches = said.filter((one) => "session" in one);
    const { session } = batches[0];
    const stored = await Array.fromAsync(sessions.read(session, 0, never));
    const events = stored.map(({ event }) => event);
    assert.deepEqual(stored.map(({ seq }) => seq), stored.map((_, i) => i + 1));
    for (const batch of batches) {
      assert.deepEqual(events.slice(batch.from - 1, batch.from - 1 + batch.events.length), batch.events);
    }
    assertWholeBatches(events);

    const found = await interrupted(stored, { audit: reader }, never);
    for (const { call, fate } of found) {
      const kinds = kept.filter(({ entry }) => entry.callId === call.id).map(({ entry }) => entry.kind);
      const expected = kinds.includes("outcome") ? "finished" : kinds.includes("intent") ? "unknown" : "not run";
      assert.equal(fate.fate, expected);
    }
    await sessions.append(session, found.flatMap(({ event }) => event ?? []), never);
    const healed = (await Array.fromAsync(sessions.read(session, 0, never))).map(({ event }) => event);
    assert.deepEqual(openCalls(healed), []);
    assert.ok(messagesOf(healed).length > 0 || events.length === 0);
    sessions.close();
    reader.close();
  }
  await Deno.remove(dir, { recursive: true });
});

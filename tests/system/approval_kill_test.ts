import assert from "node:assert/strict";
import { openQueue } from "../../security/approvals/queue.ts";
import { openAuditKey } from "../../security/audit/key.ts";

const none = new AbortController().signal;
const PROGRAM = new URL("./approval_steps.ts", import.meta.url).pathname;

/** One life of the process; the lines that it said. */
async function live(state: string, at: number): Promise<string[]> {
  const { stdout, stderr, signal } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROGRAM, state, String(at)],
  }).output();
  const said = new TextDecoder().decode(stdout).trim().split("\n");
  assert.ok(signal === "SIGKILL" || said.at(-1)?.startsWith("steps "), new TextDecoder().decode(stderr));
  return said;
}

async function scene(): Promise<{ state: string; paid(): Promise<number>; approve(): Promise<void> }> {
  const state = await Deno.makeTempDir();
  openAuditKey(`${state}/audit.key`, { create: true });
  return {
    state,
    paid: async () => (await Deno.readTextFile(`${state}/paid`).catch(() => "")).split("\n").length - 1,
    async approve() {
      const queue = openQueue(`${state}/approvals.db`, { now: Date.now });
      for (const { id } of await queue.list({}, none)) {
        await queue.answer(id, { answer: "once" }, { by: "test", where: "command" }, none);
      }
      queue.close();
    },
  };
}

/** Where a kill leaves a call whose outcome nobody can know: it is never repeated. */
const UNKNOWN = /^killed (?:after use|before run|after run|before outcome)$/;

Deno.test("kill -9 at every step of an approved call: it runs once without a second question, or its outcome is unknown and it is not repeated", async () => {
  const first = await scene();
  const park = Number((await live(first.state, -1)).at(-1)!.slice("steps ".length));
  await first.approve();
  const resumed = Number((await live(first.state, -1)).at(-1)!.slice("steps ".length));
  assert.equal(await first.paid(), 1);
  await Deno.remove(first.state, { recursive: true });
  assert.ok(park >= 6 && resumed >= 14, `${park}, ${resumed}`);

  for (let at = 1; at <= resumed; at++) {
    const { state, paid, approve } = await scene();
    await live(state, -1);
    assert.equal(await paid(), 0);
    await approve();
    const [killed] = await live(state, at);
    const before = await paid();
    const last = await live(state, -1);
    const unknown = UNKNOWN.test(killed);
    assert.equal(await paid(), unknown ? before : 1, `${at}: ${killed}`);
    // The event that ends the turn was kept before the kill: then there is nothing left to go on with.
    assert.ok(last.includes("ended") || killed === "killed after turn_ended", `${at}: ${killed}: ${last}`);
    await Deno.remove(state, { recursive: true });
  }
});

Deno.test("kill -9 at every step of a call that nobody approves: it never runs, and what was asked waits still", async () => {
  for (let at = 1; at <= 8; at++) {
    const { state, paid } = await scene();
    await live(state, at);
    await live(state, -1);
    await live(state, -1);
    assert.equal(await paid(), 0, String(at));
    await Deno.remove(state, { recursive: true });
  }
});

import assert from "node:assert/strict";
import { attack, type Result } from "./attack.ts";
import { BROKER_ATTACKS } from "./broker_attacks.ts";
import { laboratory } from "./launch_run.ts";
import { asOrdinaryUser, ordinaryUserMissing } from "./ordinary_user.ts";

const lab = await laboratory();
const { bubblewrap, brokered } = lab.powers;
await lab.close();
const missing = bubblewrap.state !== "ok"
  ? `${bubblewrap.cause} ${bubblewrap.cure}`
  : brokered
  ? null
  : "unavailable: no system-call filter for this machine";
const user = missing ?? ordinaryUserMissing();
const named = (name: string, reason: string | null) => reason === null ? name : `${name} (ignored: ${reason})`;

async function judge(results: readonly Result[], t: Deno.TestContext): Promise<void> {
  for (const { name, got } of results) await t.step(name, () => assert.equal(got, null));
  assert.deepEqual(results.map(({ name }) => name), BROKER_ATTACKS.map(({ name }) => name));
}

Deno.test({
  name: named("no run of code gets what the broker refuses", missing),
  ignore: missing !== null,
  fn: async (t) => await judge(await attack(BROKER_ATTACKS), t),
});

Deno.test({
  name: named("no run of code gets what the broker refuses when an ordinary user started it", user),
  ignore: user !== null,
  fn: async (t) => await judge(JSON.parse(await asOrdinaryUser("tests/fixtures/attack_broker.ts")), t),
});

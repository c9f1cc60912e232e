import assert from "node:assert/strict";
import { attack, type Result } from "./attack.ts";
import { laboratory } from "./launch_run.ts";
import { asOrdinaryUser, ordinaryUserMissing } from "./ordinary_user.ts";
import { ATTACKS } from "./sandbox_attacks.ts";

async function bubblewrapMissing(): Promise<string | null> {
  const lab = await laboratory();
  const { bubblewrap } = lab.powers;
  await lab.close();
  return bubblewrap.state === "ok" ? null : `${bubblewrap.cause} ${bubblewrap.cure}`;
}

const missing = await bubblewrapMissing();
const user = missing ?? ordinaryUserMissing();
const named = (name: string, reason: string | null) => reason === null ? name : `${name} (ignored: ${reason})`;

async function judge(results: readonly Result[], t: Deno.TestContext): Promise<void> {
  for (const { name, got, skipped } of results) {
    await t.step({
      name: named(name, skipped ?? null),
      ignore: skipped !== undefined,
      fn: () => assert.equal(got, null),
    });
  }
  assert.deepEqual(results.map(({ name }) => name), ATTACKS.map(({ name }) => name));
}

Deno.test({
  name: named("no run gets out of its confinement", missing),
  ignore: missing !== null,
  fn: async (t) => await judge(await attack(ATTACKS), t),
});

Deno.test({
  name: named("no run gets out of its confinement when an ordinary user started it", user),
  ignore: user !== null,
  fn: async (t) => await judge(JSON.parse(await asOrdinaryUser("tests/fixtures/attack_all.ts")), t),
});

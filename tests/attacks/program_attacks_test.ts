import assert from "node:assert/strict";
import { createScrub } from "../../security/secrets/scrub.ts";
import { CONFIG_ATTACKS } from "./config_attacks.ts";
import { ENVIRONMENT_ATTACKS } from "./environment_attacks.ts";
import { FILE_ATTACKS } from "./file_attacks.ts";
import { laboratory } from "./launch_run.ts";
import { ordinaryUserMissing } from "./ordinary_user.ts";
import { type Outcome, playScenario } from "./program_attack.ts";
import { programScene } from "./program_scene.ts";
import { nobody, thisUser, type User } from "./program_user.ts";
import { RUN_ATTACKS } from "./run_attacks.ts";
import { playStarts } from "./start_attack.ts";
import { SERVER_ATTACKS } from "./server_attacks.ts";
import { ptyMissing } from "../terminal/pty.ts";
import { playTerminal } from "./terminal_attack.ts";
import { TERMINAL_ATTACKS } from "./terminal_attacks.ts";
import { UNASKED_ATTACKS } from "./unasked_attacks.ts";
import { WEB_ATTACKS } from "./web_attacks.ts";

const STARTS = [...CONFIG_ATTACKS, ...ENVIRONMENT_ATTACKS, ...SERVER_ATTACKS];
const SCENARIOS = [...FILE_ATTACKS, ...RUN_ATTACKS, ...UNASKED_ATTACKS, ...WEB_ATTACKS];

async function bubblewrapMissing(): Promise<string | null> {
  const lab = await laboratory();
  const { bubblewrap } = lab.powers;
  await lab.close();
  return bubblewrap.state === "ok" ? null : `${bubblewrap.cause} ${bubblewrap.cure}`;
}

const missing = await bubblewrapMissing();
const noTerminal = ptyMissing();
const USERS: { name: string; missing: string | null; open: () => Promise<User> }[] = [
  { name: "whoever runs the tests", missing, open: () => Promise.resolve(thisUser()) },
  { name: "an ordinary user", missing: missing ?? ordinaryUserMissing(), open: nobody },
];

async function judge(t: Deno.TestContext, outcomes: readonly Outcome[]): Promise<number> {
  for (const { name, got } of outcomes) await t.step(name, () => assert.equal(got, null));
  return outcomes.length;
}

for (const { name, missing, open } of USERS) {
  Deno.test({
    name: `a hijacked model touches nothing, started by ${name}${missing === null ? "" : ` (ignored: ${missing})`}`,
    ignore: missing !== null,
    fn: async (t) => {
      const user = await open();
      const rows = { count: 0 };
      try {
        for (const scenario of SCENARIOS) rows.count += await judge(t, await playScenario(scenario, user));
        rows.count += await judge(t, await playStarts(STARTS, user));
        await t.step({
          name: `at a terminal${noTerminal === null ? "" : ` (ignored: ${noTerminal})`}`,
          ignore: noTerminal !== null,
          fn: async (t) => {
            rows.count += await judge(t, await playTerminal(TERMINAL_ATTACKS, user));
          },
        });
      } finally {
        await user.close();
      }
      console.log(`${rows.count} rows on the whole program as ${user.name}`);
    },
  });
}

Deno.test("what the attacks look for can be seen: no canary is of a shape that scrubbing takes out", async () => {
  await using scene = await programScene(thisUser(), { ollama: "http://127.0.0.1:9" });
  const scrub = createScrub({ known: [] });
  for (const name of ["outside", "ssh", "dotenv"] as const) {
    assert.equal(scrub.text(scene.secrets[name]), scene.secrets[name]);
    assert.deepEqual(scene.leaks(`x${btoa(`ab${scene.secrets[name]}cd`)}y`), [name]);
  }
});

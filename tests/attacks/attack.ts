/** Runs a table of attacks and says what each one got. */
import type { Executor } from "../../security/sandbox/grant.ts";
import type { Attack } from "./sandbox_attacks.ts";
import { scene } from "./scene.ts";

export type Result = { name: string; got: string | null; skipped?: string };

/** Every attack against one scene, in order, each run held by `executor`. */
export async function attack(attacks: readonly Attack[], executor: Executor = "bubblewrap"): Promise<Result[]> {
  const here = await scene();
  const { lab, token, port } = here;
  const results: Result[] = [];
  try {
    for (const { name, grant, needs, got } of attacks) {
      if (needs === "python" && lab.powers.programs.python !== "ok") {
        results.push({ name, got: null, skipped: lab.powers.programs.python });
        continue;
      }
      const source = (grant.source ?? "").replaceAll("@ROOT@", lab.root).replaceAll("@WS@", lab.folder).replaceAll(
        "@HOME@",
        lab.home,
      )
        .replaceAll("@PORT@", String(port));
      const run = await lab.run({ ...grant, source, executor });
      const found = [
        ...(run.outcome.confined === executor ? [] : ["it was not confined"]),
        ...(run.stdout.includes(token) || run.stderr.includes(token) ? ["it printed the token"] : []),
        ...await here.touches(),
        await got?.(run, here) ?? null,
      ].filter((one) => one !== null);
      results.push({ name, got: found.length === 0 ? null : found.join("; ") });
    }
    return results;
  } finally {
    await here.close();
  }
}

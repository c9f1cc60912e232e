/** Deno's own permissions, where nothing better is to be had. */
import type { Grant } from "../grant.ts";
import type { House } from "../house.ts";
import { behindPrelude, BY_VARIABLE, type Joining } from "../prelude.ts";
import { denoOnly, fetchAlone, guardedSource, SAVES, unavailable, variables } from "../program.ts";
import { makeStores } from "../stores.ts";
import { NOTHING, preludeHeld, type Prepare, type Prepared } from "./executor.ts";

export const denoAlone: Prepare = async (grant, house, { id, joining }) => {
  if (grant.program === "fetch") return await fetchOnlyRun(grant, house, joining);
  const module = `${house.runtime}/${id}.ts`;
  await Deno.writeTextFile(module, guardedSource(grant.source), { mode: 0o600 });
  const { args, env } = denoOnly(module);
  return {
    args: behindPrelude([...BY_VARIABLE, ...args], joining, "keep"),
    env: {
      ...variables(grant, { ours: env }),
      HOME: "/nonexistent",
      DENO_DIR: `${house.runtime}/deno`,
      HAROMBE_PROGRAM: house.programs.deno,
    },
    feeds: [NOTHING, NOTHING, NOTHING],
    confined: "deno only",
    begun: preludeHeld,
    clear: () => Deno.remove(module).catch(() => {}),
  };
};

async function fetchOnlyRun(grant: Grant, house: House, joining: Joining): Promise<Prepared> {
  if (!house.programs.fetch) throw new TypeError(unavailable("fetch"));
  await makeStores(grant, house);
  const { args, cache } = fetchAlone(house.programs.fetch, { ...house, saves: grant.source === SAVES });
  return {
    args: behindPrelude([...BY_VARIABLE, ...args], joining, "keep"),
    env: {
      ...variables(grant, { ours: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", DENO_TLS_CA_STORE: "mozilla,system" } }),
      HOME: "/nonexistent",
      DENO_DIR: cache ?? `${house.runtime}/deno`,
      HAROMBE_PROGRAM: house.programs.deno,
    },
    feeds: [NOTHING, NOTHING, NOTHING],
    confined: "deno only",
    begun: preludeHeld,
    clear: () => Promise.resolve(),
  };
}

/** The directories of the state that a run is given. */
import type { Grant } from "./grant.ts";
import type { House } from "./house.ts";
import { SAVES } from "./program.ts";

/** The directories of the state that `grant` mounts; links among them are refused. */
export async function makeStores({ program, source }: Grant, { stores }: House): Promise<void> {
  const used = program === "fetch"
    ? source === SAVES ? [stores.downloads] : []
    : program === "engine"
    ? [stores.models, stores.engines]
    : [];
  for (const path of used) {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    if (!(await Deno.lstat(path)).isDirectory) throw new TypeError(`Cannot use ${path}: it is no directory of its own`);
  }
}

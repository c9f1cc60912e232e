/** Which executor a run gets. */
import type { Executor, Grant } from "../grant.ts";
import type { House } from "../house.ts";
import { bubblewrap } from "./bubblewrap.ts";
import { denoAlone } from "./deno_alone.ts";
import { OF_OTHERS, type Offer } from "./executor.ts";
import { observing } from "./observing.ts";

const NOTHING_OWN: Offer["own"] = { memoryBytes: 0, pids: 0 };

/** Who holds a run, and whether it may see the folder. */
export type Chosen = Pick<Offer, "prepare" | "own"> & { held: boolean };

/** The executor of `grant`. Throws if the one it names, or the owner's, is not good here: nothing else takes its place. */
export async function chosenFor(grant: Grant, house: House, signal: AbortSignal): Promise<Chosen> {
  if (grant.program === "observe") return { prepare: observing, own: NOTHING_OWN, held: false };
  const name: Executor | null = OF_OTHERS.includes(grant.program)
    ? grant.executor ?? house.executor
    : house.bwrap === null
    ? null
    : "bubblewrap";
  if (name === null) return { prepare: denoAlone, own: NOTHING_OWN, held: false };
  if (name === "bubblewrap" && house.bwrap !== null) return { prepare: bubblewrap, own: NOTHING_OWN, held: true };
  const offer = await house.offers(name, house, signal);
  if (typeof offer === "string") throw new Error(`Cannot use ${name}: ${offer}`);
  return { prepare: offer.prepare, own: offer.own, held: true };
}

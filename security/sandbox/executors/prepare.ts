/** Which executor a run gets. */
import type { Executor, Grant } from "../grant.ts";
import type { House } from "../house.ts";
import { brokered } from "./brokered.ts";
import { bubblewrap } from "./bubblewrap.ts";
import { denoAlone } from "./deno_alone.ts";
import { OF_OTHERS, type Offer, type Prepare } from "./executor.ts";
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
  if (name === "bubblewrap" && house.bwrap !== null) {
    const asks = grant.program === "deno" && grant.brokered !== undefined && house.broker !== null;
    return { prepare: asks ? brokered : byFlags(bubblewrap), own: NOTHING_OWN, held: true };
  }
  if (name === "gvisor" && grant.egress !== undefined) {
    throw new TypeError(
      "Cannot give a run in gvisor a network: it opens no FIFO of the machine; use bubblewrap or podman",
    );
  }
  const offer = await house.offers(name, house, signal);
  if (typeof offer === "string") throw new Error(`Cannot use ${name}: ${offer}`);
  return { prepare: byFlags(offer.prepare), own: offer.own, held: true };
}

/** Without a broker: Deno's flags alone judge what code touches. */
function byFlags(prepare: Prepare): Prepare {
  return (grant, house, settled, signal) => prepare({ ...grant, brokered: undefined }, house, settled, signal);
}

/** Which executor a run gets. */
import { brokered } from "./brokered.ts";
import { bubblewrap } from "./bubblewrap.ts";
import { denoAlone } from "./deno_alone.ts";
import type { Prepare } from "./executor.ts";
import { observing } from "./observing.ts";

/** `grant` as `house` runs it. */
export const prepare: Prepare = (grant, house, settled, signal) => {
  if (grant.program === "observe") return observing(grant, house, settled, signal);
  if (house.bwrap === null) return denoAlone(grant, house, settled, signal);
  if (grant.program === "deno" && grant.brokered !== undefined && house.broker !== null) {
    return brokered(grant, house, settled, signal);
  }
  return bubblewrap({ ...grant, brokered: undefined }, house, settled, signal);
};

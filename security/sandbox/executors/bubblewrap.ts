/** bubblewrap: namespaces by a small program of the system's, and nothing that outlives it. */
import { bubblewrapOptions } from "../bubblewrap.ts";
import { confinementOf } from "../confinement.ts";
import { behindPrelude, FD } from "../prelude.ts";
import { nulSeparated } from "../probe.ts";
import { NOTHING, type Prepare } from "./executor.ts";

export const bubblewrap: Prepare = async (grant, house, settled, signal) => {
  const { argv, confinement } = await confinementOf(grant, house, settled, signal);
  return {
    args: behindPrelude([house.bwrap!, "--args", String(FD.args), ...argv], settled.joining),
    env: {},
    feeds: [
      nulSeparated(bubblewrapOptions(confinement, house.machine)),
      house.seccomp ?? NOTHING,
      new TextEncoder().encode(grant.source),
    ],
    confined: "bubblewrap",
    begun: ({ status }) => status.includes('"child-pid"'),
    clear: () => Promise.resolve(),
  };
};

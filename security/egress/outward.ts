/** What the owner's configuration adds to every run with a network, whatever a call asked for. */
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Egress } from "./egress.ts";

/** What a run with a network is given for its wish. */
export type Outward = { egress: Egress; /** Added to its variables. */ env: Record<string, string> };

/** `sandbox`, whose runs with a network get what `fill` makes of their wish. */
export function outward(sandbox: Sandbox, fill: (asked: Egress) => Outward): Sandbox {
  return {
    ...sandbox,
    run: (grant, onOutput, signal, edge) => {
      if (grant.egress === undefined) return sandbox.run(grant, onOutput, signal, edge);
      const { egress, env } = fill(grant.egress);
      return sandbox.run({ ...grant, egress, env: { ...env, ...grant.env } }, onOutput, signal, edge);
    },
  };
}

/** The wish of a call that asks for hosts and nothing else. */
export function asking(rules: Egress["rules"]): Egress {
  return { rules, inspect: false, swaps: [], known: [] };
}

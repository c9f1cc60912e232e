/** What the owner's configuration adds to every run with a network, whatever a call asked for. */
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Egress } from "./egress.ts";

/** `sandbox`, whose runs with a network get what `fill` makes of their wish. */
export function outward(sandbox: Sandbox, fill: (asked: Egress) => Egress): Sandbox {
  return {
    ...sandbox,
    run: (grant, onOutput, signal, edge) => {
      const given = grant.egress === undefined ? grant : { ...grant, egress: fill(grant.egress) };
      return sandbox.run(given, onOutput, signal, edge);
    },
  };
}

/** The wish of a call that asks for hosts and nothing else. */
export function asking(rules: Egress["rules"]): Egress {
  return { rules, inspect: false, swaps: [], known: [] };
}

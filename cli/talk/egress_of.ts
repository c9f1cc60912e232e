/** What the owner's settings and secrets add to every run that is given a network. */
import type { Egress } from "../../security/egress/egress.ts";
import type { Outward } from "../../security/egress/outward.ts";
import type { BoundSecrets } from "../../security/secrets/bound.ts";
import type { Config } from "../config.ts";
import { secretsOf } from "../config/secrets.ts";

/** A grant carries no more. */
const MOST_KNOWN = 1000;

/**
 * The configuration's `security.egress`, the secrets that are bound to a host which the run may reach (TLS is opened then: a
 * header inside it can be filled in no other way), and the values that must not leave. Throws `RangeError` if there are more
 * of them than can be looked for.
 */
export function egressOf(config: Config, bound: BoundSecrets): (asked: Egress) => Outward {
  const { deny, inspect, pins } = config.security.egress;
  const known = [...new Set([...secretsOf(config), ...bound.known])];
  return (asked) => {
    const { swaps, variables } = bound.forRun(asked.rules);
    const watched = [...new Set([...asked.known, ...known])];
    if (watched.length > MOST_KNOWN) {
      throw new RangeError(
        `Cannot give a run a network: ${watched.length} secrets to keep in, the most is ${MOST_KNOWN}`,
      );
    }
    return {
      egress: {
        ...asked,
        deny: [...asked.deny ?? [], ...deny],
        inspect: asked.inspect || inspect || swaps.length > 0,
        pins,
        swaps: [...asked.swaps, ...swaps],
        known: watched,
      },
      env: variables,
    };
  };
}

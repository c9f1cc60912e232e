/** What the configuration adds to every run that is given a network. */
import type { Egress } from "../../security/egress/egress.ts";
import type { Config } from "../config.ts";
import { secretsOf } from "../config/secrets.ts";

/** The configuration's `security.egress`, and the values that must not leave. */
export function egressOf(config: Config): (asked: Egress) => Egress {
  const { deny, inspect, pins } = config.security.egress;
  const known = secretsOf(config);
  return (asked) => ({
    ...asked,
    deny: [...asked.deny ?? [], ...deny],
    inspect: asked.inspect || inspect,
    pins,
    known: [...asked.known, ...known],
  });
}

/** The bounds of one run, from what the launcher tells of it. */
import { parseRule } from "../../rules.ts";
import type { Brokered } from "../grant.ts";
import type { Bounds, PathRules } from "./decide.ts";
import type { Opening } from "./message.ts";
import { SCRATCH, SOURCE } from "./places.ts";

/** Throws `SyntaxError` for a rule that cannot be read: main has told of one that it could read, so something is wrong. */
function rulesOf(texts: readonly string[]): PathRules["deny"] {
  return texts.map((text) => {
    const rule = parseRule(`*:${text.slice(text.indexOf(":") + 1)}`, new Map());
    if ("reason" in rule) throw new SyntaxError(`Cannot read the rule ${text}: ${rule.reason}`);
    return { ...rule, text };
  });
}

const pathRules = ({ deny, ask }: Brokered["read"]): PathRules => ({ deny: rulesOf(deny), ask: rulesOf(ask) });

/** Throws `SyntaxError` as above. */
export function boundsOf({ folder, access, rules, egress, relay }: Opening): Bounds {
  return {
    folder,
    access,
    scratch: SCRATCH,
    source: SOURCE,
    rules: { read: pathRules(rules.read), write: pathRules(rules.write) },
    egress,
    relay,
  };
}

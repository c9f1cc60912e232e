/** From the bindings of secrets to what the proxy of one run puts in. Pure. */
import type { EgressRule, Swap } from "../egress/egress.ts";
import { fitsHeader } from "./binding.ts";
import type { SecretEntry } from "./store.ts";

/** A proxy takes no more. */
const MOST = 100;

/**
 * A swap for each binding of `entries` to a host that `rules` let the run reach; nothing for a host that it cannot. `values`
 * by name; a secret whose value is not there or can stand in no header has none. Throws `RangeError` above 100.
 */
export function swapsFor(
  entries: readonly SecretEntry[],
  { values, rules, placeholderOf }: {
    values: ReadonlyMap<string, string>;
    rules: readonly EgressRule[];
    placeholderOf: (name: string, value: string) => string;
  },
): Swap[] {
  const swaps = entries.flatMap(({ name, bindings }) => {
    const value = values.get(name);
    if (value === undefined || !fitsHeader(value)) return [];
    return bindings.flatMap(({ host, header, methods, path }) =>
      rules.some((rule) => reaches(rule.host, host))
        ? [{ placeholder: placeholderOf(name, value), value, host, header, methods: [...methods], path }]
        : []
    );
  });
  if (swaps.length > MOST) {
    throw new RangeError(`Cannot give a run the secrets of its hosts: ${swaps.length} bindings, the most is ${MOST}`);
  }
  return swaps;
}

/** Whether a rule for the host `rule` covers `host`: `*.x` is what lies below x, label by label, never x itself. */
export function reaches(rule: string, host: string): boolean {
  return rule.startsWith("*.") ? host.endsWith(rule.slice(1)) && host.length > rule.length - 1 : rule === host;
}

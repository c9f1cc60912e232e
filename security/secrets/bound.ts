/** The owner's secrets as runs with a network use them: by placeholders, at the hosts that they are bound to. Pure. */
import type { EgressRule, Swap } from "../egress/egress.ts";
import { isOwnVariable } from "../sandbox/own_variable.ts";
import { fitsHeader } from "./binding.ts";
import { placeholderText, secretId } from "./placeholder.ts";
import type { Binding, SecretEntry } from "./store.ts";
import { reaches, swapsFor } from "./swaps.ts";

/** A secret with the store that has it. */
export type KeptEntry = SecretEntry & { store: string };

/** What a run that may reach certain hosts is given. */
export type ForRun = {
  swaps: Swap[];
  /** Placeholders by the variables that hold them. */
  variables: Record<string, string>;
  /** What it may use, a phrase for each secret and place. */
  uses: string[];
};

export type BoundSecrets = {
  /** Values that no run may send, beside those that its proxy puts in. */
  known: readonly string[];
  /** Throws `RangeError` if a run with `rules` would be given too much. */
  forRun(rules: readonly EgressRule[]): ForRun;
  /** All there are, a phrase each, as a model calls them. */
  told: readonly string[];
  /** Which secret a placeholder stands for; null if none of these. */
  named(placeholder: string): { name: string; store: string } | null;
};

export const NONE_BOUND: BoundSecrets = {
  known: [],
  forRun: () => ({ swaps: [], variables: {}, uses: [] }),
  told: [],
  named: () => null,
};

/** `entries` with their `values` by name; placeholders under `key`, so that a value has the same one as wherever it is met. */
export function boundSecrets(
  { entries, values, known }: {
    entries: readonly KeptEntry[];
    values: ReadonlyMap<string, string>;
    known: readonly string[];
  },
  key: Uint8Array,
): BoundSecrets {
  const placeholderOf = (name: string, value: string) => placeholderText(name, secretId(key, value));
  const taken = new Set<string>();
  const usable = entries.flatMap((entry) => {
    const value = values.get(entry.name);
    if (value === undefined || entry.bindings.length === 0 || !fitsHeader(value)) return [];
    const wanted = variableOf(entry.name);
    const variable = taken.has(wanted) || !isOwnVariable(wanted) ? null : wanted;
    taken.add(wanted);
    return [{ ...entry, placeholder: placeholderOf(entry.name, value), variable }];
  });
  return {
    known,
    forRun(rules) {
      const here = usable.map((one) => ({
        ...one,
        bindings: one.bindings.filter(({ host }) => rules.some((rule) => reaches(rule.host, host))),
      })).filter(({ bindings }) => bindings.length > 0);
      return {
        swaps: swapsFor(here, { values, rules, placeholderOf }),
        variables: Object.fromEntries(
          here.flatMap(({ variable, placeholder }) => variable === null ? [] : [[variable, placeholder]]),
        ),
        uses: here.flatMap(({ name, bindings }) =>
          bindings.map((binding) => `may use the secret ${name} at ${placeText(binding)}`)
        ),
      };
    },
    told: usable.map(({ variable, placeholder, bindings }) =>
      `${variable === null ? placeholder : `$${variable}`} at ${bindings.map(placeText).join(" and ")}`
    ),
    named(placeholder) {
      const found = usable.find((one) => one.placeholder === placeholder);
      return found === undefined ? null : { name: found.name, store: found.store };
    },
  };
}

/** A binding as a person reads it. */
function placeText({ host, header, methods, path }: Binding): string {
  return `${host} (${methods.join(", ")} ${path}, header ${header})`;
}

/** `github.token` → `GITHUB_TOKEN`. */
function variableOf(name: string): string {
  return name.toUpperCase().replace(/[.-]/g, "_");
}

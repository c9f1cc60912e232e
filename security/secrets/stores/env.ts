/**
 * Secrets in variables `HAROMBE_SECRET_NAME`: read-only, for containers and services. Whoever may look at this process
 * (`/proc/PID/environ`: the same user and root) sees them; the encrypted store has no such place.
 */
import { SecretName, type SecretStore, SecretValue } from "../store.ts";

const PREFIX = "HAROMBE_SECRET_";

/** The variable of the secret `name`: upper case, `.` and `-` as `_`. */
function variableOf(name: string): string {
  return PREFIX + name.toUpperCase().replace(/[.-]/g, "_");
}

/** `variables` may hold others, which are not looked at. An empty one counts as unset. */
export function envStore(variables: Readonly<Record<string, string>>): SecretStore {
  const values = new Map(
    Object.entries(variables).flatMap(([variable, value]) => {
      const name = variable.slice(PREFIX.length).toLowerCase();
      const kept = variable.startsWith(PREFIX) && variable === variable.toUpperCase() &&
        SecretName.safeParse(name).success &&
        SecretValue.safeParse(value).success;
      return kept ? [[variable, { name, value }] as const] : [];
    }),
  );
  return {
    name: "env",
    list: () => Promise.resolve([...values.values()].map(({ name }) => ({ name, bindings: [] }))),
    // deno-lint-ignore require-await -- a store's contract is async
    async get(name) {
      const found = SecretName.safeParse(name).success ? values.get(variableOf(name)) : undefined;
      if (found !== undefined) return found.value;
      throw new Deno.errors.NotFound(
        `Cannot find the secret ${JSON.stringify(name.slice(0, 100))}: no variable has it`,
      );
    },
    all: () => Promise.resolve(new Map([...values.values()].map(({ name, value }) => [name, value]))),
    put: null,
    remove: null,
    previous: null,
  };
}

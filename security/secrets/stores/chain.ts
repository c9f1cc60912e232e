/** Several stores as one: the first that has a name answers for it. */
import type { SecretEntry, SecretStore } from "../store.ts";

/** `store` answers for the name; `hidden` are stores behind it that have the name too. */
export type FoundEntry = SecretEntry & { store: string; hidden: string[] };

export type Chain = {
  stores: readonly SecretStore[];
  /** Sorted by name. A store that cannot be read is named in `unread` with its reason, and its names are missing. */
  list(signal: AbortSignal): Promise<{ entries: FoundEntry[]; unread: { store: string; reason: string }[] }>;
  /**
   * The value and the store that gave it. A store that is locked or says no ends the search, so that one behind it cannot
   * answer in its place. Throws `Deno.errors.NotFound` if none has the name, `PermissionDenied` as a store does.
   */
  get(name: string, signal: AbortSignal): Promise<{ value: string; store: string }>;
};

/** Asks `stores` in their order. */
export function chainOf(stores: readonly SecretStore[]): Chain {
  return {
    stores,
    async list(signal) {
      const found = new Map<string, FoundEntry>();
      const unread: { store: string; reason: string }[] = [];
      for (const store of stores) {
        try {
          for (const entry of await store.list(signal)) {
            const first = found.get(entry.name);
            if (first === undefined) found.set(entry.name, { ...entry, store: store.name, hidden: [] });
            else first.hidden.push(store.name);
          }
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
          unread.push({ store: store.name, reason: error.message });
        }
      }
      return { entries: [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1), unread };
    },
    async get(name, signal) {
      for (const store of stores) {
        try {
          return { value: await store.get(name, signal), store: store.name };
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
      }
      const where = stores.map((store) => store.name).join(", ");
      throw new Deno.errors.NotFound(
        `Cannot find the secret ${JSON.stringify(name.slice(0, 100))}: looked in ${where}`,
      );
    },
  };
}

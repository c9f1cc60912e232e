/** What a conversation takes of the owner's secrets when it begins. */
import type { KeptEntry } from "../../security/secrets/bound.ts";
import type { Launcher } from "../../security/sandbox/grant.ts";
import type { Config } from "../config.ts";
import { exists } from "../exists.ts";
import type { Io } from "../io.ts";
import { statePaths } from "../state/stores.ts";
import type { Person } from "../talk.ts";
import { secretSettings, type Used } from "./resolve.ts";

export type Usable = {
  /** With the values that `secret:NAME` stands for. */
  config: Config;
  /** Which settings were given one. */
  used: Used[];
  /** Every value that could be read without asking anybody, earlier ones too, for the scrub. */
  known: string[];
  /** The same secrets by name, with where they may go. */
  kept: { entries: KeptEntry[]; values: Map<string, string> };
  warnings: string[];
};

/** Begins to load what reading the secrets in `directory` will need, where there are some. */
export function expectSecrets(directory: string): void {
  if (exists(statePaths(directory).secrets)) import("./open.ts").catch(() => {});
}

/**
 * Reads what the configuration names, and every value that opens by itself, so that none of them is ever shown. A store
 * that a passphrase locks is asked for only if the configuration names a secret: what nobody has read cannot leak.
 * Vault's values are not read in advance: each is a request that Vault counts. Throws `Exit` as `withSecrets`.
 */
export async function usableConfig(
  { directory, config, launcher, askHidden }: {
    directory: string;
    config: Config;
    launcher: Launcher | null;
    /** As the person's of a conversation; absent: on `io`. */
    askHidden?: Person["askHidden"];
  },
  io: Io,
  signal: AbortSignal,
): Promise<Usable> {
  const none = { config, used: [], known: [], kept: { entries: [], values: new Map() }, warnings: [] };
  const named = secretSettings(config);
  const { method } = config.security.credentials;
  const variables = Object.keys(io.harombeVariables()).some((name) => name.startsWith("HAROMBE_SECRET_"));
  const own = exists(statePaths(directory).secrets);
  if (named.length === 0 && !own && !variables && method !== "sops") return none;
  const [{ asking, openSecrets }, { withSecrets }] = await Promise.all([import("./open.ts"), import("./resolve.ts")]);
  const { chain, keeper, local } = await openSecrets({ directory, config, launcher, ask: asking(io, askHidden) }, io);
  const { config: filled, used } = await withSecrets(config, chain.get, signal);
  const known: string[] = [];
  const kept = { entries: [] as KeptEntry[], values: new Map<string, string>() };
  const warnings: string[] = [];
  for (const store of chain.stores) {
    const asks = store.name !== "env" && !keeper.silent && !(store.name === "sops" && ownKeys(config));
    if (store.all === null || asks) continue;
    try {
      const values = await store.all(signal);
      known.push(...values.values(), ...(store === local ? await local.earlier(signal) : []));
      // The first store that has a name answers for it, as in the chain.
      const listed = (await store.list(signal)).filter(({ name }) => !kept.values.has(name));
      kept.entries.push(...listed.map((entry) => ({ ...entry, store: store.name })));
      for (const [name, value] of values) if (!kept.values.has(name)) kept.values.set(name, value);
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      warnings.push(error.message);
    }
  }
  return { config: filled, used, known, kept, warnings };
}

/** `config` with its secrets, for a command that talks to a server and to nobody else. `launcher` is asked for only if something must be read. */
export async function filledConfig(
  { directory, config, launcher }: { directory: string; config: Config; launcher: () => Launcher | null },
  io: Io,
): Promise<Config> {
  if (secretSettings(config).length === 0) return config;
  const usable = await usableConfig({ directory, config, launcher: launcher() }, io, io.signal);
  return usable.config;
}

/** Whether the SOPS file opens with keys of its own. */
function ownKeys(config: Config): boolean {
  return config.security.credentials.sops_age_key_file !== null;
}

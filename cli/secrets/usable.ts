/** What a conversation takes of the owner's secrets when it begins. */
import type { Launcher } from "../../security/sandbox/grant.ts";
import type { Config } from "../config.ts";
import { exists } from "../exists.ts";
import type { Io } from "../io.ts";
import { statePaths } from "../state/stores.ts";
import { secretSettings, type Used } from "./resolve.ts";

export type Usable = {
  /** With the values that `secret:NAME` stands for. */
  config: Config;
  /** Which settings were given one. */
  used: Used[];
  /** Every value that could be read without asking anybody, for the scrub. */
  known: string[];
  warnings: string[];
};

/**
 * Reads what the configuration names, and every value that opens by itself, so that none of them is ever shown. A store
 * that a passphrase locks is asked for only if the configuration names a secret: what nobody has read cannot leak.
 * Vault's values are not read in advance: each is a request that Vault counts. Throws `Exit` as `withSecrets`.
 */
export async function usableConfig(
  { directory, config, launcher }: { directory: string; config: Config; launcher: Launcher | null },
  io: Io,
  signal: AbortSignal,
): Promise<Usable> {
  const none = { config, used: [], known: [], warnings: [] };
  const named = secretSettings(config);
  const { method } = config.security.credentials;
  const variables = Object.keys(io.harombeVariables()).some((name) => name.startsWith("HAROMBE_SECRET_"));
  const kept = exists(statePaths(directory).secrets);
  if (named.length === 0 && !kept && !variables && method !== "sops") return none;
  const [{ openSecrets }, { withSecrets }] = await Promise.all([import("./open.ts"), import("./resolve.ts")]);
  const { chain, keeper } = await openSecrets({ directory, config, send: await sendOver(launcher) }, io);
  const { config: filled, used } = await withSecrets(config, chain.get, signal);
  const values: string[] = [];
  const warnings: string[] = [];
  for (const store of chain.stores) {
    const asks = store.name !== "env" && !keeper.silent && !(store.name === "sops" && ownKeys(config));
    if (store.all === null || asks) continue;
    try {
      values.push(...(await store.all(signal)).values());
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      warnings.push(error.message);
    }
  }
  return { config: filled, used, known: values, warnings };
}

/** Whether the SOPS file opens with keys of its own. */
function ownKeys(config: Config): boolean {
  return config.security.credentials.sops_age_key_file !== null;
}

/** How Vault is reached: by the process that alone dials. */
export async function sendOver(launcher: Launcher | null) {
  if (launcher === null) return null;
  const { fetchOver } = await import("../../security/egress/fetch_client.ts");
  return fetchOver((grant, signal) => launcher.run(grant, signal));
}

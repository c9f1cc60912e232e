/** `secret:NAME` in the configuration: the value instead, before anything uses it. */
import type { Config } from "../config.ts";
import { Config as ConfigSchema, leaves } from "../config.ts";
import { isSecret } from "../config/leaf.ts";
import { EXIT, Exit } from "../failure.ts";

/** What a setting was given: its dotted path, the secret and the store that had it. */
export type Used = { setting: string; name: string; store: string };

/** The settings of `config` that say `secret:NAME`. What opens a store is not among them; that store asks by itself. */
export function secretSettings(config: Config): { path: string[]; name: string }[] {
  // Most configurations name none: then no list of settings is needed.
  if (!JSON.stringify(config).includes('"secret:')) return [];
  return leaves().flatMap(({ path }) => {
    if (!isSecret(path) || path[0] === "security" && path[1] === "credentials") return [];
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], config);
    return typeof value === "string" && value.startsWith("secret:") ? [{ path, name: value.slice(7) }] : [];
  });
}

/** `config` with those values put in, and which. Throws `Exit` that names the setting, never the value, if one cannot be had or is none for it. */
export async function withSecrets(
  config: Config,
  get: (name: string, signal: AbortSignal) => Promise<{ value: string; store: string }>,
  signal: AbortSignal,
): Promise<{ config: Config; used: Used[] }> {
  const settings = secretSettings(config);
  if (settings.length === 0) return { config, used: [] };
  const copy = structuredClone(config);
  const used: Used[] = [];
  for (const { path, name } of settings) {
    const setting = path.join(".");
    const found = await get(name, signal).catch((error) => {
      signal.throwIfAborted();
      if (error instanceof Exit) throw error;
      throw new Exit(EXIT.failed, `${setting}: ${error instanceof Error ? error.message : error}`, { cause: error });
    });
    const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy);
    (parent as Record<string, unknown>)[path.at(-1)!] = found.value;
    used.push({ setting, name, store: found.store });
  }
  const checked = ConfigSchema.safeParse(copy);
  if (checked.success) return { config: checked.data, used };
  const wrong = checked.error.issues[0].path.join(".");
  throw new Exit(EXIT.failed, `Cannot use the secret of ${wrong}: its value is none that this setting takes`);
}

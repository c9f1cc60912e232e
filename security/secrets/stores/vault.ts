/**
 * Secrets in HashiCorp Vault's key-value engine, version 2: each is one entry `PATH/NAME` with the field `value`; where it may go
 * stands in its custom metadata. A write says which version it replaces, so that two writers do not undo each other.
 */
import * as z from "zod";
import { bindingText, readBinding } from "../binding.ts";
import { type Binding, type NewSecret, type SecretEntry, SecretName, type SecretStore, SecretValue } from "../store.ts";
import { askVault, VaultRefusal, type VaultRequest, type VaultServer } from "./vault_ask.ts";
import type { VaultToken } from "./vault_token.ts";

export type VaultOptions = {
  server: VaultServer;
  token: VaultToken;
  /** Where the engine is mounted, usually `secret`. */
  mount: string;
  /** The folder below it, such as `harombe`. */
  path: string;
  /** Milliseconds since 1970 UTC. */
  now: () => number;
};

/** Secrets that are listed at most, and requests for them at once. */
const MOST_LISTED = 1000;
const AT_ONCE = 4;
/** Vault takes no longer value in custom metadata. */
const LONGEST_METADATA = 512;

const Listed = z.object({ data: z.object({ keys: z.array(z.string()) }) });
const Read = z.object({
  data: z.object({ data: z.record(z.string(), z.unknown()), metadata: z.object({ version: z.int() }) }),
});
const Version = z.object({ created_time: z.string(), deletion_time: z.string(), destroyed: z.boolean() });
const Metadata = z.object({
  data: z.object({
    current_version: z.int(),
    custom_metadata: z.record(z.string(), z.string()).nullish(),
    versions: z.record(z.string(), Version),
  }),
});
type Metadata = z.infer<typeof Metadata>["data"];
const Anything = z.unknown();

export function vaultStore({ server, token, mount, path, now }: VaultOptions): SecretStore {
  /** Asks with a token, and with a new one if the first was taken back. Null for 204 and, with `orNull`, for 404. */
  async function ask<T>(request: Omit<VaultRequest, "token"> & { schema: z.ZodType<T> }, signal: AbortSignal) {
    const first = await token.current(signal);
    try {
      return await askVault(server, { ...request, token: first }, signal);
    } catch (error) {
      if (!(error instanceof VaultRefusal) || error.status !== 403 || !token.refused(first)) throw error;
    }
    return await askVault(server, { ...request, token: await token.current(signal) }, signal);
  }

  /** `VaultRefusal` as the errors of a store. */
  async function storing<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof VaultRefusal)) throw error;
      if (error.status === 404) throw missing(name);
      throw new Deno.errors.PermissionDenied(error.message);
    }
  }

  const at = (what: "data" | "metadata" | "delete" | "destroy", name: string): string => {
    if (!SecretName.safeParse(name).success) throw missing(name);
    return `${mount}/${what}/${path}/${name}`;
  };

  const metadata = async (name: string, signal: AbortSignal): Promise<Metadata> => {
    const found = await ask({ path: at("metadata", name), schema: Metadata }, signal);
    if (found === null) throw missing(name);
    return found.data;
  };

  /** Null where there is none, or where this token may not look. */
  const ifAny = async (name: string, signal: AbortSignal): Promise<Metadata | null> => {
    try {
      return await metadata(name, signal);
    } catch (error) {
      if (error instanceof VaultRefusal && error.status === 404) return null;
      throw error;
    }
  };

  const value = async (name: string, version: number | null, signal: AbortSignal): Promise<string> => {
    const query = version === null ? {} : { query: { version: String(version) } };
    const found = await ask({ path: at("data", name), ...query, schema: Read }, signal);
    if (found === null) throw missing(name);
    const fields = found.data.data;
    const [only, ...more] = Object.keys(fields);
    const read = SecretValue.safeParse(fields.value ?? (more.length === 0 && only !== undefined ? fields[only] : null));
    if (read.success) return read.data;
    throw new Deno.errors.PermissionDenied(
      `Cannot use the secret ${name} of the Vault at ${server.address}: it holds no text as its field value`,
    );
  };

  const previousOf = async (name: string, signal: AbortSignal): Promise<number> => {
    const before = previousVersion(await metadata(name, signal), now());
    if (before === null) throw missing(name, "previous value of");
    return before;
  };

  return {
    name: "vault",
    list: (signal) =>
      storing("", async () => {
        const found = await ask({ path: `${mount}/metadata/${path}`, query: { list: "true" }, schema: Listed }, signal)
          .catch((error) => {
            // An empty folder is not there.
            if (error instanceof VaultRefusal && error.status === 404) return null;
            throw error;
          });
        const names = (found?.data.keys ?? []).filter((name) => SecretName.safeParse(name).success);
        if (names.length > MOST_LISTED) {
          throw new Deno.errors.PermissionDenied(
            `Cannot list the Vault at ${server.address}: more than ${MOST_LISTED}`,
          );
        }
        const entries: SecretEntry[] = [];
        for (let from = 0; from < names.length; from += AT_ONCE) {
          const some = names.slice(from, from + AT_ONCE);
          const told = await Promise.all(some.map((name) => ifAny(name, signal)));
          entries.push(
            ...some.flatMap((name, i) =>
              told[i] === null || isGone(told[i], now()) ? [] : [entryOf(name, told[i], now())]
            ),
          );
        }
        return entries;
      }),
    get: (name, signal) => storing(name, () => value(name, null, signal)),
    all: null,
    async put(secrets, signal) {
      for (const [name, given] of secrets) {
        await storing(name, async () => {
          const custom = customOf(name, given);
          const before = await ifAny(name, signal);
          const body = { options: { cas: before?.current_version ?? 0 }, data: { value: given.value } };
          await ask({ path: at("data", name), body, schema: Anything }, signal);
          const others = Object.entries(before?.custom_metadata ?? {}).filter(([key]) => !key.startsWith(OURS));
          const all = { custom_metadata: { ...Object.fromEntries(others), ...custom } };
          await ask({ path: at("metadata", name), body: all, schema: Anything }, signal);
        });
      }
    },
    remove: (name, signal) =>
      storing(name, async () => {
        const found = await metadata(name, signal);
        if (isGone(found, now())) throw missing(name);
        const body = { versions: [found.current_version] };
        await ask({ path: at("delete", name), body, schema: Anything }, signal);
      }),
    previous: {
      get: (name, signal) => storing(name, async () => await value(name, await previousOf(name, signal), signal)),
      forget: (name, signal) =>
        storing(name, async () => {
          const body = { versions: [await previousOf(name, signal)] };
          await ask({ path: at("destroy", name), body, schema: Anything }, signal);
        }),
    },
  };
}

const OURS = "harombe_";

/** A binding each, and when it is due. */
function customOf(name: string, { value, bindings, rotateAt }: NewSecret): Record<string, string> {
  if (!SecretValue.safeParse(value).success) throw new TypeError(`Cannot keep the secret ${name}: it is no value`);
  const texts = bindings.map(bindingText);
  if (texts.length > 30 || texts.some((text) => text.length > LONGEST_METADATA)) {
    throw new TypeError(`Cannot keep the secret ${name} in Vault: its bindings are too many or too long`);
  }
  return {
    ...Object.fromEntries(texts.map((text, i) => [`${OURS}bind_${i}`, text])),
    ...(rotateAt === undefined ? {} : { [`${OURS}rotate_at`]: String(rotateAt) }),
  };
}

function entryOf(name: string, metadata: Metadata, now: number): SecretEntry {
  const custom = Object.entries(metadata.custom_metadata ?? {});
  const rotateAt = Number(metadata.custom_metadata?.[`${OURS}rotate_at`] ?? NaN);
  const changedAt = Date.parse(metadata.versions[metadata.current_version]?.created_time ?? "");
  return {
    name,
    bindings: custom.filter(([key]) => key.startsWith(`${OURS}bind_`)).flatMap(([, text]) => boundBy(text)),
    ...(Number.isFinite(changedAt) ? { changedAt } : {}),
    ...(Number.isSafeInteger(rotateAt) ? { rotateAt } : {}),
    ...(previousVersion(metadata, now) === null ? {} : { previous: true }),
  };
}

/** One that is not as it should be binds to nothing. */
function boundBy(text: string): Binding[] {
  try {
    return [readBinding(text)];
  } catch {
    return [];
  }
}

function isGone({ versions, current_version }: Metadata, now: number): boolean {
  return !isThere(versions[current_version], now);
}

/** The newest version before the current one that is still there. */
function previousVersion({ versions, current_version }: Metadata, now: number): number | null {
  const kept = Object.entries(versions).filter(([number, one]) =>
    Number(number) < current_version && isThere(one, now)
  );
  return kept.length === 0 ? null : Math.max(...kept.map(([number]) => Number(number)));
}

/** A time of deletion may be one that is still to come. */
function isThere(version: z.infer<typeof Version> | undefined, now: number): boolean {
  if (version === undefined || version.destroyed) return false;
  return version.deletion_time === "" || Date.parse(version.deletion_time) > now;
}

function missing(name: string, what = "secret"): Deno.errors.NotFound {
  return new Deno.errors.NotFound(`Cannot find the ${what} ${JSON.stringify(name.slice(0, 100))} in Vault`);
}

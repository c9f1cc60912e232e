/**
 * A SOPS file (YAML, JSON or dotenv) that was encrypted for age, read-only. Its values come under their dotted paths:
 * `database.password`, `keys.0`. age does not say who encrypted: whoever may replace the file can put values of their own
 * into it for a recipient whom the file names; what SOPS protects is the reading.
 */
import { opened } from "../age.ts";
import { SecretName, type SecretStore, SecretValue } from "../store.ts";
import { verifiedValues } from "./sops_cipher.ts";
import { childOf, dotenvTree, leavesOf, type SopsNode, textOf } from "./sops_tree.ts";

/** Bytes of a file at most. */
const MOST_BYTES = 8 << 20;

export type SopsOptions = {
  /** Absolute; `.env` and `.json` say what it is, anything else is YAML. */
  path: string;
  /** Reads YAML or JSON. Throws `TypeError` for what is neither. */
  parse(text: string): SopsNode;
  /** The age identities that may open it; asked for when something is read. */
  identities(signal: AbortSignal): Promise<readonly string[]>;
};

/** Values that are written in the open are no secrets and are not told. */
export function sopsStore({ path, parse, identities }: SopsOptions): SecretStore {
  const read = async (signal: AbortSignal): Promise<Map<string, string>> => {
    try {
      const { size, isFile } = await Deno.stat(path);
      if (!isFile) throw new TypeError("it is no regular file");
      if (size > MOST_BYTES) throw new RangeError(`it has ${size} bytes, the most is ${MOST_BYTES}`);
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path, { signal }));
      return await valuesIn(/\.env$/.test(path) ? dotenvTree(text) : parse(text), identities, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error) || error.message.startsWith("Cannot")) throw error;
      throw new Deno.errors.PermissionDenied(`Cannot read the secrets in the SOPS file ${path}: ${error.message}`);
    }
  };
  const legal = async (signal: AbortSignal) =>
    new Map(
      [...await read(signal)].filter(([name, value]) =>
        SecretName.safeParse(name).success && SecretValue.safeParse(value).success
      ),
    );
  return {
    name: "sops",
    list: async (signal) => [...(await legal(signal)).keys()].map((name) => ({ name, bindings: [] })),
    async get(name, signal) {
      const value = (await legal(signal)).get(name);
      if (value !== undefined) return value;
      throw new Deno.errors.NotFound(`Cannot find the secret ${JSON.stringify(name.slice(0, 100))} in ${path}`);
    },
    all: legal,
    put: null,
    remove: null,
    previous: null,
  };
}

async function valuesIn(
  tree: SopsNode,
  identities: SopsOptions["identities"],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const sops = childOf(tree, "sops");
  const [mac, lastModified] = [textOf(childOf(sops, "mac")), textOf(childOf(sops, "lastmodified"))];
  if (tree.kind !== "map" || mac === null || lastModified === null) throw new TypeError("it is no file of SOPS");
  if (childOf(sops, "key_groups") !== null) throw new TypeError("unavailable: its key is split into groups (Shamir)");
  const onlyEncrypted = childOf(sops, "mac_only_encrypted");
  return verifiedValues(leavesOf({ kind: "map", entries: tree.entries.filter(([key]) => key !== "sops") }), {
    key: await dataKey(childOf(sops, "age"), await identities(signal)),
    mac,
    lastModified,
    macOnlyEncrypted: onlyEncrypted?.kind === "leaf" && String(onlyEncrypted.value) === "true",
  });
}

/** The data key, encrypted once for each recipient. */
async function dataKey(age: SopsNode | null, identities: readonly string[]): Promise<Uint8Array> {
  const entries = age?.kind === "list" ? age.items : age?.kind === "map" ? age.entries.map(([, one]) => one) : [];
  const encrypted = entries.flatMap((entry) => textOf(childOf(entry, "enc")) ?? []).slice(0, 50);
  if (encrypted.length === 0) throw new TypeError("unavailable: it is encrypted for no age key");
  if (identities.length === 0) throw new TypeError("there is no age key to open it with");
  for (const one of encrypted) {
    const key = await opened(new TextEncoder().encode(one.trim()), { identities }).catch((error) => {
      if (error instanceof Deno.errors.PermissionDenied) return null;
      throw error;
    });
    if (key?.length === 32) return key;
  }
  throw new TypeError("none of the age keys here opens it");
}

/** The owner's stores of secrets, as the configuration names them. Opening reads nothing and asks nobody. */
import type { Launcher } from "../../security/sandbox/grant.ts";
import { identitiesIn } from "../../security/secrets/age.ts";
import type { SecretStore } from "../../security/secrets/store.ts";
import { type Chain, chainOf } from "../../security/secrets/stores/chain.ts";
import { envStore } from "../../security/secrets/stores/env.ts";
import {
  type AskPassphrase,
  givenKey,
  type IdentityKeeper,
  keyFile,
  keyringKey,
} from "../../security/secrets/stores/identity.ts";
import { type LocalStore, localStore } from "../../security/secrets/stores/local.ts";
import { readPrivateFile } from "../../security/secrets/stores/private_file.ts";
import type { Config } from "../config.ts";
import { EXIT, Exit } from "../failure.ts";
import type { Io } from "../io.ts";
import { ownPath, SYSTEMD_CREDENTIAL } from "../powers.ts";
import { statePaths } from "../state/stores.ts";
import type { Person } from "../talk.ts";
import { askPassphrase } from "../terminal/passphrase.ts";

export type OpenSecrets = { chain: Chain; local: LocalStore; keeper: IdentityKeeper };

/** Bytes of a token's or identity's file at most. */
const LONGEST_FILE = 16_384;

export type Opening = {
  directory: string;
  config: Config;
  /** Null where no launcher started this process: then Vault and the keyring are out of reach. */
  launcher: Launcher | null;
  /** Asks for the passphrase; absent: as `asking`. */
  ask?: AskPassphrase;
};

/** The configured store first, then the local one, then variables. Throws `Exit` for a store that lacks a setting. */
export async function openSecrets({ directory, config, launcher, ask }: Opening, io: Io): Promise<OpenSecrets> {
  const { credentials } = config.security;
  const paths = statePaths(directory);
  const keeper = keeperOf(credentials.unlock, { path: paths.secretsKey, ask: ask ?? asking(io), launcher }, io);
  const local = localStore({ path: paths.secrets, lock: paths.secretsLock, keeper, now: io.now });
  const env = envStore(io.harombeVariables());
  const here = chainOf([local, env]);
  const value = async (text: string, signal: AbortSignal) => {
    const name = secretNamed(text);
    return name === null ? text : (await here.get(name, signal)).value;
  };
  const file = (path: string) => ownPath(path, io.env("HOME") ?? "");
  const first: SecretStore[] = [];
  if (credentials.method === "env") return { chain: chainOf([env, local]), local, keeper };
  if (credentials.method === "vault") first.push(await vaultOf(config, { value, file, launcher, now: io.now }));
  if (credentials.method === "sops") first.push(await sopsOf(config, { file, keeper }));
  return { chain: chainOf([...first, local, env]), local, keeper };
}

/** The name in `secret:NAME`, which stands for a value in the configuration; null for any other text. */
export function secretNamed(text: string): string | null {
  return text.startsWith("secret:") ? text.slice("secret:".length) : null;
}

function keeperOf(
  unlock: Config["security"]["credentials"]["unlock"],
  { path, ask, launcher }: { path: string; ask: AskPassphrase; launcher: Launcher | null },
  io: Io,
): IdentityKeeper {
  if (unlock === "keyring") return keyringOver(launcher);
  if (unlock !== "systemd") return keyFile(path, { encrypt: unlock === "passphrase", ask });
  const directory = io.env("CREDENTIALS_DIRECTORY");
  if (directory) return givenKey(`${directory}/${SYSTEMD_CREDENTIAL}`);
  throw new Exit(
    EXIT.unavailable,
    `unavailable: no systemd credential; start harombe by a unit with LoadCredential=${SYSTEMD_CREDENTIAL}:FILE`,
  );
}

/** The key in the keyring of this machine's kind, asked for by the launcher. */
function keyringOver(launcher: Launcher | null): IdentityKeeper {
  const macos = Deno.build.os === "darwin";
  return keyringKey(async (signal) => {
    if (launcher === null) throw new Deno.errors.PermissionDenied("no launcher started this process");
    const { observeBy } = await import("../../security/sandbox/launched.ts");
    return await observeBy(launcher)({ about: "keyring", of: macos ? "macos" : "secret service" }, signal);
  }, {
    install: macos ? "there is no program `security`" : "install libsecret-tools",
    store: macos
      ? "security add-generic-password -s harombe -a secrets -w AGE-SECRET-KEY-1…"
      : "age-keygen | secret-tool store --label=harombe application harombe item secrets",
  });
}

/**
 * Asks on the terminal; standard input that is none may be a question's context or a secret's value, never a passphrase. A
 * new one that was typed twice is not asked for a third time.
 */
export function asking(io: Io, askHidden?: Person["askHidden"]): AskPassphrase {
  const known: { passphrase?: string } = {};
  const askLine = askHidden ?? ((question: string, signal: AbortSignal) => askPassphrase(question, io, signal));
  return async ({ again }, signal) => {
    if (!io.stdin.isTerminal) {
      throw new Deno.errors.PermissionDenied("it needs a passphrase, and nobody sits at a terminal to type it");
    }
    if (!again && known.passphrase !== undefined) return known.passphrase;
    if (!again) return await askLine("Passphrase of the secrets: ", signal);
    const passphrase = await askLine("New passphrase of the secrets: ", signal);
    if ([...passphrase].length < SHORTEST_PASSPHRASE) {
      throw new Exit(EXIT.usage, `Cannot use a passphrase of less than ${SHORTEST_PASSPHRASE} characters`);
    }
    if (await askLine("Once more: ", signal) !== passphrase) {
      throw new Exit(EXIT.usage, "Cannot set the passphrase: the two are not the same");
    }
    return known.passphrase = passphrase;
  };
}
const SHORTEST_PASSPHRASE = 12;

type Words = (text: string, signal: AbortSignal) => Promise<string>;

async function vaultOf(
  config: Config,
  { value, file, launcher, now }: {
    value: Words;
    file: (path: string) => string;
    launcher: Launcher | null;
    now: () => number;
  },
): Promise<SecretStore> {
  const given = config.security.credentials;
  const { vault_addr: address, vault_token: token, vault_token_file: tokenFile, vault_role_id: roleId } = given;
  const fail = (what: string) => new Exit(EXIT.failed, `Cannot use Vault: ${what}`);
  if (address === null) throw fail("set security.credentials.vault_addr to its address");
  const [{ vaultStore }, { vaultToken }, { fetchOver }] = await Promise.all([
    import("../../security/secrets/stores/vault.ts"),
    import("../../security/secrets/stores/vault_token.ts"),
    import("../../security/egress/fetch_client.ts"),
  ]);
  const send = fetchOver((grant, signal) => {
    if (launcher !== null) return launcher.run(grant, signal);
    throw new Deno.errors.PermissionDenied(`Cannot use the Vault at ${address}: no launcher started this process`);
  });
  const server = { address, namespace: given.vault_namespace, send };
  const secretId = given.vault_secret_id;
  const login = roleId !== null
    ? {
      mount: given.vault_approle_mount,
      roleId,
      secretId: (signal: AbortSignal) => {
        if (secretId === null) throw fail("set security.credentials.vault_secret_id, best to secret:NAME");
        return value(secretId, signal);
      },
    }
    : {
      // deno-lint-ignore require-await -- a login's contract is async
      token: async (signal: AbortSignal) => {
        if (token !== null) return value(token, signal);
        if (tokenFile !== null) return textOf(file(tokenFile));
        throw fail("set security.credentials.vault_token (best to secret:NAME), vault_token_file or vault_role_id");
      },
    };
  const tokens = vaultToken(server, { login, refresh: given.auto_refresh, now });
  return vaultStore({ server, token: tokens, mount: given.vault_mount, path: given.vault_path, now });
}

async function sopsOf(
  config: Config,
  { file, keeper }: { file: (path: string) => string; keeper: IdentityKeeper },
): Promise<SecretStore> {
  const { sops_file: path, sops_age_key_file: keys } = config.security.credentials;
  if (path === null) throw new Exit(EXIT.failed, "Cannot use SOPS: set security.credentials.sops_file");
  const [{ sopsStore }, { orderedTree }] = await Promise.all([
    import("../../security/secrets/stores/sops.ts"),
    import("../config/document.ts"),
  ]);
  return sopsStore({
    path: file(path),
    parse: orderedTree,
    identities: async (signal) =>
      keys === null ? [(await keeper.open(signal)).secret] : identitiesIn(textOf(file(keys))),
  });
}

/** The text of a private file. Throws `PermissionDenied` with the reason. */
function textOf(path: string): string {
  try {
    return new TextDecoder().decode(readPrivateFile(path, LONGEST_FILE));
  } catch (error) {
    throw new Deno.errors.PermissionDenied(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

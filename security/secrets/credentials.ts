/** The `security.credentials:` section: where secrets are kept. Names are those of harombe 0.3 where they exist. */
import * as z from "zod";

/** Segments of a path of Vault's: no encoding, no `..`. */
const VaultPath = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9][A-Za-z0-9_-]*)*$/).max(200);
/** A file of the owner's; the main process is given this one file to read. */
const OwnFile = z.string().regex(/^(?:~\/|\/)[^,\0\n]{1,500}$/, {
  error: "it must begin with / or ~/ and hold no comma",
});
const VaultAddress = z.url({ protocol: /^https?$/ }).refine((url) => !/[?#@]/.test(url), {
  error: "it may hold no credentials, query or fragment",
});

export const CredentialsConfig = z.strictObject({
  /** Which store is asked first; `local` and `env` are asked after it in any case. */
  method: z.enum(["local", "env", "vault", "sops"]).default("local"),
  /**
   * Who keeps the key of the local store: a 0600 file beside it, the same encrypted by a passphrase, the desktop's keyring,
   * or systemd (`LoadCredential=harombe.key:…`).
   */
  unlock: z.enum(["key_file", "passphrase", "keyring", "systemd"]).default("key_file"),
  /** A secret is due so many days after it was set, unless it says otherwise; 0 = never. */
  rotation_days: z.int().min(0).max(3650).default(30),
  /** Vault's token is renewed when half of its time is over. */
  auto_refresh: z.boolean().default(true),
  vault_addr: VaultAddress.nullable().default(null),
  /** Best `secret:NAME`, kept in the local store. */
  vault_token: z.string().min(1).max(4096).nullable().default(null),
  vault_token_file: OwnFile.nullable().default(null),
  vault_namespace: z.string().regex(/^[\x21-\x7e]{1,200}$/).nullable().default(null),
  vault_mount: VaultPath.default("secret"),
  vault_path: VaultPath.default("harombe"),
  /** With a role id the token comes from AppRole. */
  vault_role_id: z.string().min(1).max(200).nullable().default(null),
  vault_secret_id: z.string().min(1).max(4096).nullable().default(null),
  vault_approle_mount: VaultPath.default("approle"),
  sops_file: OwnFile.nullable().default(null),
  /** age identities, as `age-keygen` writes them; without it the local store's own key is tried. */
  sops_age_key_file: OwnFile.nullable().default(null),
});
export type CredentialsConfig = z.infer<typeof CredentialsConfig>;

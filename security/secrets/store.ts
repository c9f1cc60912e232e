/** Where the owner's secrets are kept: the same contract for the encrypted local store, SOPS files, Vault and the environment. */
import * as z from "zod";

/**
 * The only place where a secret may go by itself: this header of such requests to this host. The proxy puts the value in
 * there and nowhere else, never into a body.
 */
export const Binding = z.strictObject({
  /** Exact host, lower case, without port. */
  host: z.string().min(1).max(253),
  /** Lower case: `authorization`, `x-api-key`. */
  header: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  methods: z.array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])).min(1),
  /** Path, ended by `*` for everything below: `/v1/messages`, `/repos/*`. */
  path: z.string().startsWith("/").max(500),
});
export type Binding = z.infer<typeof Binding>;

export type SecretEntry = {
  name: string;
  /** Where it may go by itself; empty = nowhere. */
  bindings: Binding[];
  /** Milliseconds since 1970 UTC; absent where the store does not tell. */
  changedAt?: number;
  /** When it should be replaced. */
  rotateAt?: number;
};

export type SecretStore = {
  /** What the owner calls the store: `local`, `vault`, `sops`, `env`. */
  name: string;
  list(signal: AbortSignal): Promise<SecretEntry[]>;
  /** The value. Throws `Deno.errors.NotFound` if there is no such secret, `Deno.errors.PermissionDenied` if the store is locked or says no. */
  get(name: string, signal: AbortSignal): Promise<string>;
  /** Null where the store cannot be written. */
  put:
    | ((
      name: string,
      secret: { value: string; bindings: Binding[]; rotateAt?: number },
      signal: AbortSignal,
    ) => Promise<void>)
    | null;
  remove: ((name: string, signal: AbortSignal) => Promise<void>) | null;
};

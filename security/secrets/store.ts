/** Where the owner's secrets are kept: the same contract for the encrypted local store, SOPS files, Vault and the environment. */
import * as z from "zod";

/** What a secret is called: never a path, an option or a second word. */
export const SecretName = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_-])?$/, {
  error: "a name is letters, digits, _ . -, at most 100, begins with a letter or a digit and does not end with .",
});

/** Characters of a value at most; a proxy takes no longer one. */
export const LONGEST_VALUE = 65_536;

/** A value: whole Unicode text without NUL, which neither a variable nor a header can hold. */
export const SecretValue = z.string().min(1, { error: "it is empty" })
  .max(LONGEST_VALUE, { error: `it is longer than ${LONGEST_VALUE} characters` })
  .refine((text) => !text.includes("\0"), { error: "it holds a NUL character" })
  .refine((text) => text.isWellFormed(), { error: "it is no whole Unicode text" });

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
  /** True: the value before the last rotation is still kept. */
  previous?: boolean;
};

/** What is put under a name; it replaces what is there. */
export type NewSecret = {
  value: string;
  bindings: Binding[];
  rotateAt?: number;
  /** True: the value that is there now stays as the previous one. */
  keepPrevious?: boolean;
};

export type SecretStore = {
  /** What the owner calls the store: `local`, `vault`, `sops`, `env`. */
  name: string;
  list(signal: AbortSignal): Promise<SecretEntry[]>;
  /** The value. Throws `Deno.errors.NotFound` if there is no such secret, `Deno.errors.PermissionDenied` if the store is locked or says no. */
  get(name: string, signal: AbortSignal): Promise<string>;
  /** Every value by name, where reading all is one reading of a file; null where each is a request that somebody else counts. */
  all: ((signal: AbortSignal) => Promise<Map<string, string>>) | null;
  /** All of them or, in a store on this machine, none. Null where the store cannot be written. */
  put: ((secrets: ReadonlyMap<string, NewSecret>, signal: AbortSignal) => Promise<void>) | null;
  /** Throws `Deno.errors.NotFound` if there is no such secret. */
  remove: ((name: string, signal: AbortSignal) => Promise<void>) | null;
  /** The value before the last rotation, and forgetting it. Both throw `Deno.errors.NotFound` if there is none. */
  previous: {
    get(name: string, signal: AbortSignal): Promise<string>;
    forget(name: string, signal: AbortSignal): Promise<void>;
  } | null;
};

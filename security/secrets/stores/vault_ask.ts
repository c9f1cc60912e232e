/**
 * One request to a HashiCorp Vault. Source of paths, fields and statuses here and in `vault.ts`, `vault_token.ts`: Vault's HTTP API
 * documentation (developer.hashicorp.com/vault/api-docs: index, secret/kv/kv-v2, auth/token, auth/approle), read on 2026-11-20.
 * What the server says in its errors is not repeated: it may hold what it was sent.
 */
import type * as z from "zod";
import { type Fetch, FetchError } from "../../egress/request.ts";

/** Bytes of an answer at most; the longest value is 64 KiB. */
const MOST_BYTES = 1 << 20;
/** For a whole exchange, milliseconds. */
const PATIENCE_MS = 15_000;

export type VaultServer = {
  /** `https://vault.lan:8200`; http only to this machine itself. */
  address: string;
  /** Vault Enterprise's namespace; null = none. */
  namespace: string | null;
  send: Fetch;
};

export type VaultRequest = {
  /** Below `/v1/`: plain segments, nothing to be encoded. */
  path: string;
  query?: Record<string, string>;
  token?: string;
  /** With it the request is a POST. */
  body?: unknown;
};

/** What Vault answered with a status that is no success. */
export class VaultRefusal extends Error {
  override name = "VaultRefusal";
  constructor(readonly status: number, message: string, readonly outdated = false) {
    super(message);
  }
}

/**
 * The answer read by `schema`; null for 204. Throws `VaultRefusal` for every other status, `Deno.errors.PermissionDenied` where
 * nothing could be asked or the answer is none of Vault's.
 */
export async function askVault<T>(
  server: VaultServer,
  request: VaultRequest & { schema: z.ZodType<T> },
  signal: AbortSignal,
): Promise<T | null> {
  const { address, namespace, send } = server;
  const fail = (why: string) => new Deno.errors.PermissionDenied(`Cannot use the Vault at ${address}: ${why}`);
  const base = baseOf(address);
  if (base === null) {
    throw fail("its address must begin with https://; http:// would show the token to the network");
  }
  const { path, query, token, body, schema } = request;
  const answer = await send(
    {
      url: `${base}/v1/${path}${query === undefined ? "" : `?${new URLSearchParams(query)}`}`,
      method: body === undefined ? "GET" : "POST",
      headers: {
        "x-vault-request": "true",
        ...(token === undefined ? {} : { "x-vault-token": token }),
        ...(namespace === null ? {} : { "x-vault-namespace": namespace }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(body)).toBase64() }),
      maxBytes: MOST_BYTES,
      ms: PATIENCE_MS,
      redirects: "none",
    },
    () => {},
    signal,
  ).catch((error) => {
    throw error instanceof FetchError ? fail(error.message) : error;
  });
  const { status } = answer;
  if (status === 204) return null;
  const text = new TextDecoder().decode(Uint8Array.fromBase64(answer.body));
  if (status !== 200) throw refusal(address, status, text);
  if (answer.cut) throw fail(`its answer is longer than ${MOST_BYTES} bytes`);
  const read = schema.safeParse(jsonOf(text));
  if (!read.success) throw fail("its answer is not what Vault's should be");
  return read.data;
}

/** Without a slash at the end; null for an address that a token must not be sent to. */
function baseOf(address: string): string | null {
  const url = URL.parse(address);
  if (url === null || url.username !== "" || url.search !== "" || url.hash !== "") return null;
  const here = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && here)) return null;
  return url.href.replace(/\/+$/, "");
}

function refusal(address: string, status: number, text: string): VaultRefusal {
  const outdated = status === 400 && /check-and-set parameter did not match/.test(text);
  return new VaultRefusal(status, `Cannot use the Vault at ${address}: ${meaningOf(status, outdated)}`, outdated);
}

function meaningOf(status: number, outdated: boolean): string {
  if (outdated) return "the secret was changed by somebody else meanwhile";
  if (status >= 300 && status < 400) {
    return `it sends elsewhere (${status}), and no token is sent after it; name the active node as vault_addr`;
  }
  return MEANINGS[status] ?? `it answered ${status}`;
}

const MEANINGS: Record<number, string> = {
  400: "it does not take the request (400)",
  403: "the token is wrong, has expired or may not do this (403)",
  404: "there is nothing at that path (404)",
  429: "it is asked too often (429); try again later",
  500: "it has an error of its own (500); try again later",
  501: "it was never initialized (501)",
  503: "it is sealed or down (503); unseal it",
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

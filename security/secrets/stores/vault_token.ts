/** The token that Vault is asked with: given, or got by AppRole; renewed when half of its time is over. */
import * as z from "zod";
import { askVault, VaultRefusal, type VaultServer } from "./vault_ask.ts";

/** Words that stand in a header. */
const TokenText = z.string().regex(/^[\x21-\x7e]{1,4096}$/);

const Auth = z.object({
  auth: z.object({ client_token: TokenText, lease_duration: z.number().min(0), renewable: z.boolean() }),
});
const Renewed = z.object({ auth: z.object({ lease_duration: z.number().min(0), renewable: z.boolean() }) });
const Looked = z.object({ data: z.object({ ttl: z.number().min(0), renewable: z.boolean().default(false) }) });

/** How one gets in. `mount` is AppRole's, usually `approle`. Functions, because the words themselves may be secrets that are kept elsewhere. */
export type VaultLogin =
  | { token: (signal: AbortSignal) => Promise<string> }
  | { mount: string; roleId: string; secretId: (signal: AbortSignal) => Promise<string> };

export type VaultToken = {
  /** A token that should hold now. Calls at once share one login. Throws `Deno.errors.PermissionDenied` if there is none to be had. */
  current(signal: AbortSignal): Promise<string>;
  /** Vault refused `token`: true if the next one will be another. */
  refused(token: string): boolean;
};

type Held = {
  token: string;
  /** Milliseconds since 1970 UTC; Infinity = it does not end. */
  endsAt: number;
  renewAt: number;
};

/** `refresh` false: a token is used until it ends and never renewed. */
export function vaultToken(
  server: VaultServer,
  { login, refresh, now }: { login: VaultLogin; refresh: boolean; now: () => number },
): VaultToken {
  const state: { held: Held | null; asking: Promise<string> | null } = { held: null, asking: null };

  const held = (token: string, seconds: number, renewable: boolean): Held => {
    const at = now();
    // A token without an end says 0.
    const endsAt = seconds === 0 ? Infinity : at + seconds * 1000;
    return { token, endsAt, renewAt: renewable && refresh && seconds > 0 ? at + seconds * 500 : Infinity };
  };

  async function enter(signal: AbortSignal): Promise<Held> {
    if ("token" in login) {
      const token = TokenText.safeParse((await login.token(signal)).trim());
      if (!token.success) throw denied("the token is no word that could stand in a header");
      // Some policies keep a token from looking at itself; then its end is not known.
      const looked = await askVault(
        server,
        { path: "auth/token/lookup-self", token: token.data, schema: Looked },
        signal,
      ).catch((error) => {
        if (error instanceof VaultRefusal && error.status === 403) return null;
        throw error;
      });
      return held(token.data, looked?.data.ttl ?? 0, looked?.data.renewable ?? false);
    }
    const body = { role_id: login.roleId, secret_id: await login.secretId(signal) };
    const got = await askVault(server, { path: `auth/${login.mount}/login`, body, schema: Auth }, signal).catch(
      (error) => {
        const refused = error instanceof VaultRefusal && (error.status === 400 || error.status === 403);
        throw refused ? denied("it does not let this AppRole in; look at role_id and secret_id") : error;
      },
    );
    if (got === null) throw denied("its answer to the login is empty");
    return held(got.auth.client_token, got.auth.lease_duration, got.auth.renewable);
  }

  async function renewed(old: Held, signal: AbortSignal): Promise<Held> {
    const path = "auth/token/renew-self";
    const got = await askVault(server, { path, token: old.token, body: {}, schema: Renewed }, signal).catch((error) => {
      if (error instanceof VaultRefusal && (error.status === 400 || error.status === 403)) return null;
      throw error;
    });
    if (got !== null) return held(old.token, got.auth.lease_duration, got.auth.renewable);
    // At its longest, or no more there: a new login, or what is left of the given one.
    return "token" in login ? { ...old, renewAt: Infinity } : await enter(signal);
  }

  async function next(signal: AbortSignal): Promise<string> {
    const at = now();
    if (state.held !== null && at >= state.held.endsAt) {
      if ("token" in login) throw denied("the token has expired; give a new one as security.credentials.vault_token");
      state.held = null;
    }
    if (state.held === null) state.held = await enter(signal);
    else if (at >= state.held.renewAt) state.held = await renewed(state.held, signal);
    return state.held.token;
  }

  function denied(why: string): Deno.errors.PermissionDenied {
    return new Deno.errors.PermissionDenied(`Cannot use the Vault at ${server.address}: ${why}`);
  }

  return {
    current(signal) {
      state.asking ??= next(signal).catch((error) => {
        throw error instanceof VaultRefusal ? new Deno.errors.PermissionDenied(error.message) : error;
      }).finally(() => state.asking = null);
      return state.asking;
    },
    refused(token) {
      if ("token" in login) return false;
      if (state.held?.token === token) state.held = null;
      return true;
    },
  };
}

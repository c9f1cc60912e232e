/** From the name of a model server to the one address that may be dialled. */
import { lookup } from "node:dns/promises";
import { ChatError } from "../chat.ts";
import { canonicalIp, type Endpoint, judge, parseEndpoint, type PrivacyMode } from "./address.ts";

/** Every address of a host name, as the system's resolver answers (hosts file included). */
export type Resolve = (host: string, signal: AbortSignal) => Promise<string[]>;

/** An endpoint with the address that was judged; dialling anything but `address` would undo the judgement. */
export type Reached = Endpoint & { address: string; nearness: "loopback" | "private" };

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map((found) => found.address);
}

/**
 * Resolves `base` and judges every address its name has. Throws `ChatError`: `refused` for a public address or an
 * address that cannot be used, `unreachable` for a name that does not resolve.
 */
export async function reach(
  base: string,
  options: { privacyMode: PrivacyMode; resolve?: Resolve; port?: number },
  signal: AbortSignal,
): Promise<Reached> {
  signal.throwIfAborted();
  const endpoint = parseOrRefuse(base, options.port);
  const literal = canonicalIp(endpoint.host);
  let addresses: string[];
  try {
    addresses = literal ? [literal] : await (options.resolve ?? systemResolve)(endpoint.host, signal);
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ChatError("unreachable", `Cannot resolve the name of a model server: ${endpoint.host} (${why})`, {
      cause,
    });
  }
  signal.throwIfAborted();
  const verdict = judge(endpoint, { addresses, privacyMode: options.privacyMode });
  if (!verdict.allowed) throw new ChatError("refused", verdict.reason);
  return { ...endpoint, address: verdict.address, nearness: verdict.nearness };
}

function parseOrRefuse(base: string, port?: number): Endpoint {
  try {
    return parseEndpoint(base, port);
  } catch (cause) {
    throw new ChatError("refused", (cause as Error).message, { cause });
  }
}

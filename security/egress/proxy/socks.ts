/** SOCKS 5 (RFC 1928) as far as it is spoken here: no login, connections only. */
import type { Buffered } from "./buffered.ts";
import { type Destination, readHost } from "./destination.ts";
import { canonicalIp } from "../address.ts";

export const SOCKS_VERSION = 5;

export const ANSWER = { granted: 0, refused: 2, unreachable: 4, commandUnknown: 7, addressUnknown: 8 } as const;

/** A reply with an address that tells nothing. */
export function socksReply(answer: number): Uint8Array {
  return Uint8Array.of(SOCKS_VERSION, answer, 0, 1, 0, 0, 0, 0, 0, 0);
}

/** The greeting: true if the client can do without a login; null if it is no greeting. */
export async function readGreeting(from: Buffered): Promise<boolean | null> {
  const head = await from.take(2);
  if (head === null || head[0] !== SOCKS_VERSION || head[1] === 0) return null;
  const methods = await from.take(head[1]);
  return methods === null ? null : methods.includes(0);
}

/** Where the client wants to go, or the answer that it gets instead; null if it is no request. */
export async function readSocksRequest(from: Buffered): Promise<Destination | { answer: number } | null> {
  const head = await from.take(4);
  if (head === null || head[0] !== SOCKS_VERSION || head[2] !== 0) return null;
  const host = await readAddress(from, head[3]);
  if (host === null) return null;
  const port = await from.take(2);
  if (port === null) return null;
  const to = { host: host.host ?? "", port: port[0] * 256 + port[1] };
  if (head[1] !== 1) return { answer: ANSWER.commandUnknown };
  return host.host === null || to.port === 0 ? { answer: ANSWER.addressUnknown } : to;
}

async function readAddress(from: Buffered, type: number): Promise<{ host: string | null } | null> {
  switch (type) {
    case 1: {
      const bytes = await from.take(4);
      return bytes && { host: bytes.join(".") };
    }
    case 4: {
      const bytes = await from.take(16);
      if (bytes === null) return null;
      const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i] * 256 + bytes[2 * i + 1]).toString(16));
      return { host: canonicalIp(groups.join(":")) };
    }
    case 3: {
      const length = await from.take(1);
      const bytes = length && await from.take(length[0]);
      // Latin-1, so that no byte beyond ASCII can become a character of a name.
      return bytes && { host: readHost(String.fromCharCode(...bytes)) };
    }
    default:
      return { host: null };
  }
}

/** Which address of a host is dialled. Pure, but for the resolver that it is handed. */
import { addressKind, canonicalIp, ipVersion } from "../address.ts";
import type { Destination } from "./destination.ts";
import { meansHost } from "./verdict.ts";

/** Every address of a host name. */
export type Resolve = (host: string) => Promise<string[]>;

/** What the owner has fixed, beyond any run. */
export type House = {
  /** Private places that the owner named: `host`, `host:port`, an address, or a CIDR. */
  named: readonly string[];
  /** Addresses of this machine's own network devices: they lead to what listens here. */
  own: readonly string[];
};

/** Why nothing is dialled. */
export class Refused extends Error {
  override name = "Refused";
}

/**
 * The addresses that may be dialled for `to`, in the resolver's order. Every one that its name has must be allowed, or
 * none is: what was checked is what is dialled, and the name is not asked for again. Throws `Refused`.
 */
export async function placesOf(to: Destination, house: House, resolve: Resolve): Promise<string[]> {
  const literal = canonicalIp(to.host);
  const found = literal === null ? await resolved(to.host, resolve) : [literal];
  const addresses = [...new Set(found.map((one) => canonicalIp(one) ?? one))];
  if (addresses.length === 0) throw new Refused(`${to.host} has no address`);
  for (const address of addresses) {
    const why = whyNot(address, to, house);
    if (why !== null) throw new Refused(why);
  }
  return addresses;
}

async function resolved(host: string, resolve: Resolve): Promise<string[]> {
  try {
    return await resolve(host);
  } catch {
    throw new Refused(`the host ${host} was not found`);
  }
}

function whyNot(address: string, to: Destination, { named, own }: House): string | null {
  const kind = own.includes(address) ? "loopback" : addressKind(address);
  if (kind === "public") return null;
  if (kind === "never") return `${address} is no address of a server`;
  if (named.some((one) => names(one, address, to))) return null;
  return `${address} is a ${kind} address, and the configuration does not name it (security.egress.allow)`;
}

function names(entry: string, address: string, to: Destination): boolean {
  const lower = entry.toLowerCase();
  if (lower.includes("/")) return inRange(lower, address);
  if (lower.startsWith("*.")) {
    const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(lower)!;
    return meansHost(host, to.host) && (port === undefined || Number(port) === to.port);
  }
  const six = ipVersion(to.host) === 6 ? `[${to.host}]` : to.host;
  return lower === to.host || lower === six || lower === `${six}:${to.port}` || lower === address;
}

/** Whether `text` is a CIDR; one wider than /8 (IPv6: /32) is none. */
export function isRange(text: string): boolean {
  const [net, bits, more] = text.split("/");
  const base = canonicalIp(net);
  if (base === null || more !== undefined || !/^\d{1,3}$/.test(bits ?? "")) return false;
  const [least, most] = ipVersion(base) === 4 ? [8, 32] : [32, 128];
  return Number(bits) >= least && Number(bits) <= most;
}

/** Whether `address` is in `range`, a CIDR. */
export function inRange(range: string, address: string): boolean {
  if (!isRange(range)) return false;
  const [net, bits] = range.split("/");
  const base = canonicalIp(net)!;
  const [prefix, width] = [Number(bits), ipVersion(base) === 4 ? 32 : 128];
  if (ipVersion(address) !== ipVersion(base)) return false;
  const shift = BigInt(width - prefix);
  return numberOf(base) >> shift === numberOf(address) >> shift;
}

function numberOf(address: string): bigint {
  if (ipVersion(address) === 4) return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head, tail = ""] = address.includes("::") ? address.split("::") : [address];
  const parts = (text: string) => text === "" ? [] : text.split(":");
  const [before, after] = [parts(head), parts(tail)];
  const zeros = Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].reduce((sum, part) => sum * 65_536n + BigInt(parseInt(part, 16)), 0n);
}

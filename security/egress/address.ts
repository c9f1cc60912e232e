/** What kind of place an IP address is. Pure; what is not certainly a public host is none. */
import type { BlockList } from "node:net";
import process from "node:process";

/**
 * `public`: a host of the internet. `loopback`, `private`: this machine's or a house's, reached only if the owner named
 * it. `never`: metadata services, translators (NAT64, 6to4, Teredo), listening, multicast, documentation, reserved.
 */
export type AddressKind = "public" | "loopback" | "private" | "never";

type Range = [net: string, prefix: number, family: "ipv4" | "ipv6"];

const LOOPBACK = ranges(() => [["127.0.0.0", 8, "ipv4"], ["::1", 128, "ipv6"]]);

/** RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 link-local. */
const PRIVATE = ranges(() => [
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
]);

/** The only IPv6 space that is given out to hosts, RFC 4291 and the IANA registry of global unicast addresses. */
const GLOBAL_V6 = ranges(() => [["2000::", 3, "ipv6"]]);

/** IANA special-purpose registries (RFC 6890 and its updates), as far as they are not above. */
const SPECIAL = ranges(() => [
  ["0.0.0.0", 8, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.31.196.0", 24, "ipv4"],
  ["192.52.193.0", 24, "ipv4"],
  ["192.88.99.0", 24, "ipv4"],
  ["192.175.48.0", 24, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["240.0.0.0", 4, "ipv4"],
  ["2001::", 23, "ipv6"],
  ["2001:db8::", 32, "ipv6"],
  ["2002::", 16, "ipv6"],
  ["2620:4f:8000::", 48, "ipv6"],
  ["3fff::", 20, "ipv6"],
]);

/** Services that give a cloud machine's keys to whoever asks, as their vendors document them. */
const METADATA = new Set([
  "169.254.169.254",
  "169.254.169.253",
  "169.254.169.123",
  "169.254.170.2",
  "169.254.170.23",
  "169.254.0.23",
  "100.100.100.200",
  "168.63.129.16",
  "fd00:ec2::254",
  "fd00:ec2::253",
  "fd00:ec2::23",
  "fd20:ce::254",
]);

/** Loaded at first use: it takes 5 ms, and few starts need it. */
const net = () => process.getBuiltinModule("node:net");

/** The version of an IP address, 4 or 6; 0 if it is none. */
export function ipVersion(text: string): number {
  return net().isIP(text);
}

function ranges(list: () => Range[]): Pick<BlockList, "check"> {
  const made: { block?: BlockList } = {};
  const block = () => {
    const fresh = new (net().BlockList)();
    for (const [first, prefix, family] of list()) fresh.addSubnet(first, prefix, family);
    return fresh;
  };
  return {
    check: (address: string, family?: "ipv4" | "ipv6") => (made.block ??= block()).check(address, family),
  } as Pick<
    BlockList,
    "check"
  >;
}

/** `ip` in its shortest spelling, an IPv4-mapped IPv6 address as IPv4; null if it is no address, or has a zone. */
export function canonicalIp(ip: string): string | null {
  if (ipVersion(ip) === 4) return ip;
  if (ipVersion(ip) !== 6 || ip.includes("%")) return null;
  const short = new URL(`http://[${ip}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (!mapped) return short;
  const [high, low] = [parseInt(mapped[1], 16), parseInt(mapped[2], 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** The kind of `ip`; what is no address is `never`. */
export function addressKind(ip: string): AddressKind {
  const address = canonicalIp(ip);
  if (address === null || METADATA.has(address)) return "never";
  const family = ipVersion(address) === 4 ? "ipv4" : "ipv6";
  if (LOOPBACK.check(address, family)) return "loopback";
  if (PRIVATE.check(address, family)) return "private";
  if (SPECIAL.check(address, family)) return "never";
  return family === "ipv4" || GLOBAL_V6.check(address, family) ? "public" : "never";
}

/** Where a model server is: on this machine, in the house, or outside. Pure; what is not known to be near is public. */
import { BlockList, isIP } from "node:net";

/** `public` is every address that is not certainly this machine's or a private network's. */
export type Nearness = "loopback" | "private" | "public";

/** The owner's rule, `privacy.mode`; its meaning belongs to `security/`. */
export type PrivacyMode = "local-only" | "hybrid" | "cloud-assisted";

/** A model server's address, taken apart. `host` carries no brackets; `path` no trailing slash. */
export type Endpoint = { base: string; tls: boolean; host: string; port: number; path: string };

const LOOPBACK = subnets([["127.0.0.0", 8, "ipv4"], ["::1", 128, "ipv6"]]);

/** RFC 1918, RFC 3927 link-local, RFC 6598 shared space (as used by overlay networks), RFC 4193, RFC 4291 link-local. */
const PRIVATE = subnets([
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
]);

/** Metadata services of cloud machines, as their vendors document them: near by number, a cloud by nature. */
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

function subnets(list: [string, number, "ipv4" | "ipv6"][]): BlockList {
  const block = new BlockList();
  for (const [net, prefix, family] of list) block.addSubnet(net, prefix, family);
  return block;
}

/** `ip` in its shortest spelling, an IPv4-mapped IPv6 address as IPv4; null if it is no address. */
export function canonicalIp(ip: string): string | null {
  if (isIP(ip) === 4) return ip;
  if (isIP(ip) !== 6 || ip.includes("%")) return null;
  const short = new URL(`http://[${ip}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (!mapped) return short;
  const [high, low] = [parseInt(mapped[1], 16), parseInt(mapped[2], 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** How near `ip` is. NAT64, 6to4, Teredo, `0.0.0.0`, multicast, reserved ranges and what is no address count as public. */
export function nearness(ip: string): Nearness {
  const address = canonicalIp(ip);
  if (address === null || METADATA.has(address)) return "public";
  const family = isIP(address) === 4 ? "ipv4" : "ipv6";
  if (LOOPBACK.check(address, family)) return "loopback";
  return PRIVATE.check(address, family) ? "private" : "public";
}

/**
 * Takes `base` apart: `http(s)://host[:port][/path]`, or `host[:port]` with `port` where none is given.
 * Spellings of an address (decimal, hex, octal, full-width) come out as the plain address.
 * Throws a TypeError for anything else, credentials in the URL included.
 */
export function parseEndpoint(base: string, port = 80): Endpoint {
  const explicit = /^[a-z][a-z0-9+.-]*:\/\//i.test(base);
  const shown = base.replace(/^(\w+:\/\/)?[^/]*@/, "$1…@");
  const fail = (why: string) => new TypeError(`Cannot use the address of a model server: ${shown} (${why})`);
  const url = URL.parse(explicit ? base : `http://${base}`);
  if (!url) throw fail("not a URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") throw fail("only http and https are spoken");
  if (url.username || url.password) throw fail("credentials belong in the configuration's api_key");
  if (url.search || url.hash) throw fail("no query or fragment is allowed");
  const tls = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (host === "") throw fail("no host");
  const path = url.pathname.replace(/\/+$/, "");
  return {
    base: `${url.origin}${path}`,
    tls,
    host,
    port: Number(url.port) || (explicit ? tls ? 443 : 80 : port),
    path,
  };
}

export type Verdict =
  | { allowed: true; address: string; nearness: "loopback" | "private" }
  | { allowed: false; reason: string };

/**
 * Whether a prompt may go to `endpoint`, whose host means `addresses` now. One public address among them makes it a
 * cloud. A cloud is refused in every mode: local-only says so, and the others still lack the sanitiser it must pass.
 */
export function judge(endpoint: Endpoint, at: { addresses: string[]; privacyMode: PrivacyMode }): Verdict {
  const refuse = (why: string): Verdict => ({
    allowed: false,
    reason: `Cannot use a model server: ${endpoint.base} (${why})`,
  });
  const outside = at.addresses.find((a) => nearness(a) === "public");
  if (outside === "0.0.0.0" || outside === "::") return refuse(`${outside} is for listening; write 127.0.0.1`);
  if (outside !== undefined) {
    const cloud = `${outside} is a public address, so this is a cloud`;
    return refuse(
      at.privacyMode === "local-only"
        ? `${cloud}; privacy.mode is local-only. To allow clouds, set privacy.mode`
        : `${cloud}; unavailable: prompts for a cloud must pass a sanitiser, and this version has none`,
    );
  }
  const address = at.addresses[0];
  if (address === undefined) return refuse("its name has no address");
  return { allowed: true, address, nearness: nearness(address) as "loopback" | "private" };
}

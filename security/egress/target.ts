/** From the text of a URL to what may be dialled for it. Pure. */
import { addressKind, canonicalIp, ipVersion } from "./address.ts";
import { FetchError } from "./request.ts";

/** A URL taken apart. `host` has no brackets, no final dot and is lower case; names are in their ASCII form. */
export type Target = {
  /** Without its fragment. */
  url: string;
  tls: boolean;
  host: string;
  port: number;
  /** Path and query, as they are sent. */
  path: string;
  /** True: the owner's configuration names this host and port. */
  named: boolean;
};

/**
 * Ports of services that take a web request for one of their own: the "bad ports" of the Fetch standard, 2.9
 * (fetch.spec.whatwg.org/#port-blocking, as of 2026-11).
 */
const OTHER_SERVICES = new Set([
  0,
  1,
  7,
  9,
  11,
  13,
  15,
  17,
  19,
  20,
  21,
  22,
  23,
  25,
  37,
  42,
  43,
  53,
  69,
  77,
  79,
  87,
  95,
  101,
  102,
  103,
  104,
  109,
  110,
  111,
  113,
  115,
  117,
  119,
  123,
  135,
  137,
  139,
  143,
  161,
  179,
  389,
  427,
  465,
  512,
  513,
  514,
  515,
  526,
  530,
  531,
  532,
  540,
  548,
  554,
  556,
  563,
  587,
  601,
  636,
  989,
  990,
  993,
  995,
  1719,
  1720,
  1723,
  2049,
  3659,
  4045,
  4190,
  5060,
  5061,
  6000,
  6566,
  6665,
  6666,
  6667,
  6668,
  6669,
  6679,
  6697,
  10080,
]);

/** Whether `hosts`, each `host` (ports 80 and 443) or `host:port`, names this one. */
export function isNamed({ host, port }: { host: string; port: number }, hosts: readonly string[]): boolean {
  const written = ipVersion(host) === 6 ? `[${host}]` : host;
  return hosts.some((one) => {
    const named = one.toLowerCase();
    return named === `${written}:${port}` || (named === written && (port === 80 || port === 443));
  });
}

/**
 * Takes `text` apart. Spellings of an address (decimal, hex, octal, full-width) come out as the plain address.
 * Throws `FetchError` (`refused`) for anything but http and https, for credentials and for ports of other services.
 */
export function parseTarget(text: string, hosts: readonly string[]): Target {
  const shown = text.slice(0, 200).replace(/^([a-z]+:[/\\]*)[^/\\?#]*@/i, "$1…@");
  const refuse = (why: string) => new FetchError("refused", `Cannot fetch ${shown}: ${why}`);
  const url = URL.parse(text);
  if (url === null) throw refuse("it is no URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") throw refuse("only http and https are fetched");
  if (url.username !== "" || url.password !== "") throw refuse("a URL may not hold credentials");
  const tls = url.protocol === "https:";
  const bare = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "").toLowerCase();
  const host = canonicalIp(bare) ?? bare;
  if (host === "" || host.endsWith(".")) throw refuse("it names no host");
  const port = Number(url.port) || (tls ? 443 : 80);
  const named = isNamed({ host, port }, hosts);
  if (url.port === "0" || (!named && OTHER_SERVICES.has(port))) throw refuse(`port ${url.port} is no web server's`);
  url.hash = "";
  // One address, one spelling: rules compare the text of the URL.
  if (host !== bare && ipVersion(host) === 4) url.hostname = host;
  return { url: url.href, tls, host, port, path: `${url.pathname}${url.search}`, named };
}

/**
 * The one of `addresses` to dial for `target`: every one must be allowed, or none is. Private and loopback addresses
 * only if the owner named the host and, after a redirect, the host it came `from`. Throws `FetchError` (`refused`).
 */
export function chooseAddress(
  target: Target,
  { addresses, from }: { addresses: readonly string[]; from: Target | null },
): string {
  const refuse = (why: string) => new FetchError("refused", `Cannot fetch from ${target.host}: ${why}`);
  const own = target.named && (from === null || from.named);
  for (const address of addresses) {
    const kind = addressKind(address);
    if (kind === "never") throw refuse(`${address} is no address of a web server`);
    if (kind === "public" || own) continue;
    throw refuse(
      from === null
        ? `${address} is a ${kind} address, and the configuration does not name this host for fetching`
        : `a redirect leads to ${address}, a ${kind} address`,
    );
  }
  if (addresses.length === 0) throw refuse("its name has no address");
  return addresses[0];
}

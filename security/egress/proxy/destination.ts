/** From what a client writes to the one host and port that it can mean. Pure; what can be read in two ways is refused. */
import { canonicalIp, ipVersion } from "../address.ts";

/** `host` has no brackets and no final dot and is lower case: an ASCII name, or an address in its shortest spelling. */
export type Destination = { host: string; port: number };

/** A name as a resolver takes it (RFC 1123, with the underscore that is used). International names come in ASCII (RFC 5890). */
const NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.){0,126}[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A host without a port. Null for anything but a plain name or a plain address: no octal, hexadecimal, decimal or short
 * addresses, no zone, no credentials, no escapes, no letters beyond ASCII.
 */
export function readHost(text: string): string | null {
  const bracketed = /^\[([0-9a-fA-F:.]{2,45})\]$/.exec(text);
  if (bracketed !== null) return ipVersion(bracketed[1]) === 6 ? canonicalIp(bracketed[1]) : null;
  const bare = text.toLowerCase().replace(/\.$/, "");
  if (ipVersion(bare) === 4) return text.endsWith(".") ? null : bare;
  if (bare.length > 253 || !NAME.test(bare)) return null;
  // What ends in a number is an address to some resolver (url.spec.whatwg.org, "ends in a number checker").
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(bare.slice(bare.lastIndexOf(".") + 1))) return null;
  return bare;
}

/** `host:port`, the port as plain digits; without one `usual`, and null where there is no usual one. */
export function readAuthority(text: string, usual: number | null): Destination | null {
  const found = /^(\[[^\]]*\]|[^:[\]]*)(?::([1-9]\d{0,4}))?$/.exec(text);
  if (found === null || found[0] !== text) return null;
  const host = readHost(found[1]);
  const port = found[2] === undefined ? usual : Number(found[2]);
  return host === null || port === null || port > 65_535 ? null : { host, port };
}

/** As a URL and a Host header write it. */
export function written({ host, port }: Destination, usual: number): string {
  const name = ipVersion(host) === 6 ? `[${host}]` : host;
  return port === usual ? name : `${name}:${port}`;
}

/**
 * Rules about URLs: `[scheme://]host[:port][/path]`. The host is compared label by label; `*.` before it stands for one
 * or more further labels and never for none, and no other `*` may be in it. In the path `*` is any text. Allowing is
 * narrow: https and the usual port unless written otherwise, and with a path only a URL whose path can be read in one
 * way. Denying is wide: any scheme, any port unless written, the host and all below it, the path however it is encoded.
 * What a search is told (`search: WORDS`) is no URL and is compared as text. Pure.
 */
import { canonicalIp } from "./egress/address.ts";
import { foundInText, matchesWhole, stretches } from "./shell_rule.ts";

export type UrlPattern = {
  /** True: only further labels before `host`. */
  below: boolean;
  /** ASCII, lower case, no final dot; IPv6 in brackets. */
  host: string;
  /** Null = https to allow, any to deny. */
  scheme: "http:" | "https:" | null;
  port: number | null;
  /** With the query; null = any. */
  path: string | null;
};

const PATTERN =
  /^(?:(https?):\/\/)?(\*\.)?((?:\[[0-9a-fA-F:.]+\])|[^\s/\\:?#@*[\]%]{1,253})(?::(\d{1,5}))?(\/[^#]*)?$/i;
/** A path that servers read in more than one way: encoded separators and dots, doubled slashes, parameters. */
const AMBIGUOUS = /%(?:2e|2f|5c|25|00)|\/\/|[\\;]/i;

const USUAL = { "http:": 80, "https:": 443 } as const;

/** True for what a search is told, and for a pattern about that. */
export function isSearch(text: string): boolean {
  return text.startsWith("search:");
}

/** `pattern` read, or null if it is none of this kind. */
export function urlPattern(pattern: string): UrlPattern | null {
  const found = PATTERN.exec(pattern);
  if (found === null) return null;
  const [, scheme, below, host, port, path] = found;
  const url = URL.parse(`http://${host.replace(/\.$/, "")}/`);
  if (url === null || url.hostname === "" || url.pathname !== "/" || url.port !== "") return null;
  return {
    below: below !== undefined,
    host: url.hostname,
    scheme: scheme === undefined ? null : `${scheme.toLowerCase() as "http" | "https"}:`,
    port: port === undefined ? null : Number(port),
    path: path ?? null,
  };
}

/** `target` as it will be fetched: http or https without credentials; null for anything else. */
export function readUrl(target: string): URL | null {
  const url = URL.parse(target);
  if (url === null || !Object.hasOwn(USUAL, url.protocol) || url.username !== "" || url.password !== "") return null;
  return url.hostname === "" || /[\p{Cc}\p{Z}\\]/u.test(target) ? null : url;
}

function portOf(url: URL): number {
  return Number(url.port) || USUAL[url.protocol as keyof typeof USUAL];
}

/** True if `pattern` allows fetching `target`. */
export function allowsUrl(pattern: UrlPattern, target: string): boolean {
  const url = readUrl(target);
  if (url === null) return false;
  const scheme = pattern.scheme ?? "https:";
  const host = pattern.below ? url.hostname.endsWith(`.${pattern.host}`) : url.hostname === pattern.host;
  if (!host || url.hostname.endsWith(".") || url.protocol !== scheme) return false;
  if (portOf(url) !== (pattern.port ?? USUAL[scheme])) return false;
  if (pattern.path === null) return true;
  const parts = stretches(pattern.path);
  if (parts.length === 2 && parts[0] === "/" && parts[1] === "") return true;
  return !AMBIGUOUS.test(url.pathname) && matchesWhole(parts, `${url.pathname}${url.search}`);
}

/** True if `pattern` names `target` and nothing else. */
export function isUrl(pattern: UrlPattern, target: string): boolean {
  return !pattern.below && pattern.path !== null && stretches(pattern.path).length === 1 && allowsUrl(pattern, target);
}

/** True if `pattern` could mean `target`. What cannot be read is meant by every pattern. */
export function touchesUrl(pattern: UrlPattern, target: string): boolean {
  if (isSearch(target)) return false;
  const url = URL.parse(target);
  if (url === null) return true;
  const [host, meant] = [oneSpelling(url.hostname.replace(/\.+$/, "")), oneSpelling(pattern.host)];
  if (host !== meant && !host.endsWith(`.${meant}`)) return false;
  if (pattern.below && host === meant) return false;
  if (pattern.port !== null && url.port !== "" && Number(url.port) !== pattern.port) return false;
  if (pattern.path === null || pattern.path === "/") return true;
  const parts = stretches(pattern.path.toLowerCase());
  return readings(`${url.pathname}${url.search}`).some((path) =>
    foundInText(parts, path) || matchesWhole(parts, path) || path.startsWith(parts[0])
  );
}

/** `host`, an IPv4 address that is written as IPv6 as itself. */
function oneSpelling(host: string): string {
  const address = canonicalIp(host.replace(/^\[|\]$/g, ""));
  return address === null || address.includes(":") ? host : address;
}

/** The ways in which a server may read a path: encoded less and less, slashes joined, letters in one case. */
function readings(path: string): string[] {
  const out = [path];
  for (let round = 0; round < 3; round++) {
    const next = out.at(-1)!.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)));
    if (next === out.at(-1)) break;
    out.push(next);
  }
  const flat = out.map((one) => one.toLowerCase().replaceAll("\\", "/").replace(/\/{2,}/g, "/"));
  return [...new Set([...flat, ...flat.map((one) => URL.parse(one, "http://x/")?.pathname ?? one)])];
}

/** The pattern for all of the server of `target`: its scheme where that is http, host, port; null if it has none. */
export function hostPattern(target: string): string | null {
  const url = readUrl(target);
  return url === null || url.hostname.endsWith(".") ? null : `${url.protocol}//${url.host}/*`;
}

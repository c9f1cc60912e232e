/** Hosts as a call or the owner writes them. Pure. */
import { ipVersion } from "./address.ts";
import { readHost } from "./proxy/destination.ts";
import { inRange, isRange } from "./proxy/place.ts";
import { meansHost } from "./proxy/verdict.ts";
import type { EgressRule } from "./egress.ts";

const NETWORK = "network ";
/** Hosts that one call may ask for. */
const MOST = 20;

/**
 * `text`, hosts between spaces or commas, as rules: `github.com`, `*.github.com`, `nas.local:8443`, `[fd00::1]:443`; an
 * international name comes out in ASCII. Throws `TypeError` for anything else: schemes, paths, credentials, a `*` anywhere
 * but as the first label or above a whole top domain.
 */
export function readHosts(text: string): EgressRule[] {
  const words = [...new Set(text.split(/[\s,]+/).filter((word) => word !== ""))];
  if (words.length > MOST) throw new TypeError(`Cannot reach ${words.length} hosts in one run: at most ${MOST}`);
  return words.map((word) => {
    const rule = readHostRule(word);
    if (rule === null) {
      throw new TypeError(
        `Cannot reach ${JSON.stringify(word.slice(0, 200))}: write a host like github.com, without https://`,
      );
    }
    return rule;
  });
}

/** One host with or without a port; null if it is none. */
export function readHostRule(word: string): EgressRule | null {
  const found = /^(\*\.)?(\[[^\]]*\]|[^:[\]/@?#\\%]+)(?::([1-9]\d{0,4}))?$/.exec(word);
  if (found === null || Number(found[3] ?? 1) > 65_535) return null;
  const [, below = "", name, port] = found;
  const host = readHost(asciiOf(name));
  if (host === null) return null;
  if (below !== "" && (ipVersion(host) !== 0 || !host.includes("."))) return null;
  const whole = ipVersion(host) === 6 ? `[${host}]` : below + host;
  return { host: whole, ...(port === undefined ? {} : { port: Number(port) }) };
}

/** Whether `text` may stand in the owner's list of allowed places. */
export function isHostOrRange(text: string): boolean {
  return text.includes("/") ? isRange(text) : readHostRule(text) !== null;
}

/** As a rule of the owner names a host that a run may reach. */
export function networkTarget({ host, port }: EgressRule): string {
  return `${NETWORK}${host}${port === undefined ? "" : `:${port}`}`;
}

/** The host that a target or a rule's pattern names by `network HOST`; null where it names none. */
export function networkHost(text: string): EgressRule | null {
  return text.startsWith(NETWORK) ? readHostRule(text.slice(NETWORK.length).trim()) : null;
}

/** True for a target that is a host and no line or language. */
export function isNetwork(target: string): boolean {
  return networkHost(target) !== null;
}

/** Whether a rule's `pattern` and `target` have a host in common; ports aside. */
export function touchesNetwork(pattern: string, target: string): boolean {
  const [one, other] = [networkHost(pattern)?.host, networkHost(target)?.host];
  if (one === undefined || other === undefined) return false;
  const below = (host: string, above: string) => above.startsWith("*.") && host.endsWith(above.slice(1));
  return one === other || below(one, other) || below(other, one) || other.endsWith(`.${one}`);
}

/** Whether one of the owner's `allowed` hosts, addresses or ranges covers `rule`, all of it. */
export function covers(allowed: readonly string[], rule: EgressRule): boolean {
  const bare = rule.host.replace(/^\[|\]$/g, "");
  return allowed.some((one) => {
    if (one.includes("/")) return ipVersion(bare) !== 0 && inRange(one, bare);
    const owner = readHostRule(one);
    if (owner === null || (owner.port !== undefined && owner.port !== rule.port)) return false;
    if (owner.port === undefined && rule.port !== undefined && rule.port !== 80 && rule.port !== 443) return false;
    if (!rule.host.startsWith("*.")) return meansHost(owner.host, bare);
    return owner.host === rule.host || (owner.host.startsWith("*.") && rule.host.endsWith(owner.host.slice(1)));
  });
}

/** A name beyond ASCII as resolvers take it; whatever else is left as it is. */
function asciiOf(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name;
  const url = URL.parse(`http://${name}/`);
  // What becomes an address, or other labels than it seems, is no name.
  return url === null || ipVersion(url.hostname) !== 0 || !url.hostname.includes("xn--") ? "" : url.hostname;
}

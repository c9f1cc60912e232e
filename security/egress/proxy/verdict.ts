/** Whether a run may reach a host, and ask it for something. Pure; a deny is never undone. */
import type { Egress, EgressRule } from "../egress.ts";
import { canonicalIp } from "../address.ts";
import type { Destination } from "./destination.ts";

export type Verdict = { open: true; rule: EgressRule; reason: string } | { open: false; reason: string };

/** What a request asks for, where that can be read. */
export type Wish = { method: string; path: string };

const USUAL_PORTS = [80, 443];
/** A path that servers read in more than one way: encoded dots, separators and NUL, empty and dot segments, parameters. */
const AMBIGUOUS = /%(?:2e|2f|5c|25|00|3b)|\/\/|[\\;]|\/\.{1,2}(?:\/|$)/i;

/** Whether `pattern` (exact, or `*.` before it) means `host`; labels are compared whole. */
export function meansHost(pattern: string, host: string): boolean {
  if (pattern.startsWith("*.")) return host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
  const bare = pattern.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return (canonicalIp(bare) ?? bare) === host;
}

/** Whether `to` may be dialled at all. */
export function judgeHost(to: Destination, { rules, deny }: Pick<Egress, "rules" | "deny">): Verdict {
  const denied = deny?.find((pattern) => meansHost(pattern, to.host) || below(pattern, to.host));
  if (denied !== undefined) return { open: false, reason: `${denied} is denied` };
  const about = rules.filter((rule) => meansHost(rule.host, to.host));
  if (about.length === 0) return { open: false, reason: `no rule of this run names ${to.host}` };
  const rule = about.find(({ port }) => port === undefined ? USUAL_PORTS.includes(to.port) : port === to.port);
  return rule === undefined
    ? { open: false, reason: `no rule of this run names port ${to.port} of ${to.host}` }
    : { open: true, rule, reason: `rule ${ruleText(rule)}` };
}

/** Whether `wish` may be asked of `to`, whose words can be read. */
export function judgeWish(to: Destination, wish: Wish, egress: Pick<Egress, "rules" | "deny">): Verdict {
  const host = judgeHost(to, egress);
  if (!host.open) return host;
  const about = egress.rules.filter((rule) =>
    meansHost(rule.host, to.host) && (rule.port === undefined ? USUAL_PORTS.includes(to.port) : rule.port === to.port)
  );
  const rule = about.find((one) =>
    (one.methods === undefined || one.methods.some((method) => method === wish.method)) &&
    (one.paths === undefined || one.paths.some((path) => meansPath(path, wish.path)))
  );
  return rule === undefined
    ? { open: false, reason: `no rule of this run lets ${wish.method} ${shortPath(wish.path)} of ${to.host}` }
    : { open: true, rule, reason: `rule ${ruleText(rule)}` };
}

/** True if one of the rules for `to` can be kept without reading what is asked. */
export function judgeUnread(to: Destination, egress: Pick<Egress, "rules" | "deny">): Verdict {
  const host = judgeHost(to, egress);
  if (!host.open) return host;
  const open = egress.rules.find((rule) =>
    meansHost(rule.host, to.host) && rule.methods === undefined && rule.paths === undefined &&
    (rule.port === undefined ? USUAL_PORTS.includes(to.port) : rule.port === to.port)
  );
  return open === undefined
    ? { open: false, reason: `the rules for ${to.host} name methods or paths, and this connection cannot be read` }
    : { open: true, rule: open, reason: `rule ${ruleText(open)}` };
}

/** Whether `prefix` is `path`, without its query, or whole segments of its beginning. */
export function meansPath(prefix: string, path: string): boolean {
  const bare = path.split("?", 1)[0];
  if (AMBIGUOUS.test(bare)) return false;
  const base = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
  return bare === prefix || bare === base || bare.startsWith(`${base}/`);
}

/** Whether a binding's path (exact, or ended by `*` for everything below) means `path`, without its query. */
export function bindsPath(pattern: string, path: string): boolean {
  const bare = path.split("?", 1)[0];
  if (AMBIGUOUS.test(bare)) return false;
  return pattern.endsWith("*") ? bare.startsWith(pattern.slice(0, -1)) : bare === pattern;
}

/** A rule as a person reads it. */
export function ruleText({ host, port, methods, paths }: EgressRule): string {
  return [host + (port === undefined ? "" : `:${port}`), methods?.join(","), paths?.join(",")]
    .filter((part) => part !== undefined).join(" ");
}

/** A deny of a domain denies what is below it too. */
function below(pattern: string, host: string): boolean {
  return !pattern.startsWith("*.") && host.endsWith(`.${pattern}`);
}

function shortPath(path: string): string {
  const bare = path.split("?", 1)[0];
  return bare.length > 100 ? `${bare.slice(0, 100)}…` : bare;
}

/** Whether what a run may reach names an address that its code asks for. Pure. */
import type { EgressRule } from "../../egress/egress.ts";

/** Without a port in the rule: HTTPS and HTTP. */
const USUAL = [443, 80];

/** `host:port`, as Deno writes an address; null if it is none. */
function address(value: string): { host: string; port: number } | null {
  const parts = /^(\[[0-9a-f:.]+\]|[^:/\s]+):(\d{1,5})$/i.exec(value);
  return parts === null ? null : { host: parts[1].toLowerCase().replace(/\.$/, ""), port: Number(parts[2]) };
}

/** True if a rule names exactly this host, or a domain above it by `*.`, and the port. */
export function egressNames(rules: readonly EgressRule[], value: string): boolean {
  const asked = address(value);
  if (asked === null) return false;
  return rules.some(({ host, port }) =>
    (port === undefined ? USUAL.includes(asked.port) : port === asked.port) &&
    (host.startsWith("*.")
      ? asked.host.endsWith(host.slice(1)) && asked.host.length >= host.length
      : asked.host === host)
  );
}

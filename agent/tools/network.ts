/** The hosts that a run may reach: asked for by name, shown and judged with the call. */
import * as z from "zod";
import { covers, networkTarget, readHosts } from "../../security/egress/hosts.ts";
import type { EgressRule } from "../../security/egress/egress.ts";
import { asking } from "../../security/egress/outward.ts";
import type { Effect } from "../../security/provenance/origin.ts";
import type { Grant } from "../../security/sandbox/grant.ts";
import { type Assessment, higher } from "../../security/tool.ts";

/** The argument `hosts`: names between spaces or commas. Without it a run has no network. */
export const Hosts = z.string().max(2000).default("").superRefine((text, context) => {
  try {
    readHosts(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

/** The owner's secrets that a run may use which reaches hosts, a phrase each. */
export type SecretsAt = (rules: readonly EgressRule[]) => readonly string[];

/** What the owner settled for runs with a network. */
export type Outside = {
  /** Hosts that are always allowed. */
  allowed?: readonly string[];
  secretsAt?: SecretsAt;
};

/** The risk of a call whose run may send what it sees to `hosts`: HIGH where not all of them are allowed, or it may use a secret. */
export function withNetwork(bare: Assessment, hosts: string, { allowed = [], secretsAt }: Outside): Assessment {
  const rules = readHosts(hosts);
  if (rules.length === 0) return bare;
  const names = rules.map((rule) => networkTarget(rule).slice("network ".length)).join(", ");
  const open = rules.every((rule) => covers(allowed, rule));
  const secrets = secretsAt?.(rules) ?? [];
  return {
    risk: higher(bare.risk, open && secrets.length === 0 ? "MEDIUM" : "HIGH"),
    reasons: [
      ...bare.reasons,
      `may send what it sees to ${names}${open ? ", which the configuration allows" : ""}`,
      ...secrets,
    ],
  };
}

/** What a run does that runs words and may reach `hosts`. */
export function networkEffects(hosts: string, { secretsAt }: Outside): Effect[] {
  if (hosts === "") return ["run"];
  return (secretsAt?.(readHosts(hosts)) ?? []).length > 0 ? ["run", "send", "credential"] : ["run", "send"];
}

/** What rules must allow beside the run itself: each host that the owner does not always allow. */
export function networkTargets(hosts: string, { allowed = [] }: Outside): string[] {
  return readHosts(hosts).filter((rule) => !covers(allowed, rule)).map(networkTarget);
}

/** What an approver reads below the program. */
export function networkNote(hosts: string): string {
  const rules = readHosts(hosts);
  return rules.length === 0
    ? ""
    : `\n(with a network: ${rules.map((rule) => networkTarget(rule).slice(8)).join(", ")})`;
}

/** The part of a grant. */
export function network(hosts: string): Pick<Grant, "egress"> {
  const rules = readHosts(hosts);
  return rules.length === 0 ? {} : { egress: asking(rules) };
}

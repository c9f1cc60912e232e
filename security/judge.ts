/** From a call to what the door decides on: its targets, risk and the decision. */
import { higher, type Risk, RISKS } from "./tool.ts";
import { disguises } from "./display.ts";
import { normalPath } from "./glob.ts";
import { followLinks } from "./links.ts";
import { decide, type Decision } from "./policy.ts";
import { decideProvenance, type ProvenanceDecision } from "./provenance/decide_provenance.ts";
import { callOfTool } from "./provenance/of_tool.ts";
import type { Heard } from "./provenance/origin.ts";
import type { ReadCall } from "./read_call.ts";
import { secretPath } from "./risk/secret_path.ts";
import { isAbout, kindOf, namesTarget, type Rule, type RuleSet, type TargetKind } from "./rules.ts";
import type { SecretUse } from "./secrets/use.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { weigh } from "./weigh.ts";

export type Judged = ReadCall & {
  /** The secrets that it uses; its `args` hold their placeholders. */
  use?: SecretUse;
  kind: TargetKind;
  targets: string[];
  risk: Risk;
  decision: Decision;
  /** Where its words come from, and what that alone would decide. */
  origin: ProvenanceDecision;
};
/** Targets and risk as the tool states them, links followed, raised by what is hidden in them; then the decision. */
export async function judge(
  { tool, args }: ReadCall,
  door: { rules: RuleSet; grants: readonly Rule[]; sandbox: Sandbox; heard: readonly Heard[] },
  signal: AbortSignal,
): Promise<Judged> {
  const kind = kindOf(tool);
  const stated = tool.targets(args);
  const targets = kind === "path" ? await withLinks(stated, door.sandbox, signal) : [...stated];
  const assessed = tool.assess(args);
  let risk = assessed.risk;
  if (!RISKS.includes(risk)) throw new TypeError(`Cannot judge ${tool.name}: its risk is ${String(risk)}`);
  const reasons = [...assessed.reasons];
  for (const target of kind === "text" && risk === "LOW" ? [] : targets) {
    for (const reason of disguises(target)) {
      if (kind === "path") risk = higher(risk, "MEDIUM");
      if (!reasons.includes(reason)) reasons.push(reason);
    }
  }
  for (const target of targets.slice(stated.length)) {
    const why = secretPath(target);
    risk = higher(risk, why === null ? "LOW" : "HIGH");
    reasons.push(`a link leads to ${target}${why === null ? "" : `: ${why}`}`);
  }
  const decided = decide({ tool: tool.name, kind, targets, risk, reasons, grants: door.grants }, door.rules);
  const origin = decideProvenance(callOfTool(tool, args), door.heard);
  const allowing = [...door.rules.allow, ...door.grants].filter((r) => isAbout(r, tool.name));
  const exact = targets.length > 0 && targets.every((t) => allowing.some((r) => namesTarget(r, kind, t)));
  return { tool, args, kind, targets, risk, decision: weigh(decided, origin, { risk, exact }), origin };
}

/** `judged` as a call that uses secrets: no rule, no grant and no word of the owner's lets it run unasked. */
export function usingSecrets(judged: Judged, use: SecretUse): Judged {
  const { decision, origin } = judged;
  const asked = decision.verdict === "allow";
  return {
    ...judged,
    use,
    origin: { ...origin, effects: [...new Set([...origin.effects, "credential" as const])] },
    decision: {
      ...decision,
      verdict: asked ? "ask" : decision.verdict,
      by: asked ? "a secret in the call" : decision.by,
      reasons: [...decision.reasons, ...use.names.map((name) => `it uses the secret ${name}`)],
      grantable: false,
    },
  };
}

async function withLinks(stated: readonly string[], sandbox: Sandbox, signal: AbortSignal): Promise<string[]> {
  const real = await Promise.all(stated.map((t) => followLinks(t, sandbox.files, signal)));
  return [...stated, ...new Set(real.filter((r, i) => r !== normalPath(stated[i])))];
}

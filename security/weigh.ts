/** The decision by rules and risk, weighed against where the call's words come from. Pure. */
import type { ProvenanceDecision } from "./provenance/decide_provenance.ts";
import type { Effect } from "./provenance/origin.ts";
import type { Decision } from "./policy.ts";
import type { Risk } from "./tool.ts";

/** What leaves the house, costs, is lost or stays: after something untrusted was read, no broad rule allows it. */
const BEYOND: readonly Effect[] = ["send", "credential", "money", "delete", "persist"];

/**
 * In this order, first hit decides: deny → deny; a rule that wants it asked, CRITICAL and HIGH that no rule allows → ask; the
 * owner's own words → MEDIUM runs unasked; allowed and nothing was read → allow; allowed, something was read, and it would send, pay, grant,
 * delete or persist → ask, unless rules name each target by itself (`exact`); a LOW call that origin wants asked → ask; else as
 * it was. Origin never turns an ask into an allow but by the owner's own words, and never a deny.
 */
export function weigh(
  decision: Decision,
  origin: Pick<ProvenanceDecision, "verdict" | "by" | "read" | "effects" | "reasons">,
  { risk, exact }: { risk: Risk; exact: boolean },
): Decision {
  if (decision.verdict === "deny") return decision;
  const reasons = [...decision.reasons, ...origin.reasons.filter((r) => !decision.reasons.includes(r))];
  if (decision.verdict === "ask") {
    const own = origin.verdict === "clear" && origin.by === "owner" && risk === "MEDIUM" &&
      decision.by === "risk MEDIUM";
    return own ? { ...decision, verdict: "allow", by: "the owner's own words", reasons } : { ...decision, reasons };
  }
  if (origin.verdict === "clear" || !origin.read) return decision;
  if (decision.by === "risk LOW") return { ...decision, verdict: "ask", by: "words that are not the owner's", reasons };
  if (exact || !origin.effects.some((e) => BEYOND.includes(e))) return decision;
  const broad = `${decision.by} covers more than this, and what was read may have chosen it`;
  return {
    ...decision,
    verdict: "ask",
    by: "words that are not the owner's",
    reasons: [...reasons, broad],
  };
}

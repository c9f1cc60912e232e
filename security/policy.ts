/** Whether a call may run. Pure: no clock, no files, no person; the same input gives the same decision. */
import { higher, type Risk } from "./tool.ts";
import { allowedBy, allowsExactly, isAbout, type Rule, type RuleSet, type TargetKind, touches } from "./rules.ts";

export type Subject = {
  tool: string;
  kind: TargetKind;
  /** Every target must be allowed; one that is denied denies the call. */
  targets: readonly string[];
  risk: Risk;
  reasons: readonly string[];
  /** What this agent was granted for this session: "always" answers and grants given in advance. */
  grants: readonly Rule[];
};

export type Decision = {
  verdict: "allow" | "ask" | "deny";
  /** What decided, as the audit log names it. */
  by: string;
  reasons: string[];
  /** True if an answer "always" could take effect: not for CRITICAL, nor where a rule wants each call asked. */
  grantable: boolean;
};

/**
 * In this order, first hit decides: no target → deny; a broken rule → deny; a deny rule → deny; an ask rule →
 * ask; CRITICAL → allow only if an exact rule names each target; LOW → allow; rules and grants, those for as much risk,
 * that cover every target → allow; else ask. Nothing after a deny can undo it.
 */
export function decide(subject: Subject, rules: RuleSet): Decision {
  const { tool, kind, targets, risk } = subject;
  const reasons = [...subject.reasons];
  const about = (list: readonly Rule[]) => list.filter((r) => isAbout(r, tool));
  const hit = (list: readonly Rule[]) => about(list).find((r) => targets.some((t) => touches(r, kind, t)));

  if (targets.length === 0) return deny("no target", ["the tool does not say what the call is about"]);
  const broken = rules.broken.find((r) => isAbout(r, tool));
  if (broken) return deny(`broken rule ${broken.text}`, [`the rule ${broken.text} cannot be read: ${broken.reason}`]);
  const denied = hit(rules.deny);
  if (denied) return deny(`rule deny ${denied.text}`, [`the rule deny ${denied.text} forbids it`]);
  const asked = hit(rules.ask);
  if (asked) {
    return {
      verdict: "ask",
      by: `rule ask ${asked.text}`,
      reasons: [...reasons, `the rule ask ${asked.text} wants each call asked`],
      grantable: false,
    };
  }
  if (risk === "CRITICAL") {
    const exact = targets.map((t) => about(rules.allow).find((r) => allowsExactly(r, kind, t)));
    return exact.every((r) => r !== undefined)
      ? { verdict: "allow", by: named(exact, []), reasons, grantable: false }
      : { verdict: "ask", by: "risk CRITICAL", reasons, grantable: false };
  }
  if (risk === "LOW") return { verdict: "allow", by: "risk LOW", reasons, grantable: true };
  const grants = about(subject.grants).filter((r) => r.upTo === undefined || higher(r.upTo, risk) === r.upTo);
  const allowing = targets.map((t) => allowedBy([...about(rules.allow), ...grants], kind, t));
  return allowing.every((r) => r !== null)
    ? { verdict: "allow", by: named(allowing.flat(), grants), reasons, grantable: true }
    : { verdict: "ask", by: `risk ${risk}`, reasons, grantable: true };
}

function deny(by: string, reasons: string[]): Decision {
  return { verdict: "deny", by, reasons, grantable: false };
}

function named(rules: readonly Rule[], grants: readonly Rule[]): string {
  return [...new Set(rules)].map((r) => `${grants.includes(r) ? "grant" : "rule allow"} ${r.text}`).join(", ");
}

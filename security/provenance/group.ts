/** When one answer of a person covers more than one call. Pure. */
import { isBelow, leavesOf } from "./leaves.ts";
import type { ProvenanceDecision } from "./decide_provenance.ts";
import type { Heard } from "./origin.ts";

/** Calls that one question puts before a person at most: more than these nobody reads. */
export const MOST_AT_ONCE = 8;

/** A call whose answer may cover others. */
export type ScopeSubject = {
  agent: string;
  tool: string;
  args: unknown;
  decisive: readonly string[] | null;
  decision: Pick<ProvenanceDecision, "effects">;
};

/**
 * A yes that also covers further changes of the very same thing, by the same agent with the same tool, for the rest of the
 * turn and only while nothing untrusted is heard but what these calls say themselves.
 */
export type Scope = {
  agent: string;
  tool: string;
  /** The decisive arguments, exactly. */
  place: string;
  question: string;
  /** What had been heard when the person said yes. */
  heard: readonly Heard[];
  /** What the calls of this scope answered since. */
  own: Heard[];
};

/** The scope of a yes to `subject`, or null: only a pure `change` of a place that the arguments name has one. */
export function openScope(subject: ScopeSubject, given: { question: string; heard: readonly Heard[] }): Scope | null {
  const { effects } = subject.decision;
  const place = placeOfCall(subject);
  if (place === null || effects.length !== 1 || effects[0] !== "change") return null;
  return { agent: subject.agent, tool: subject.tool, place, question: given.question, heard: given.heard, own: [] };
}

/** True if `scope` covers the call now that `heard` is all that was heard. */
export function covers(scope: Scope, subject: ScopeSubject, heard: readonly Heard[]): boolean {
  const { effects } = subject.decision;
  if (scope.agent !== subject.agent || scope.tool !== subject.tool || scope.place !== placeOfCall(subject)) {
    return false;
  }
  if (effects.length !== 1 || effects[0] !== "change") return false;
  return heard.every((h) => scope.heard.includes(h) || scope.own.includes(h));
}

function placeOfCall({ args, decisive }: ScopeSubject): string | null {
  const leaves = leavesOf(args).leaves.filter((l) => decisive === null || isBelow(l.path, decisive));
  const text = leaves.filter((l) => l.value !== "" && typeof l.value !== "boolean");
  return decisive === null || text.length === 0 ? null : JSON.stringify(leaves.map((l) => [l.path, l.value]));
}

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
 * A yes that also covers, by the same agent with the same tool until the owner says something else: further changes of the
 * very same place, or the very same line run again. Naming a place in words would do the same.
 */
export type Scope = {
  agent: string;
  tool: string;
  /** The decisive arguments exactly; of what runs words, all arguments. */
  place: string;
  question: string;
  /** Lines of the owner's that had been heard when the person said yes. */
  turn: number;
};

/** The scope of a yes to `subject`, or null: what sends, pays, grants, deletes or persists has none. */
export function openScope(subject: ScopeSubject, given: { question: string; heard: readonly Heard[] }): Scope | null {
  const place = placeOfCall(subject);
  if (place === null) return null;
  return { agent: subject.agent, tool: subject.tool, place, question: given.question, turn: turnOf(given.heard) };
}

/** True if `scope` covers the call now that `heard` is all that was heard. */
export function covers(scope: Scope, subject: ScopeSubject, heard: readonly Heard[]): boolean {
  return scope.agent === subject.agent && scope.tool === subject.tool && scope.place === placeOfCall(subject) &&
    scope.turn === turnOf(heard);
}

function turnOf(heard: readonly Heard[]): number {
  return heard.filter((h) => h.origin.kind === "owner").length;
}

function placeOfCall({ args, decisive, decision: { effects } }: ScopeSubject): string | null {
  const runs = effects.every((e) => e === "run" || e === "change") && effects.includes("run");
  if (!runs && (effects.length !== 1 || effects[0] !== "change")) return null;
  const { leaves, tooMuch } = leavesOf(args);
  if (tooMuch) return null;
  const counted = leaves.filter((l) => runs || (decisive !== null && isBelow(l.path, decisive)));
  const text = counted.filter((l) => l.value !== "" && typeof l.value !== "boolean");
  return text.length === 0 ? null : JSON.stringify([effects, counted.map((l) => [l.path, l.value])]);
}

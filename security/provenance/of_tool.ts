/** What a tool of this house says of a call, as the decision reads it. Pure. */
import type { AnyTool } from "../tool.ts";
import type { ProvenanceCall } from "./decide_provenance.ts";
import type { Effect, Origin } from "./origin.ts";

const WORST: readonly Effect[] = ["send", "change", "run"];

/** The call of `tool` with parsed `args`. A tool that says nothing of its effects and changes things is held for the worst. */
export function callOfTool(tool: AnyTool, args: unknown): ProvenanceCall {
  const stated = tool.effects?.(args) ?? (!tool.readOnly ? WORST : tool.needs.net === true ? ["send" as const] : []);
  return {
    tool: tool.name,
    args,
    effects: stated,
    decisive: tool.decisive ?? null,
    readsOnly: tool.needs.run !== "none" && stated.length === 0,
  };
}

/**
 * Whose words the result of a call holds; null = nobody's. A failure at files says what was found there, in words that may be
 * anybody's: names of files, where a link leads.
 */
export function originOfResult(tool: AnyTool, args: unknown, isError: boolean): Origin | null {
  const worst = { kind: "tool" as const, name: tool.name };
  const said = tool.yields === undefined ? worst : tool.yields(args);
  if (said === null) return isError && tool.needs.files !== "none" ? worst : null;
  return { kind: said.kind, name: said.name.slice(0, 500) };
}

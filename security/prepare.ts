/** A call made ready to be put before a person: its state bound, its effect shown, its words traced. */
import type { ToolCall } from "../node/chat.ts";
import { alwaysPattern } from "./always.ts";
import type { ApprovalRequest } from "./approval.ts";
import type { Judged } from "./judge.ts";
import type { Problem } from "./read_call.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { Preview } from "./tool.ts";

export type Prepared = {
  request: ApprovalRequest;
  /** The state of what it acts on, as the tool binds it. */
  bound: string | null;
};

const CRITICAL_MS = 30_000;

/** `sandbox` only reads. A HIGH or CRITICAL call whose effect cannot be shown is a `Problem`: nobody is asked blindly. */
export async function prepare(
  { call, context, judged }: { call: ToolCall; context: { session: string; agent: string }; judged: Judged },
  { sandbox, approvalMs, criticalMs, scrub }: {
    sandbox: Sandbox;
    approvalMs: number;
    criticalMs?: number;
    scrub(text: string): string;
  },
  signal: AbortSignal,
): Promise<Prepared | Problem> {
  const { tool, args, kind, targets, risk, decision, origin } = judged;
  const reasons = [...decision.reasons];
  let bound: string | null;
  try {
    bound = await tool.bind?.(args, sandbox, signal) ?? null;
  } catch (error) {
    return { problem: `Cannot prepare ${tool.name}: ${messageOf(error)}`, by: "a call that cannot be prepared" };
  }
  let preview: Preview | null = null;
  try {
    const shown = await tool.preview?.(judged.use?.args ?? args, sandbox, signal) ?? null;
    preview = shown === null ? null : { ...shown, text: scrub(shown.text) };
  } catch (error) {
    if (risk === "HIGH" || risk === "CRITICAL") {
      return { problem: `Refused: what it would do cannot be shown: ${messageOf(error)}`, by: "no preview" };
    }
    reasons.push(`what it would do cannot be shown: ${messageOf(error)}`);
  }
  const request: ApprovalRequest = {
    callId: call.id,
    session: context.session,
    agent: context.agent,
    tool: tool.name,
    args,
    risk,
    reasons,
    preview,
    effects: origin.effects,
    words: origin.tainted ? origin.words : [],
    always: decision.grantable ? alwaysPattern(tool.name, kind, { targets, risk }) : null,
    expiresInMs: risk === "CRITICAL" ? criticalMs ?? Math.min(CRITICAL_MS, approvalMs) : approvalMs,
    bound,
  };
  return { request, bound };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 2000) : "it failed without saying why";
}

/** What the audit log keeps of an answer. Pure. */
import { createHash } from "node:crypto";
import type { ApprovalAnswer, ApprovalRequest } from "./approval.ts";
import type { AuditEntry } from "./audit/record.ts";
import type { Scrub } from "./secrets/scrub.ts";

const AT_TERMINAL = "person at terminal";

/** Who gave `answer`, as the log names them. */
export function giver({ by }: ApprovalAnswer): string {
  return by ?? AT_TERMINAL;
}

/** The record of `answer` to `request`: who, where, and a hash of what they were shown. */
export function decisionOn(request: ApprovalRequest, answer: ApprovalAnswer, scrub: Scrub): AuditEntry {
  const { callId, session, agent, tool } = request;
  return {
    kind: "decision",
    callId,
    session,
    agent,
    tool,
    answer: answer.answer,
    by: scrub.text(answer.answer === "silence" ? answer.why : giver(answer)),
    where: answer.where ?? "terminal",
    shownSha256: answer.shownSha256 ?? createHash("sha256").update(JSON.stringify(request)).digest("hex"),
  };
}

/** A running program touches a file that nothing has settled: the same rules decide, and the same person, as before a call. */
import type { ApprovalAnswer, ApprovalRequest } from "./approval.ts";
import { type Asking, askPerson } from "./ask_person.ts";
import { AS_TOOLS } from "./path_rules.ts";
import { decide } from "./policy.ts";
import { secretPath } from "./risk/secret_path.ts";
import type { RuleSet } from "./rules.ts";
import { mountedAt } from "./sandbox/folder.ts";
import type { RunEdge, RunQuestion, RunReply } from "./sandbox/grant.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";

export type RunQuestionParts = Asking & {
  rules: RuleSet;
  sandbox: Pick<Sandbox, "powers">;
  approvalMs: number;
  /** Records what was answered. Throws if that cannot be recorded: then the answer does not count. */
  decided(request: ApprovalRequest, answer: ApprovalAnswer): Promise<void>;
  /** The call whose program asks. */
  about: { callId: string; session: string; agent: string; tool: string };
};

/** Things that one call puts before a person while it runs. */
const MOST = 16;
/** The longest that a running program waits for one answer, milliseconds: it holds its place among the runs meanwhile. */
const LONGEST_MS = 300_000;

const no = (reason: string): RunReply => ({ allow: false, reason });

/** The path of `real` in the workspace, or null if it lies outside. */
function inFolder(real: string, folder: string): string | null {
  const at = mountedAt(folder);
  return real === at ? "." : real.startsWith(`${at}/`) ? real.slice(at.length + 1) : null;
}

/**
 * Answers the questions of one call's runs, each under a name of its own (`CALL#1`): a yes to one is no yes to the call. Only
 * reading and writing files is ever put before a person; silence is no.
 */
export function runQuestions(parts: RunQuestionParts): RunEdge["question"] {
  const count = { asked: 0 };
  return async ({ permission, real }: RunQuestion, signal) => {
    if ((permission !== "read" && permission !== "write") || real === null) return no("only files can be asked for");
    const { folder } = await parts.sandbox.powers(signal);
    const path = inFolder(real, folder.path);
    if (path === null) return no("it lies outside of the workspace");
    const secret = secretPath(path);
    const risk = secret === null ? "MEDIUM" : "HIGH";
    const reasons = [
      `the running code wants to ${permission} ${path} for the first time`,
      ...secret === null ? [] : [secret],
    ];
    const decisions = AS_TOOLS[permission].map((tool) =>
      decide({ tool, kind: "path", targets: [path], risk, reasons, grants: [] }, parts.rules)
    );
    const denied = decisions.find(({ verdict }) => verdict === "deny");
    if (denied) return no(denied.reasons.join("; "));
    const asked = decisions.find(({ verdict }) => verdict === "ask");
    if (asked !== undefined && count.asked >= MOST) return no("this call has asked for too many things already");
    if (asked === undefined) return { allow: true, reason: decisions.map(({ by }) => by).join(", ") };
    const request: ApprovalRequest = {
      ...parts.about,
      callId: `${parts.about.callId}#${++count.asked}`,
      args: { [permission]: path },
      risk,
      reasons: asked.reasons,
      preview: null,
      effects: [],
      words: [],
      always: null,
      expiresInMs: Math.min(LONGEST_MS, parts.approvalMs),
      live: true,
    };
    const answer = await askPerson(request, parts, signal);
    if (answer.recorded !== true) await parts.decided(request, answer);
    switch (answer.answer) {
      case "once":
        if (answer.use !== undefined && !await answer.use()) return no("the approval cannot be used any more");
        return { allow: true, reason: `${answer.by ?? "the person"} said yes` };
      case "no":
        return no(`the person said no${answer.message ? `: ${answer.message.slice(0, 500)}` : ""}`);
      case "silence":
        return no(`${answer.why}, and silence is no`);
      default:
        return no("the answer was neither yes nor no");
    }
  };
}

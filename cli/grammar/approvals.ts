import type { Command } from "commander";
import { addVerb, group } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addApprovals(root: Command, { io }: Outside, done: Done): void {
  const approvals = group(root, "approvals", "What waits for an approval");
  const run = async (verb: string, args: Args) =>
    await (await import("../commands/approvals.ts")).approvalsCommand(verb, args, io);
  const answer = { answer: run, done };
  addVerb(approvals, "list", "What waits", answer).option("--all", "settled ones too");
  addVerb(approvals, "show <id>", "One call, whole", answer);
  addVerb(approvals, "approve <id>", "Allow this call, once", answer)
    .option("--always", "and what is like it, in its session")
    .option("--lasting", "and what is like it, until it is revoked")
    .option("--yes-critical", "without typing the id of a CRITICAL call");
  addVerb(approvals, "deny <id>", "Refuse this call", answer).option("-m, --message <text>", "say why");
  addVerb(
    approvals,
    "edit <id> <arguments...>",
    "Put other arguments (JSON) in its place; they are decided anew",
    answer,
  );
}

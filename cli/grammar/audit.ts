import type { Command } from "commander";
import { addVerb, group, wholeNumber } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addAudit(root: Command, { io, load }: Outside, done: Done): void {
  const audit = group(root, "audit", "What was done");
  const answer = { answer: async (verb: string, args: Args) => await (await load()).audit(verb, args, io), done };
  addVerb(audit, "list", "What was done, newest last", answer).option("--session <id>", "of this session")
    .option("--tool <name>", "of this tool").option("--kind <kind>", "intent, outcome, refusal, decision or edge")
    .option("--denied", "what was not let happen, and why").option("--call <id>", "of this call").option(
      "--since <time>",
      "not before this time",
    )
    .option("-n, --limit <count>", "at most so many, 0 is all", wholeNumber);
  addVerb(audit, "show <id>", "One record by its number, or all of a call by its id", answer);
  addVerb(audit, "stats", "Counts and times by tool", answer);
  addVerb(audit, "export", "All records", answer).option("--format <format>", "json or csv", "json");
  addVerb(audit, "verify", "Check that no record was changed, cut or reordered", answer);
}

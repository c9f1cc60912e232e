import type { Command } from "commander";
import { addVerb, group } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addRules(root: Command, { io, load }: Outside, done: Done): void {
  const rules = group(root, "rules", "Rules for tools");
  const answer = { answer: async (verb: string, args: Args) => await (await load()).rules(verb, args, io), done };
  addVerb(rules, "list", "The rules that hold, in the order they are asked", answer);
  addVerb(rules, "revoke <id>", "Take back what was answered by always", answer);
  addVerb(rules, "explain <tool> <args>", "What would become of a call, and why; args are JSON", answer)
    .option("--said <words>", "as if you had said this before").option("--read <words>", "as if this had been read");
  addVerb(rules, "test <file>", "Cases in YAML or JSON; 1 if one is decided otherwise than it expects", answer);
  addVerb(rules, "score <paths...>", "What the policy stops and what it asks, on recorded runs", {
    ...answer,
    // Joined by spaces, two names would be one.
    answer: async (verb, args) => await answer.answer(verb, { ...args, paths: JSON.stringify(named(rules, verb)) }),
  }).option("--misses", "list the attacks that pass").option("--prompts", "list the honest calls that ask");
  addVerb(rules, "replay <session>", "Calls of a session, or of a file of its export, decided again", answer);
}

/** The words after the verb, each by itself. */
function named(group: Command, verb: string): string[] {
  return group.commands.find((one) => one.name() === verb)!.processedArgs.flat();
}

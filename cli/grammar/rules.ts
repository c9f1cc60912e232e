import type { Command } from "commander";
import { addVerb, group } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addRules(root: Command, { io, load }: Outside, done: Done): void {
  const rules = group(root, "rules", "Rules for tools");
  const answer = { answer: async (verb: string, args: Args) => await (await load()).rules(verb, args, io), done };
  addVerb(rules, "list", "The rules that hold, in the order they are asked", answer);
  addVerb(rules, "revoke <id>", "Take back what was answered by always", answer);
}

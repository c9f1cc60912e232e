import type { Command } from "commander";
import { addVerb, group } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addModels(root: Command, { io, load }: Outside, done: Done): void {
  const models = group(root, "models", "Models");
  const answer = { answer: async (verb: string, args: Args) => await (await load()).models(verb, args, io), done };
  addVerb(models, "list", "The models that are there, and where", answer);
}

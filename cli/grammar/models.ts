import type { Command } from "commander";
import { addVerb, group } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addModels(root: Command, { io, load }: Outside, done: Done): void {
  const models = group(root, "models", "Models");
  const answer = { answer: async (verb: string, args: Args) => await (await load()).models(verb, args, io), done };
  addVerb(models, "list", "The models that are there, where, and what was measured of them", answer);
  addVerb(models, "ps", "The models that are in memory now", answer);
  addVerb(models, "test <model>", "What a model can do with tools: 20 small tasks in a folder of their own", answer);
}

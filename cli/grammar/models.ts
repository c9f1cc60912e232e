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
  addVerb(models, "show [name]", "A model that was fetched or can be: source, licence, size, hash", {
    answer: async (_verb, args) => await (await import("../commands/models_show.ts")).modelsShow(args, io),
    done,
  });
  addVerb(
    models,
    "pull [name]",
    "Fetch a model: a name of the catalogue, OWNER/REPO[:QUANT], a URL, NAME:TAG of Ollama; or engine, which runs them",
    {
      answer: async (_verb, args) => await (await import("../commands/models_pull.ts")).modelsPull(args, io),
      done,
    },
  ).option("-y, --yes", "agree to the offer").option("--sha256 <hash>", "what its SHA-256 must be")
    .option("--unverified", "take it though nothing says what its hash must be").option("--as <name>", "its name here");
  addVerb(models, "rm <name>", "Remove a model that was fetched", {
    answer: async (_verb, args) => await (await import("../commands/models_rm.ts")).modelsRm(args, io),
    done,
  });
}

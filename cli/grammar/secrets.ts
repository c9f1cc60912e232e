import type { Command } from "commander";
import { addVerb, group } from "./group.ts";
import type { Done, Outside } from "./outside.ts";

export function addSecrets(root: Command, { io }: Outside, done: Done): void {
  const secrets = group(root, "secrets", "Secrets");
  addVerb(
    secrets,
    "scan [path]",
    "Find secrets in the folder's files, or in its Git history; tells where, never what",
    {
      answer: async (_verb, args) => await (await import("../commands/secrets_scan.ts")).secretsScan(args, io),
      done,
    },
  ).option("--history", "all that Git holds, instead of the files")
    .option("--tracked", "only files that Git tracks")
    .option("--format <format>", "text, json or sarif")
    .option("--baseline <file>", "leave out what this earlier scan (its JSON) found");
}

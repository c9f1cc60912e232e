import type { Command } from "commander";
import { addVerb, group, wholeNumber } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

const HOW = "make the value: random (32 letters and digits), uuid, hex";

/** Each on a line of its own. */
const repeated = (text: string, before?: string) => before === undefined ? text : `${before}\n${text}`;

export function addSecrets(root: Command, { io }: Outside, done: Done): void {
  const secrets = group(root, "secrets", "Passwords and keys that tools may use and no model sees");
  const run = async (verb: string, args: Args) =>
    await (await import("../commands/secrets.ts")).secretsCommand(verb, args, io);
  const answer = { answer: run, done };
  addVerb(secrets, "list", "Names, where they are kept and where they may go; never a value", answer)
    .option("--due", "only those that should be replaced");
  addVerb(secrets, "add <name...>", "Keep a secret; the value is asked for, or read from standard input", answer)
    .option("--bind <binding>", "host=…,header=…[,method=GET+POST][,path=/v1/*]; may stand there again", repeated)
    .option("--generate <how>", HOW)
    .option("--days <count>", "replace it after so many days", wholeNumber)
    .option("--store <store>", "keep it there");
  addVerb(secrets, "get <name...>", "What is known of a secret", answer)
    .option("--show", "print its value; the audit log keeps that you did")
    .option("--previous", "the value before the last rotation");
  addVerb(secrets, "rm <name...>", "Delete a secret", answer)
    .option("--store <store>", "from there");
  addVerb(secrets, "import [file]", "Take secrets over from standard input or another store", answer)
    .option("--format <format>", "of standard input: dotenv or json")
    .option("--from <store>", "from there instead")
    .option("--store <store>", "keep them there")
    .option("--replace", "also where the name is taken");
  addVerb(secrets, "rotate [name...]", "Replace a value; without a name, what is due", answer)
    .option("--generate <how>", HOW)
    .option("--forget", "only drop the value before the last rotation");
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

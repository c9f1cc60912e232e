import type { Command } from "commander";
import { addVerb, group, wholeNumber } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addMemory(root: Command, { io }: Outside, done: Done): void {
  const memory = group(root, "memory", "What was asked to be remembered");
  const run = async (verb: string, args: Args) =>
    await (await import("../commands/memory.ts")).memoryCommand(verb, args, io);
  const answer = { answer: run, done };
  addVerb(memory, "list", "What is kept, newest first", answer)
    .option("-n, --limit <count>", "at most so many, 0 is all", wholeNumber);
  addVerb(memory, "show <id>", "One fact, whole, and where it came from", answer);
  addVerb(memory, "add <text...>", "Keep a fact", answer);
  addVerb(memory, "rm <id>", "Delete a fact for good", answer);
  addVerb(memory, "search <words...>", "Find words in what is kept", answer)
    .option("-n, --limit <count>", "at most so many, 0 is all", wholeNumber);
}

import type { Command } from "commander";
import { addVerb, group, wholeNumber } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addSessions(root: Command, { io, load }: Outside, done: Done): void {
  const sessions = group(root, "sessions", "What was said");
  const answer = { answer: async (verb: string, args: Args) => await (await load()).sessions(verb, args, io), done };
  addVerb(sessions, "list", "The sessions, newest first", answer)
    .option("-n, --limit <count>", "at most so many, 0 is all", wholeNumber);
  addVerb(sessions, "show <id>", "One session, whole", answer);
  addVerb(sessions, "rm <id>", "Delete a session for good", answer);
  addVerb(sessions, "rename <id> <title>", "Give a session another title", answer);
  addVerb(sessions, "search <words...>", "Find words in all sessions", answer)
    .option("-n, --limit <count>", "most", wholeNumber);
  addVerb(sessions, "branch <id>", "A session that goes on from a place in another", answer)
    .option("--at <message>", "the last of your messages that it keeps, 0 for none", wholeNumber);
  addVerb(sessions, "export <id>", "A session as a file, to standard output unless told", answer)
    .option("--format <format>", "md, html, or complete: json, jsonl")
    .option("-o, --output <file>", "write there, readable by you alone").option("--force", "replace the file");
  addVerb(sessions, "cost <id>", "Tokens and time by model and message", answer)
    .option("-n, --limit <count>", "the last so many messages", wholeNumber);
}

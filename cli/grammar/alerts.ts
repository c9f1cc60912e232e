import type { Command } from "commander";
import { addVerb, group } from "./group.ts";
import type { Args } from "../talk.ts";
import type { Done, Outside } from "./outside.ts";

export function addAlerts(root: Command, { io }: Outside, done: Done): void {
  const alerts = group(root, "alerts", "Who is told of what was done");
  const run = async (verb: string, args: Args) =>
    await (await import("../commands/alerts.ts")).alertsCommand(verb, args, io);
  const answer = { answer: run, done };
  addVerb(alerts, "list", "What is told, to whom, and how far each has it", answer);
  addVerb(alerts, "test", "Send a test to every channel", answer);
  addVerb(alerts, "send", "Send now what waits", answer);
}

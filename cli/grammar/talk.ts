import type { Command } from "commander";
import type { Done, Outside } from "./outside.ts";

const repeated = (value: string, before: string[] = []) => [...before, value];

export function addTalk(root: Command, { io, load, debug }: Outside, done: Done): void {
  root.command("chat").description("Talk to the assistant in this folder")
    .option("--resume [session]", "continue a session, the last one unless it is named")
    .option("-m, --model <name>", "model to use instead of the configured one")
    .option("--folder <directory>", "folder to work in instead of this one")
    .option("--debug", "show stacks of errors")
    .action(async (options) => {
      const { chat } = await import("../commands/chat.ts");
      done(await chat({ ...options, debug }, io, await load()));
    });
  root.command("ask").description("One question, one answer; piped input is context")
    .argument("[question...]", "the question; may be left out with --resume")
    .option("--allow <tool:pattern>", "allow these calls in advance; may be repeated", repeated)
    .option("--image <file>", "show a picture of the folder, or - for one that is piped in; may be repeated", repeated)
    .option("-m, --model <name>", "model to use instead of the configured one")
    .option("--folder <directory>", "folder to work in instead of this one")
    .option("--resume [session]", "continue a session, the last one unless it is named")
    .option("--wait", "without a terminal: wait for approvals instead of leaving with 3")
    .option("--refuse", "without a terminal: refuse what needs approval, and go on")
    .option("--events", "every event as a line of JSON, once it is kept")
    .option("--json", "one JSON object instead of text")
    .option("--debug", "show stacks of errors")
    .action(async (words: string[], options) => {
      const { ask } = await import("../commands/ask.ts");
      done(await ask(words.join(" "), options, io, await load()));
    });
}

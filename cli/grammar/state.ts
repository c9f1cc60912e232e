import type { Command } from "commander";
import type { Done, Outside } from "./outside.ts";

export function addState(root: Command, { io }: Outside, done: Done): void {
  const add = (name: string, text: string) =>
    root.command(name).description(text).allowExcessArguments(false).option("--json", "print data as JSON")
      .option("--debug", "show stacks");
  add("backup <file>", "Write sessions, audit log, memory and settings to one file")
    .option("--encrypt", "with a passphrase, in the age format").option("--models", "models too")
    .option("--force", "replace FILE; back up an audit log that is not whole")
    .action(async (file, options) => done(await (await import("../commands/backup.ts")).backup(file, options, io)));
  add("restore <file>", "Put back what a backup holds")
    .option("--force", "over a state that is there; the old files are kept aside")
    .action(async (file, options) => done(await (await import("../commands/backup.ts")).restore(file, options, io)));
}

import type { Command } from "commander";
import { wholeNumber } from "./group.ts";
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
  add("logs", "What harombe noted of itself: failures, never what was said")
    .option("-f, --follow", "go on with what comes").option(
      "-n, --limit <count>",
      "the last so many, 0 is all",
      wholeNumber,
    )
    .option("--level <level>", "error, warning or info; that and graver", "info")
    .action(async (options) => done(await (await import("../commands/logs.ts")).logs(options, io)));
  add("uninstall", "Show what harombe has put on this machine, and after a yes remove it")
    .option("--yes", "without asking").option("--keep-data", "leave sessions, memory, settings and the audit log")
    .action(async (options) => done(await (await import("../commands/uninstall.ts")).uninstall(options, io)));
  // The launcher answers it before this process starts, for it must start the new file once.
  add("update [from]", "Replace this harombe by a newer one: the folder of a release, or its address")
    .option("--sha256 <hex>", "the checksum of its manifest that you were given").option(
      "--check",
      "say what would be done",
    )
    .option("--rollback", "back to the version before").option("--force", "an older version too")
    .action(async () => {
      const { unavailable } = await import("../failure.ts");
      throw unavailable("no launcher started this process; start `update` by the harombe file");
    });
}

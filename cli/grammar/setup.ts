import type { Command } from "commander";
import type { Done, Outside } from "./outside.ts";

/** What there is, and how to begin. */
export function addSetup(root: Command, { io }: Outside, done: Done): void {
  root.command("status").description("What there is on this machine now")
    .option("--hardware", "GPUs, processor, memory, disks, battery, and the size of model that fits")
    .option("--json", "print data as JSON").option("--debug", "show stacks").action(async (options) => {
      const { status } = await import("../commands/status.ts");
      done(await status(options, io));
    });
  root.command("init").description("Choose a model for this machine and write the configuration")
    .option("-y, --yes", "take the defaults, ask nothing, download nothing")
    .option("-f, --force", "replace the configuration that is there; a copy of it is kept")
    .option("-m, --model <name>", "this model, instead of the one that would be chosen")
    .option("--debug", "show stacks").action(async (options) => {
      const { init } = await import("../commands/init.ts");
      done(await init(options, io));
    });
  root.command("connect").description("Use the model server at an address, once it has answered")
    .argument("<address>", "such as http://box:11434 or 192.168.1.5:8080")
    .option("--json", "print data as JSON").option("--debug", "show stacks").action(async (address, options) => {
      const { connect } = await import("../commands/connect.ts");
      done(await connect(address, options, io));
    });
}

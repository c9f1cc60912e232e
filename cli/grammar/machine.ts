import type { Command } from "commander";
import { unavailable } from "../failure.ts";
import type { Done, Outside } from "./outside.ts";

export function addMachine(root: Command, { io, load }: Outside, done: Done): void {
  root.command("doctor").description("What this machine can confine, and what is not defended")
    .option("--sandbox", "try from inside whether each sandbox of this machine holds")
    .option("--json", "print data as JSON").option("--debug", "show stacks").action(async (options) => {
      if (options.sandbox) return done(await (await import("../doctor/sandbox.ts")).doctorSandbox(options, io));
      const { doctor } = await import("../commands/doctor.ts");
      done(await doctor(options, io, await load()));
    });
  root.command("version").description("The version").option("--json", "with the versions it runs on")
    .option("--licenses", "the licences of what harombe contains").option("--debug", "show stacks")
    .action(async (options) => {
      const { versionText } = await import("../commands/version.ts");
      // The forms that hold the texts print them before the program starts.
      if (options.licenses) {
        throw unavailable("install the portable file or the npm package; they hold the licence texts");
      }
      io.stdout.write(versionText(options.json === true));
      done(0);
    });
  root.command("serve").alias("start").description("Serve this machine's API on 127.0.0.1 until it is stopped")
    .option("--port <number>", "port to listen on instead of server.port").option("--host <address>", "127.0.0.1 alone")
    .option("--debug", "show stacks").action(async (options) => {
      const { serveCommand } = await import("../commands/serve.ts");
      done(await serveCommand(options, io));
    });
  root.command("node", { hidden: true }).allowUnknownOption().allowExcessArguments().action(() => {
    throw unavailable("harombe node is not in this version yet");
  });
}

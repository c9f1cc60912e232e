import type { Command } from "commander";
import { group } from "./group.ts";
import type { Done, Outside } from "./outside.ts";

export function addConfig(root: Command, { io }: Outside, done: Done): void {
  const config = group(root, "config", "Settings");
  const actions = () => import("../commands/config.ts");
  const add = (name: string, text: string) =>
    config.command(name).description(text).allowExcessArguments(false).option("--debug", "show stacks");
  add("show", "The settings that hold and where each comes from; secrets stay hidden")
    .option("--json", "print data as JSON").action(async (options) => done(await (await actions()).show(options, io)));
  add("validate", "Check the file and the variables").option("--json", "print data as JSON")
    .action(async (options) => done(await (await actions()).validate(options, io)));
  add("schema", "The JSON Schema of the file").option("--json", "it always is JSON")
    .action(async () => done((await actions()).schema(io)));
  add("set <name> <value>", "Change one setting; the value - is read from standard input")
    .action(async (name, value) => done(await (await actions()).set(name, value, io)));
}

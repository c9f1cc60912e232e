/** Things with verbs: `sessions list`, `models pull`. */
import type { Command } from "commander";
import { nearest } from "../../security/nearest.ts";
import { EXIT, Exit, short } from "../failure.ts";
import type { Args } from "../talk.ts";
import type { Done } from "./outside.ts";

/** Answers `verb` with its arguments and options by name; the exit code. */
export type Answer = (verb: string, args: Args) => Promise<number>;

/** The group `name`. Without a verb, or with a wrong one, it throws `Exit` 2 that names the verbs. */
export function group(root: Command, name: string, text: string): Command {
  const command = root.command(name).description(text).helpCommand(false);
  command.action(() => {
    const verbs = command.commands.map((one) => one.name());
    const given = command.args[0];
    const near = given === undefined ? null : nearest(given, verbs);
    const what = given === undefined ? `${name} needs a verb` : `unknown verb '${short(given)}' for ${name}`;
    throw new Exit(EXIT.usage, `${what}${near ? `; did you mean '${near}'?` : `: ${verbs.join(", ")}`}`);
  }).allowExcessArguments();
  return command;
}

/** Adds the verb `name` (with its arguments, as `rm <id>`) to `of`; every verb knows --json and --debug. */
export function addVerb(of: Command, name: string, text: string, { answer, done }: { answer: Answer; done: Done }) {
  const [bare] = name.split(" ");
  return of.command(name).description(text).allowExcessArguments(false).option("--json", "print data as JSON")
    .option("--debug", "show stacks").action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const args: Args = command.opts();
      delete args.debug;
      for (const [at, one] of command.registeredArguments.entries()) {
        args[one.name()] = [command.processedArgs[at]].flat().join(" ");
      }
      done(await answer(bare, args));
    });
}

/** A count as typed. Throws `Exit` 2. */
export function wholeNumber(text: string): string {
  if (!/^\d{1,7}$/.test(text)) throw new Exit(EXIT.usage, `Cannot use as a count: ${short(text)}`);
  return text;
}

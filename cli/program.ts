/** The command line's grammar. Each action loads what it needs when it runs. */
import { Command, CommanderError } from "commander";
import { EXIT, Exit, short, unavailable } from "./failure.ts";
import type { Io } from "./io.ts";
import { nearest } from "../security/nearest.ts";
import type { Args, Wiring } from "./talk.ts";

const HELP = `Usage: harombe [command]

  (no command)         talk to the assistant, the same as chat; --resume continues the last session
  ask <question>       one answer on standard output; piped input is its context
  sessions|audit       what was said, what was done: list, show, search, verify …
  config|rules|models  show and change settings; rules for tools; models that are there
  doctor               what this machine can confine, and what is not defended
  completions <shell>  bash, zsh, fish, powershell
  version              --json for the parts

Every command knows --help, --json where it prints data, and --debug for stacks.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 needs approval, 4 unavailable, 130 interrupted.
`;

/** Loads the wiring; a test hands in its own. */
export type LoadWiring = () => Promise<Wiring>;

const loadWiring: LoadWiring = async () => (await import("./wiring.ts")).wiring;

/** Runs the command that `argv` (without the program's name) names; its exit code. Wrong usage throws `Exit` 2. */
export async function program(
  argv: readonly string[],
  io: Io,
  options: { debug?: boolean; load?: LoadWiring } = {},
): Promise<number> {
  const result = { code: 0 };
  const { debug = false, load = loadWiring } = options;
  const tree = commandTree({ io, load, debug }, (code) => result.code = code);
  if (argv[0] === "completions" || argv[0] === "complete") {
    const { addCompletions, BASH } = await import("./commands/completions.ts");
    if (argv[0] === "completions" && argv[1] === "bash" && argv.length === 2) {
      io.stdout.write(BASH);
      return 0;
    }
    addCompletions(tree);
  } else {
    tree.command("completions").description("Completions for a shell: bash, zsh, fish, powershell").argument("<shell>");
  }
  const words = withDefault(argv);
  const known = tree.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  if (!words[0].startsWith("-") && words[0] !== "help" && !known.includes(words[0])) {
    const near = nearest(words[0], known);
    throw new Exit(
      EXIT.usage,
      `unknown command '${short(words[0])}'${near ? `; did you mean '${near}'?` : "; see --help"}`,
    );
  }
  try {
    await tree.parseAsync(words, { from: "user" });
    return result.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === "commander.help") return error.exitCode === 0 ? 0 : EXIT.usage;
    const message = error.message.replace(/^error: /, "").replace(/\n\(Did you mean (.*)\?\)$/, "; did you mean $1?");
    throw new Exit(EXIT.usage, message, { cause: error });
  }
}

/** No command, or only options of `chat`, means `chat`. */
function withDefault(argv: readonly string[]): string[] {
  const [first] = argv;
  if (first === undefined) return ["chat"];
  return first.startsWith("-") && first !== "-h" && first !== "--help" ? ["chat", ...argv] : [...argv];
}

type Outside = { io: Io; load: LoadWiring; debug: boolean };

/** The tree alone. `done` hears the exit code of the action that ran. */
export function commandTree(outside: Outside, done: (code: number) => void): Command {
  const { io } = outside;
  const root = new Command("harombe").helpCommand(false).enablePositionalOptions();
  root.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: () => {},
    outputError: () => {},
  });
  root.helpInformation = () => HELP;
  addTalk(root, outside, done);
  addStored(root, outside, done);
  addConfig(root, outside, done);
  addMachine(root, outside, done);
  return root;
}

const repeated = (value: string, before: string[] = []) => [...before, value];

function addTalk(root: Command, { io, load, debug }: Outside, done: (code: number) => void): void {
  root.command("chat").description("Talk to the assistant in this folder")
    .option("--resume [session]", "continue a session, the last one unless it is named")
    .option("-m, --model <name>", "model to use instead of the configured one")
    .option("--folder <directory>", "folder to work in instead of this one")
    .option("--debug", "show stacks of errors")
    .action(async (options) => {
      const { chat } = await import("./commands/chat.ts");
      done(await chat({ ...options, debug }, io, await load()));
    });
  root.command("ask").description("One question, one answer; piped input is context")
    .argument("[question...]", "the question; may be left out with --resume")
    .option("--allow <tool:pattern>", "allow these calls in advance; may be repeated", repeated)
    .option("-m, --model <name>", "model to use instead of the configured one")
    .option("--folder <directory>", "folder to work in instead of this one")
    .option("--resume [session]", "continue a session, the last one unless it is named")
    .option("--events", "every event as a line of JSON, once it is kept")
    .option("--json", "one JSON object instead of text")
    .option("--debug", "show stacks of errors")
    .action(async (words: string[], options) => {
      const { ask } = await import("./commands/ask.ts");
      done(await ask(words.join(" "), options, io, await load()));
    });
}

function addStored(root: Command, { io, load }: Outside, done: (code: number) => void): void {
  const things = { sessions: "What was said", audit: "What was done", models: "Models", rules: "Rules for tools" };
  const groups = Object.entries(things).map(([name, text]) => [name, group(root, name, text)] as const);
  const { sessions, audit, models, rules } = Object.fromEntries(groups) as Record<keyof typeof things, Command>;
  const verb = (of: Command, name: string, text: string) => {
    const [bare] = name.split(" ");
    const thing = of.name() as keyof typeof things;
    return of.command(name).description(text).allowExcessArguments(false).option("--json", "print data as JSON").option(
      "--debug",
      "show stacks",
    )
      .action(async (...given: unknown[]) => {
        const command = given.at(-1) as Command;
        const args: Args = command.opts();
        delete args.debug;
        for (const [at, { name }] of command.registeredArguments.map((one) => ({ name: one.name() })).entries()) {
          args[name] = [command.processedArgs[at]].flat().join(" ");
        }
        done(await (await load())[thing](bare, args, io));
      });
  };
  verb(sessions, "list", "The sessions, newest first").option(
    "-n, --limit <count>",
    "at most so many, 0 is all",
    wholeNumber,
  );
  verb(sessions, "show <id>", "One session, whole");
  verb(sessions, "rm <id>", "Delete a session for good");
  verb(sessions, "rename <id> <title>", "Give a session another title");
  verb(sessions, "search <words...>", "Find words in all sessions").option("-n, --limit <count>", "most", wholeNumber);
  verb(audit, "list", "What was done, newest last").option("--session <id>", "of this session")
    .option("--tool <name>", "of this tool").option("--kind <kind>", "intent, outcome or refusal")
    .option("--call <id>", "of this call").option("--since <time>", "not before this time")
    .option("-n, --limit <count>", "at most so many, 0 is all", wholeNumber);
  verb(audit, "show <id>", "One record by its number, or all of a call by its id");
  verb(audit, "stats", "Counts and times by tool");
  verb(audit, "export", "All records").option("--format <format>", "json or csv", "json");
  verb(audit, "verify", "Check that no record was changed, cut or reordered");
  verb(models, "list", "The models that are there, and where");
  verb(rules, "list", "The rules that hold, in the order they are asked");
}

function addConfig(root: Command, { io }: Outside, done: (code: number) => void): void {
  const config = group(root, "config", "Settings");
  const actions = () => import("./commands/config.ts");
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

function addMachine(root: Command, { io, load }: Outside, done: (code: number) => void): void {
  root.command("doctor").description("What this machine can confine, and what is not defended")
    .option("--json", "print data as JSON").option("--debug", "show stacks").action(async (options) => {
      const { doctor } = await import("./commands/doctor.ts");
      done(await doctor(options, io, await load()));
    });
  root.command("version").description("The version").option("--json", "with the versions it runs on")
    .option("--debug", "show stacks").action(async (options) => {
      const { versionText } = await import("./commands/version.ts");
      io.stdout.write(versionText(options.json === true));
      done(0);
    });
  for (const [name, alias] of [["serve", "start"], ["node", null]] as const) {
    const command = root.command(name, { hidden: true }).allowUnknownOption().allowExcessArguments().action(() => {
      throw unavailable(`harombe ${name} is not in this version yet`);
    });
    if (alias) command.alias(alias);
  }
}

function group(root: Command, name: string, text: string): Command {
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

function wholeNumber(text: string): string {
  if (!/^\d{1,7}$/.test(text)) throw new Exit(EXIT.usage, `Cannot use as a count: ${short(text)}`);
  return text;
}

/** The command line's grammar. Each action loads what it needs when it runs. */
import { Command, CommanderError } from "commander";
import { nearest } from "../security/nearest.ts";
import { EXIT, Exit, short } from "./failure.ts";
import { addAlerts } from "./grammar/alerts.ts";
import { addApprovals } from "./grammar/approvals.ts";
import { addAudit } from "./grammar/audit.ts";
import { addConfig } from "./grammar/config.ts";
import { addMachine } from "./grammar/machine.ts";
import { addMemory } from "./grammar/memory.ts";
import { addModels } from "./grammar/models.ts";
import type { Done, LoadWiring, Outside } from "./grammar/outside.ts";
import { addRecipes } from "./grammar/recipes.ts";
import { addRules } from "./grammar/rules.ts";
import { addSecrets } from "./grammar/secrets.ts";
import { addState } from "./grammar/state.ts";
import { addSessions } from "./grammar/sessions.ts";
import { addSetup } from "./grammar/setup.ts";
import { addTalk } from "./grammar/talk.ts";
import type { Io } from "./io.ts";
import { finishCutRestore, stateFrom } from "./state/directory.ts";

const HELP = `Usage: harombe [command]

  (no command), chat     talk to the assistant; --resume goes on with a session
  ask <question>         one answer on standard output; piped input is context
  sessions|memory|audit  what was said, is remembered, was done: list, show …
  recipes|approvals      runs made again without a model; what waits for a yes
  init|connect|models    choose a model; one at an address; pull, test, rm …
  config|rules|secrets   settings; what is allowed; passwords and keys
  serve|alerts           approvals over HTTP; who is told of what was done
  status|doctor|logs     what there is; what is confined; what went wrong
  backup|restore         all of it in one file, and back; update, uninstall
  completions|version    for bash, zsh, fish, powershell; the version

Every command knows --help and --debug, and --json where it prints data.
Exit: 0 done, 1 failed, 2 usage, 3 needs approval, 4 unavailable, 130 stopped.
`;

/** Every command, in the order that help and completions know them. */
const GRAMMAR = [
  addTalk,
  addSessions,
  addRecipes,
  addMemory,
  addAudit,
  addAlerts,
  addApprovals,
  addModels,
  addRules,
  addSecrets,
  addConfig,
  addState,
  addMachine,
  addSetup,
];

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
  const directory = stateFrom(io.env);
  if (directory !== null) await finishCutRestore(directory);
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

/** The tree alone. `done` hears the exit code of the action that ran. */
function commandTree(outside: Outside, done: Done): Command {
  const { io } = outside;
  const root = new Command("harombe").helpCommand(false).enablePositionalOptions();
  root.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: () => {},
    outputError: () => {},
  });
  root.helpInformation = () => HELP;
  for (const add of GRAMMAR) add(root, outside, done);
  return root;
}

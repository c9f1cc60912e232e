/** The commands that start with `/`, as a table. */
import { plainLines } from "../failure.ts";
import { nearest } from "../../security/nearest.ts";
import type { AgentEvent } from "../../agent/event.ts";
import type { Row, Talk } from "../talk.ts";

/** What a command gives back: lines to show, and whether the conversation ends or the screen is wiped. */
export type Slashed = {
  text: string;
  leave?: boolean;
  wipe?: boolean;
  /** Drawn after `text`, like a turn; `none` is shown if there are no events. */
  events?: AsyncIterable<AgentEvent>;
  none?: string;
  /** A message of the person to be changed at the input line, then to be given to `talk.edit`. */
  change?: { n: number; text: string };
};

export type Slash = {
  name: string;
  /** Shown by /help: arguments, then what it does. */
  takes: string;
  help: string;
  run(argument: string, talk: Talk, signal: AbortSignal): Slashed | Promise<Slashed>;
};

const leave = () => ({ text: "", leave: true });

export const SLASHES: readonly Slash[] = [
  { name: "help", takes: "", help: "this list", run: () => ({ text: helpText() }) },
  { name: "exit", takes: "", help: "leave; so do /quit, Ctrl-D and Ctrl-C twice", run: leave },
  { name: "quit", takes: "", help: "leave", run: leave },
  {
    name: "clear",
    takes: "",
    help: "wipe the screen; the conversation goes on",
    run: () => ({ text: "", wipe: true }),
  },
  {
    name: "new",
    takes: "",
    help: "start a new session",
    async run(_, talk, signal) {
      await talk.fresh(signal);
      return { text: `new session ${talk.session()}` };
    },
  },
  {
    name: "model",
    takes: "[name]",
    help: "the model that answers, or change it",
    run: async (name, talk, signal) => ({
      text: name === "" ? talk.greeting : await talk.useModel(name, signal),
    }),
  },
  {
    name: "models",
    takes: "",
    help: "the models that are there, and how to get one",
    run: async (_, talk, signal) => listed(await talk.models(signal), "no models"),
  },
  {
    name: "image",
    takes: "path",
    help: "attach a picture of the folder to the next message",
    run: async (path, talk, signal) => ({
      text: path === "" ? "name a PNG, JPEG, WebP or GIF file of the folder" : await talk.attach(path, signal),
    }),
  },
  { name: "tools", takes: "", help: "what the assistant can use", run: (_, talk) => listed(talk.tools(), "no tools") },
  { name: "rules", takes: "", help: "the rules that hold", run: (_, talk) => listed(talk.rules(), "no rules") },
  {
    name: "config",
    takes: "",
    help: "the settings that hold",
    run: async (_, talk) => listed(await talk.config(), "no settings"),
  },
  {
    name: "history",
    takes: "",
    help: "the messages of this session",
    run: async (_, talk, signal) => listed(await talk.transcript(signal), "nothing was said yet"),
  },
  {
    name: "sessions",
    takes: "",
    help: "earlier sessions; harombe chat --resume ID continues one",
    run: async (_, talk, signal) => listed(await talk.sessions(signal), "no sessions"),
  },
  {
    name: "retry",
    takes: "[model]",
    help: "answer the last message again, in a branch",
    async run(model, talk, signal) {
      const { note, events } = await talk.retry(model === "" ? null : model, signal);
      return { text: note, events };
    },
  },
  {
    name: "edit",
    takes: "[n] [words]",
    help: "change message n, or the last, and go on from there in a branch",
    async run(argument, talk, signal) {
      const [, number, words] = /^(?:(\d{1,9})(?:\s+|$))?([\s\S]*)$/.exec(argument)!;
      const { n, text } = await talk.earlier(number === undefined ? null : Number(number), signal);
      if (words === "") return { text: "", change: { n, text } };
      const { note, events } = await talk.edit(n, words, signal);
      return { text: note, events };
    },
  },
  {
    name: "branch",
    takes: "[n]",
    help: "go on in a branch after message n and its answer, or from here",
    async run(argument, talk, signal) {
      if (!/^\d{0,9}$/.test(argument)) return { text: "Cannot branch: give the number of a message, as /branch 2" };
      return { text: await talk.branch(argument === "" ? null : Number(argument), signal) };
    },
  },
  {
    name: "branches",
    takes: "",
    help: "this session and the branches of it",
    run: async (_, talk, signal) => listed(await talk.branches(signal), "no branches"),
  },
  {
    name: "compact",
    takes: "[what]",
    help: "summarise earlier turns for the model; what: to be kept above all",
    run: (keep, talk, signal) => ({
      text: "",
      events: talk.compact(keep, signal),
      none: "nothing to summarise",
    }),
  },
  {
    name: "cost",
    takes: "",
    help: "tokens and time of this session",
    run: async (_, talk, signal) => listed(await talk.cost(signal), "no model was asked yet"),
  },
  {
    name: "save",
    takes: "FILE",
    help: "this session as FILE.md, .html, .json or .jsonl in the folder",
    async run(path, talk, signal) {
      return { text: path === "" ? "Cannot save: name a file, as /save talk.md" : await talk.save(path, signal) };
    },
  },
  {
    name: "recipe",
    takes: "[save|run name]",
    help: "keep the last turn as a recipe, run one; alone lists them",
    run: recipe,
  },
  { name: "privacy", takes: "", help: "what may leave this machine", run: (_, talk) => listed(talk.privacy(), "") },
];

async function recipe(argument: string, talk: Talk, signal: AbortSignal): Promise<Slashed> {
  const [verb, name, ...words] = argument.split(/\s+/);
  if (argument === "") {
    return listed(await talk.recipes(signal), "no recipes; /recipe save NAME keeps the last turn as one");
  }
  if (name === undefined || (verb !== "save" && verb !== "run")) {
    return { text: "use: /recipe save NAME, /recipe run NAME key=value…" };
  }
  if (verb === "save") return { text: await talk.saveRecipe(name, signal) };
  const { pairs } = await import("../commands/recipes.ts");
  return { text: "", events: talk.replay(await talk.recipe(name, signal), pairs(words), signal) };
}

/** Runs `line`, which starts with `/`. An unknown command names the nearest one. A failed command says why. */
export async function runSlash(line: string, talk: Talk, signal: AbortSignal): Promise<Slashed> {
  const [, name, argument] = /^\/(\S*)\s*([\s\S]*)$/.exec(line)!;
  const slash = SLASHES.find((one) => one.name === name);
  if (!slash) {
    const near = nearest(name, SLASHES.map((one) => one.name));
    return { text: plainLines(`unknown command /${name}${near ? `; did you mean /${near}?` : "; /help lists them"}`) };
  }
  try {
    return await slash.run(argument.trim(), talk, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return { text: plainLines((error as Error).message) };
  }
}

/** The commands that `line` could become, for the Tab key. */
export function completeSlash(line: string): string[] {
  if (!/^\/\S*$/.test(line)) return [];
  return SLASHES.map((one) => `/${one.name}`).filter((name) => name.startsWith(line));
}

function helpText(): string {
  const rows = SLASHES.map(({ name, takes, help }) => ({ name: `/${name}${takes ? ` ${takes}` : ""}`, detail: help }));
  return `${columns(rows)}\nCtrl-C stops an answer, twice leaves; Alt-Enter starts a new line; Tab completes.`;
}

function listed(rows: Row[], none: string): Slashed {
  return { text: rows.length === 0 ? none : columns(rows) };
}

function columns(rows: Row[]): string {
  const width = Math.min(32, Math.max(...rows.map((row) => row.name.length)));
  return rows.map(({ name, detail }) => `${name.padEnd(width)}  ${detail}`.trimEnd()).join("\n");
}

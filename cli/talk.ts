/** What the terminal needs of the rest of the house to hold a conversation; `wiring.ts` joins it. */
import type { AgentEvent } from "../agent/event.ts";
import type { Recipe } from "../agent/recipes/recipe.ts";
import type { Part } from "../node/chat.ts";
import type { Ask } from "../node/hardware/ask.ts";
import type { Approve } from "../security/approval.ts";
import type { Queued } from "../security/approvals/queued.ts";
import type { Powers } from "../security/sandbox/grant.ts";
import type { AskPerson } from "../security/tool.ts";
import type { Io } from "./io.ts";
import type { AskLine } from "./setup/question.ts";
import type { Printable } from "./terminal/markdown.ts";

/** The name, where a model's would stand, of the fixed set of commands. Its answers show the calls that they became. */
export const FIXED_COMMANDS = "builtin commands";

/** How the house reaches the person; where nobody is there, `approve` and `askUser` answer null. */
export type Person = {
  approve: Approve;
  askUser: AskPerson;
  /**
   * Where else a call may be approved. `here`: the person is asked by `approve`, and whoever answers first counts. `queue`:
   * nobody is here; the turn is parked. `wait`: nobody is here; this process waits. Absent: nowhere.
   */
  answers?: "here" | "queue" | "wait";
  /** Hears of each request that waits for somebody elsewhere. */
  queued?(request: Queued): void;
  /** Hears that a question which stood here was answered elsewhere. */
  answeredElsewhere?(request: Queued): void;
  /** A line that is not shown while it is typed. Absent: nobody can be asked for one. Throws `Exit` 130 if they leave. */
  askHidden?(question: string, signal: AbortSignal): Promise<string>;
};

export type TalkOptions = {
  /** Session to continue: its id, `latest`, or null for a new one. */
  resume: string | null;
  /** `tool:pattern` grants for this run. */
  allow: string[];
  /** Overrides `model.name`. */
  model: string | null;
  /** Asks the person who has no model, once, whether to get one. Absent: nobody is asked. */
  offer?: AskLine;
};

/** One line of a list that a slash command shows, as plain text. */
export type Row = { name: string; detail: string };

/** What a person does with a long conversation. What goes back goes on in a branch: a session of its own. */
export type LongTalk = {
  /** Tokens of a request without a new message, and the most there is room for; null where no model answers. */
  context(signal: AbortSignal): Promise<{ tokens: number; most: number } | null>;
  /** Summarises earlier turns; `keep` says what matters. Yields nothing if there are none. */
  compact(keep: string, signal: AbortSignal): AsyncIterable<AgentEvent>;
  /** Answers the last message again. `note` is for the person, shown first. */
  retry(model: string | null, signal: AbortSignal): Promise<{ note: string; events: AsyncIterable<AgentEvent> }>;
  /** The message with the number `n`, the last one for null. */
  earlier(n: number | null, signal: AbortSignal): Promise<{ n: number; text: string }>;
  /** Goes on as if message `n` had been `words`. */
  edit(
    n: number,
    words: string | Part[],
    signal: AbortSignal,
  ): Promise<{ note: string; events: AsyncIterable<AgentEvent> }>;
  /** Goes on after message `n` and its answer, after all for null. */
  branch(n: number | null, signal: AbortSignal): Promise<string>;
  branches(signal: AbortSignal): Promise<Row[]>;
  /** Writes the session to a new file of the working folder: Markdown, or what its name ends with. */
  save(path: string, signal: AbortSignal): Promise<string>;
  cost(signal: AbortSignal): Promise<Row[]>;
};

export type Talk = LongTalk & {
  /** Shown once: which model and why, or that there is none. */
  greeting: string;
  /** Said to whoever is not greeted: the model that was set up does not answer. */
  warning?: string;
  /** Before the input: `› `, or `commands › ` where the fixed set of commands answers. */
  prompt(): string;
  session(): string;
  /** Earlier messages of the person, oldest first, for the arrow keys. */
  history(): string[];
  /** True if the session's last turn was cut off; `resume` goes on with it. */
  unfinished: boolean;
  resume(signal: AbortSignal): AsyncIterable<AgentEvent>;
  /**
   * Attaches a picture to the next message: the path of a file of the folder, or bytes that were piped in. What was
   * attached; throws if it is no picture, too large, or the model reads none.
   */
  attach(image: string | Uint8Array, signal: AbortSignal): Promise<string>;
  turn(message: Part[], signal: AbortSignal): AsyncIterable<AgentEvent>;
  /** A turn that `recipe` answers instead of a model. Throws RangeError for values that it cannot be run with. */
  replay(recipe: Recipe, values: Record<string, string>, signal: AbortSignal): AsyncIterable<AgentEvent>;
  /** The recipe `name` of this machine. Throws one line if it cannot be used. */
  recipe(name: string, signal: AbortSignal): Promise<Recipe>;
  /** Keeps the last answered turn as the recipe `name`; what it is, for the person. */
  saveRecipe(name: string, signal: AbortSignal): Promise<string>;
  recipes(signal: AbortSignal): Promise<Row[]>;
  /** Starts a new session. */
  fresh(signal: AbortSignal): Promise<void>;
  models(signal: AbortSignal): Promise<Row[]>;
  /** Changes the model for what follows; what was chosen and why. Throws if there is no such model. */
  useModel(name: string, signal: AbortSignal): Promise<string>;
  tools(): Row[];
  rules(): Row[];
  sessions(signal: AbortSignal): Promise<Row[]>;
  /** The messages of this session so far. */
  transcript(signal: AbortSignal): Promise<Row[]>;
  config(): Row[] | Promise<Row[]>;
  privacy(): Row[];
  close(): Promise<void>;
};

/** Arguments of a command that another room answers: positional ones and options, by name, as typed. Words are joined. */
export type Args = Record<string, string | boolean | undefined>;

/** What `cli/wiring.ts` exports. */
export type Wiring = {
  printable: Printable;
  openTalk(options: TalkOptions, person: Person, io: Io, signal: AbortSignal): Promise<Talk>;
  /** What the launcher of this process can confine with; null where there is no launcher. */
  powers(io: Io, signal: AbortSignal): Promise<Powers | null>;
  /** The same, and whom it lets ask about the machine; in place of `powers` where it is there. */
  observing?(signal: AbortSignal): Promise<{ powers: Powers; ask: Ask } | null>;
  audit(verb: string, args: Args, io: Io): Promise<number>;
  sessions(verb: string, args: Args, io: Io): Promise<number>;
  models(verb: string, args: Args, io: Io): Promise<number>;
  rules(verb: string, args: Args, io: Io): Promise<number>;
};

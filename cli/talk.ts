/** What the terminal needs of the rest of the house to hold a conversation; `wiring.ts` joins it. */
import type { AgentEvent } from "../agent/event.ts";
import type { Part } from "../node/chat.ts";
import type { Ask } from "../node/hardware/ask.ts";
import type { Approve } from "../security/approval.ts";
import type { Powers } from "../security/sandbox/grant.ts";
import type { AskUser } from "../security/tool.ts";
import type { Io } from "./io.ts";
import type { AskLine } from "./setup/question.ts";
import type { Printable } from "./terminal/markdown.ts";

/** The name, where a model's would stand, of the fixed set of commands. Its answers show the calls that they became. */
export const FIXED_COMMANDS = "builtin commands";

/** How the house reaches the person; where nobody is there, `approve` and `askUser` answer null. */
export type Person = { approve: Approve; askUser: AskUser };

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

export type Talk = {
  /** Shown once: which model and why, or that there is none. */
  greeting: string;
  /** Before the input: `› `, or `commands › ` where the fixed set of commands answers. */
  prompt(): string;
  session(): string;
  /** Earlier messages of the person, oldest first, for the arrow keys. */
  history(): string[];
  /** True if the session's last turn was cut off; `resume` goes on with it. */
  unfinished: boolean;
  resume(signal: AbortSignal): AsyncIterable<AgentEvent>;
  turn(message: Part[], signal: AbortSignal): AsyncIterable<AgentEvent>;
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
  config(): Row[];
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

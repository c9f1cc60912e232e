/** A tool: what the model may ask for, what it needs, and how dangerous a given call is. */
import type { ZodType } from "zod";
import type { Part } from "../node/chat.ts";
import type { Effect, OriginKind } from "./provenance/origin.ts";
import type { Needs, Sandbox } from "./sandbox/sandbox.ts";

export const RISKS = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type Risk = typeof RISKS[number];

/** The higher of two risks. */
export function higher(a: Risk, b: Risk): Risk {
  return RISKS[Math.max(RISKS.indexOf(a), RISKS.indexOf(b))];
}

/** Why a call has its risk; every reason is a sentence a person can check. */
export type Assessment = { risk: Risk; reasons: string[] };

/** What an approver is shown of a call beyond its arguments. Text may hold untrusted bytes: strip before display. */
export type Preview = { kind: "diff" | "command" | "text"; text: string };

/** Live output of a running call. */
export type ToolProgress = { type: "output"; stream: "stdout" | "stderr"; text: string };

/** A question that only the person can answer; the reply, or null when nobody is there. */
export type AskUser = (question: string, choices: string[], signal: AbortSignal) => Promise<string | null>;

/** The same by whoever holds the terminal, who also knows whether the person typed the reply or pasted of it. */
export type AskPerson = (
  question: string,
  choices: string[],
  signal: AbortSignal,
) => Promise<string | { text: string; pasted: boolean } | null>;

export type ToolContext = {
  sandbox: Sandbox;
  /** What `bind` returned when the call was approved. */
  bound: string | null;
  emit(progress: ToolProgress): void;
  askUser: AskUser;
};

export type ToolOutput = { content: Part[]; isError?: boolean; data?: unknown };

export type Tool<A = unknown> = {
  name: string;
  /** One or two sentences for the model; counted against the prompt budget. */
  description: string;
  parameters: ZodType<A>;
  needs: Needs;
  /** True if two calls may run at once and in any order: it changes nothing. */
  readOnly: boolean;
  /** Risk of this call from the declaration and the arguments alone; a pure function. Never lower than the tool's own floor. */
  assess(args: A): Assessment;
  /** The strings that rules are matched against: normalised paths for file tools, the line for `shell`. At least one. */
  targets(args: A): string[];
  /** What this call does beyond looking; pure. Absent: nothing for a `readOnly` tool, else the worst (`change`, `send`, `run`). */
  effects?(args: A): Effect[];
  /** The arguments, by dotted path, that say where something goes or what is acted on; the others are content. Absent: all. */
  decisive?: readonly string[];
  /** Whose words its result holds, and what a person calls the place. Null: nobody's beyond the arguments. Absent: untrusted, `tool`. */
  yields?(args: A): { kind: OriginKind; name: string } | null;
  /**
   * The arguments in which a placeholder means its secret: in `text` the door puts the value in (it stays in files of the house),
   * `shell` and `code` read it from the environment. Absent: a placeholder is only a word.
   */
  takesSecrets?(args: A): Readonly<Record<string, "text" | "shell" | "code">>;
  preview?(args: A, sandbox: Sandbox, signal: AbortSignal): Promise<Preview>;
  /** The state of what the call would change (a SHA-256, or null = does not exist), checked again after approval. */
  bind?(args: A, sandbox: Sandbox, signal: AbortSignal): Promise<string | null>;
  run(args: A, context: ToolContext, signal: AbortSignal): Promise<ToolOutput>;
};

/** A tool with its argument type forgotten, for lists; `parameters` still guards it at run time. */
// deno-lint-ignore no-explicit-any
export type AnyTool = Tool<any>;

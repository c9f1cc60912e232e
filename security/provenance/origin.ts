/** Where the words of a run come from. Only the owner's own words can spare a question; everything else is material. */
import * as z from "zod";

/**
 * `owner`: typed or spoken by the person whose house it is. All others are untrusted: `file` of the workspace, `page` of the web,
 * `tool` any other result, `memory` notes and earlier sessions, `paste` into the input line, `stdin` piped in, `api` a
 * message of a program, `agent` another agent.
 */
export const ORIGIN_KINDS = ["owner", "file", "page", "tool", "memory", "paste", "stdin", "api", "agent"] as const;
export const OriginKind = z.enum(ORIGIN_KINDS);
export type OriginKind = z.infer<typeof OriginKind>;

/** `name` is what a person calls it: a path, a host, a tool. */
export const Origin = z.strictObject({ kind: OriginKind, name: z.string().max(500) });
export type Origin = z.infer<typeof Origin>;

/** Text that entered a run. */
export const Heard = z.strictObject({ origin: Origin, text: z.string() });
export type Heard = z.infer<typeof Heard>;

/**
 * What a call does beyond looking: `send` lets data out (any URL, search, message, upload), `change` makes or alters,
 * `delete` takes away, `run` executes words as a program, `credential` uses or tells a secret or grants access, `money` pays,
 * `persist` is obeyed later (start-up files, schedules, hooks, rules, memory that steers).
 */
export const EFFECTS = ["send", "change", "delete", "run", "credential", "money", "persist"] as const;
export const Effect = z.enum(EFFECTS);
export type Effect = z.infer<typeof Effect>;

/** A piece of a call's arguments and where it was found; `from` null = the model's own words. */
export type TracedWords = {
  /** Dotted path of the argument: `to`, `edits.0.text`. */
  argument: string;
  text: string;
  from: Origin | null;
};

/**
 * A recipe: calls that a person has seen end well once, kept to be made again without a model. It grants nothing: each
 * call goes through the gateway like any other. The schema is strict: what it does not know is refused.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { referencesIn, stringsIn } from "./reference.ts";
import { quotable } from "./shell_word.ts";

/** Steps of one recipe at most, and the characters of all arguments together. */
const MOST_STEPS = 30;
const MOST_CHARACTERS = 200_000;
const MOST_PARAMETERS = 20;
const DEEPEST = 12;

/** A name is a file name too: no slash, no dot, not long. */
export const RecipeName = z.string().regex(
  /^[a-z][a-z0-9_-]{0,63}$/,
  "a name has small letters, digits, - and _, and begins with a letter",
);
const Identifier = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/).refine((name) =>
  !/^(?:constructor|prototype|toString|valueOf)$/.test(name)
);

export const Parameter = z.strictObject({
  name: Identifier,
  /** `path`: below the folder. `number`: decimal. `text`: anything printable, line ends too. */
  type: z.enum(["path", "text", "number"]),
  /** Taken where none is given; without it the recipe asks for one. */
  default: z.string().max(2_000).optional(),
});
export type Parameter = z.infer<typeof Parameter>;

export const Step = z.strictObject({
  /** By this name later steps refer to what the call gave. */
  id: Identifier,
  tool: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  arguments: z.record(z.string(), z.json()),
});
export type Step = z.infer<typeof Step>;

export const Recipe = z.strictObject({
  name: RecipeName,
  description: z.string().max(500).default(""),
  parameters: z.array(Parameter).max(MOST_PARAMETERS).default([]),
  steps: z.array(Step).min(1).max(MOST_STEPS),
}).superRefine((recipe, ctx) => {
  for (const fault of faultsOf(recipe)) ctx.addIssue({ code: "custom", message: fault });
});
export type Recipe = z.infer<typeof Recipe>;

/** What the schema of each part cannot see: names twice, references to nothing, places where none may stand. Pure. */
function faultsOf({ parameters, steps }: { parameters: Parameter[]; steps: Step[] }): string[] {
  const faults: string[] = [];
  const known = new Set<string>();
  for (const { name } of parameters) {
    if (known.has(name)) faults.push(`two parameters are called ${name}`);
    known.add(name);
  }
  const before = new Set<string>();
  let size = 0;
  for (const [at, step] of steps.entries()) {
    if (depthOf(step.arguments) > DEEPEST) return [`step ${at + 1} is nested too deeply`];
    size += JSON.stringify(step.arguments).length;
    for (const text of stringsIn(step.arguments)) {
      for (const { text: shown, source, field } of referencesIn(text)) {
        if (field === null ? !known.has(source) : !before.has(source)) {
          faults.push(
            `step ${at + 1} refers to ${shown}, which ${field === null ? "is no parameter" : "no earlier step gives"}`,
          );
        }
      }
      const fault = referencesIn(text).length === 0 ? null : misplaced(step, text);
      if (fault !== null) faults.push(`step ${at + 1}: ${fault}`);
    }
    if (before.has(step.id) || known.has(step.id)) faults.push(`two parts are called ${step.id}`);
    before.add(step.id);
  }
  if (size > MOST_CHARACTERS) faults.push(`its arguments have ${size} characters, the most is ${MOST_CHARACTERS}`);
  return faults.slice(0, 10);
}

/** Tools whose argument is a program: a value put into it would be run. A shell line can quote, code cannot. */
function misplaced(step: Step, text: string): string | null {
  if (step.tool === "run_code") return "no value may be put into code";
  if (step.tool !== "shell") return null;
  if (step.arguments.line !== text) return "a value may stand in a shell step's line alone";
  return quotable(text);
}

function depthOf(value: unknown, depth = 0): number {
  if (depth > DEEPEST || value === null || typeof value !== "object") return depth;
  return Math.max(depth, ...Object.values(value).map((inner) => depthOf(inner, depth + 1)));
}

/** SHA-256, hexadecimal, of what the recipe does: the same whatever the order of keys and the form of the file. */
export function hashOf(recipe: Recipe): string {
  return createHash("sha256").update(JSON.stringify(ordered(recipe))).digest("hex");
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== "object") return value;
  return Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, inner]) => [key, ordered(inner)]);
}

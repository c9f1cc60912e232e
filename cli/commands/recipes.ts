/** `harombe recipes list|show|save|run|rm`. */
import type { AgentEvent } from "../../agent/event.ts";
import { recorded } from "../../agent/recipes/record.ts";
import type { Recipe } from "../../agent/recipes/recipe.ts";
import { openSessions } from "../../agent/memory/sessions.ts";
import { printable } from "../../security/display.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { stateDirectory } from "../config.ts";
import { EXIT, Exit, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { type Kept, listRecipes, readRecipe, removeRecipe, saveRecipe } from "../recipe_files.ts";
import { statePaths } from "../state/stores.ts";
import { recipeText } from "./recipe_text.ts";

export type SaveFlags = { name: string; param?: string[]; json?: boolean };

const say = (io: Io, text: string): number => {
  io.stdout.write(`${text}\n`);
  return 0;
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** Every recipe, a line each. */
export async function recipesList(flags: { json?: boolean }, io: Io): Promise<number> {
  const all = await listRecipes(stateDirectory(io.env), io.signal);
  if (flags.json) {
    return say(
      io,
      jsonText(
        all.map((one) =>
          "fault" in one
            ? one
            : { name: one.name, hash: one.hash, edited: one.edited, description: one.recipe.description }
        ),
      ),
    );
  }
  if (all.length === 0) return say(io, "No recipes. harombe recipes save SESSION --name NAME makes one.");
  return say(
    io,
    all.map((one) =>
      printable(
        "fault" in one
          ? `${one.name}  cannot be used: ${one.fault}`
          : `${one.name}  ${one.hash.slice(0, 12)}${one.edited ? " (edited by hand)" : ""}  ${
            counted(one.recipe.steps.length, "step")
          }  ${short(one.recipe.description)}`,
      )
    ).join("\n"),
  );
}

/** One recipe, whole. */
export async function recipesShow(name: string, flags: { json?: boolean }, io: Io): Promise<number> {
  return told(await readRecipe(stateDirectory(io.env), name, io.signal), flags, io);
}

function told(kept: Kept, flags: { json?: boolean }, io: Io): number {
  return say(io, flags.json ? jsonText({ ...kept.recipe, hash: kept.hash, edited: kept.edited }) : recipeText(kept));
}

/** The last answered turn of `session` (its id, its beginning, or the latest) as the recipe `flags.name`. */
export async function recipesSave(session: string | undefined, flags: SaveFlags, io: Io): Promise<number> {
  const state = stateDirectory(io.env);
  const sessions = openSessions(statePaths(state).sessions, { now: io.now });
  try {
    const found = session === undefined
      ? (await sessions.list({ limit: 1 }, io.signal))[0]
      : await sessions.find(session, io.signal);
    if (found === undefined) throw new Exit(EXIT.failed, "Cannot save a recipe: there is no session yet");
    const events: AgentEvent[] = [];
    for await (const { event } of sessions.read(found.id, 0, io.signal)) events.push(event);
    return told(
      await saveTurn({ state, events }, { name: flags.name, parameters: pairs(flags.param ?? []) }, io.signal),
      flags,
      io,
    );
  } finally {
    sessions.close();
  }
}

/** Keeps the last answered turn of `events` as a recipe. Throws RangeError or `Exit`. */
export async function saveTurn(
  { state, events }: { state: string; events: readonly AgentEvent[] },
  options: { name: string; parameters?: Record<string, string> },
  signal: AbortSignal,
): Promise<Kept> {
  const recipe: Recipe = recorded(events, { ...options, scrub: createScrub({ known: [] }).value });
  return await saveRecipe(state, recipe, signal);
}

/** `["n=5"]` → `{ n: "5" }`. Throws `Exit` 2. */
export function pairs(words: readonly string[]): Record<string, string> {
  const out = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = /^([a-z][a-z0-9_]{0,63})=([\s\S]*)$/.exec(word) ?? [];
    if (name === undefined) throw new Exit(EXIT.usage, `Cannot use ${short(word)}: give key=value`);
    if (out.has(name)) throw new Exit(EXIT.usage, `Cannot use ${name} twice`);
    out.set(name, value);
  }
  return Object.fromEntries(out);
}

/** Removes a recipe for good. */
export async function recipesRemove(name: string, flags: { json?: boolean }, io: Io): Promise<number> {
  await removeRecipe(stateDirectory(io.env), name, io.signal);
  return say(io, flags.json ? jsonText({ name }) : `Removed ${name}`);
}

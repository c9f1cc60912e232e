/** What a conversation does with recipes. */
import type { AgentEvent } from "../../agent/event.ts";
import type { Agent } from "../../agent/loop.ts";
import type { Recipe } from "../../agent/recipes/recipe.ts";
import { replay } from "../../agent/recipes/replay.ts";
import type { Part } from "../../node/chat.ts";
import { said } from "./spoken.ts";
import type { AnyTool } from "../../security/tool.ts";
import { specOf } from "../../security/tool_spec.ts";
import { COMMANDS_CONTEXT } from "../model.ts";
import type { Talk } from "../talk.ts";
import type { Present } from "./present.ts";

export type RecipeTalkDeps = {
  /** The state directory. */
  directory: string;
  present: Pick<Present, "events">;
  /** The tools that a step may name. */
  tools: readonly AnyTool[];
  agent(): Agent;
  /** A turn that `by` answers. */
  turnBy(by: () => Agent, message: Part[], signal: AbortSignal): AsyncIterable<AgentEvent>;
};

/** The recipe `name` of the state directory. Throws one line if it cannot be used. */
export async function recipeIn(directory: string, name: string, signal: AbortSignal): Promise<Recipe> {
  return (await (await import("../recipe_files.ts")).readRecipe(directory, name, signal)).recipe;
}

/** A replayed recipe passes the door as a model would: it grants nothing. */
export function recipeTalk(
  { directory, present, tools, agent, turnBy }: RecipeTalkDeps,
): Pick<Talk, "replay" | "recipe" | "saveRecipe" | "recipes"> {
  return {
    replay(recipe, values, signal) {
      const chat = replay(recipe, values);
      const budget = { ...agent().budget, steps: recipe.steps.length + 2 };
      const by = (): Agent => ({
        ...agent(),
        chat,
        model: `recipe ${recipe.name}`,
        tools: tools.map(specOf),
        contextLength: COMMANDS_CONTEXT,
        budget,
      });
      const given = Object.entries(values).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`).join("");
      return turnBy(by, said("api", `run recipe ${recipe.name}${given === "" ? "" : ` with${given}`}`), signal);
    },
    recipe: (name, signal) => recipeIn(directory, name, signal),
    async saveRecipe(name, signal) {
      const { saveTurn } = await import("../commands/recipes.ts");
      const { recipeText } = await import("../commands/recipe_text.ts");
      const events = await present.events(signal);
      return recipeText(await saveTurn({ state: directory, events }, { name }, signal));
    },
    async recipes(signal) {
      const { listRecipes } = await import("../recipe_files.ts");
      return (await listRecipes(directory, signal)).map((one) => ({
        name: one.name,
        detail: "fault" in one ? one.fault : `${one.edited ? "edited by hand  " : ""}${one.recipe.description}`,
      }));
    },
  };
}

import type { Command } from "commander";
import { group } from "./group.ts";
import type { Done, Outside } from "./outside.ts";

const repeated = (value: string, before: string[] = []) => [...before, value];

export function addRecipes(root: Command, { io, load }: Outside, done: Done): void {
  const recipes = group(root, "recipes", "Approved runs, kept to be made again without a model");
  const verb = (name: string, text: string) =>
    recipes.command(name).description(text).allowExcessArguments(false).option("--json", "print data as JSON")
      .option("--debug", "show stacks");
  const commands = async () => await import("../commands/recipes.ts");
  verb("list", "The recipes, and whether they are as they were saved")
    .action(async (options) => done(await (await commands()).recipesList(options, io)));
  verb("show <name>", "One recipe: parameters, steps, hash")
    .action(async (name, options) => done(await (await commands()).recipesShow(name, options, io)));
  verb("save [session]", "Keep the last answered turn of a session, the latest unless it is named")
    .requiredOption("--name <name>", "the recipe's name")
    .option("--param <name=value>", "a value in the calls that is a parameter from now on; may be repeated", repeated)
    .action(async (session, options) => done(await (await commands()).recipesSave(session, options, io)));
  verb("run <name> [values...]", "Make its calls again, key=value for each parameter")
    .option("--allow <tool:pattern>", "allow these calls in advance; may be repeated", repeated)
    .option("--folder <directory>", "folder to work in instead of this one")
    .action(async (name, values, options) => {
      const { recipesRun } = await import("../commands/recipes_run.ts");
      done(await recipesRun(name, { ...options, values }, io, await load()));
    });
  verb("rm <name>", "Delete a recipe for good")
    .action(async (name, options) => done(await (await commands()).recipesRemove(name, options, io)));
}

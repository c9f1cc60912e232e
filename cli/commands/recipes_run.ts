/** `harombe recipes run NAME key=value…`: a turn that a recipe answers instead of a model. */
import { stateDirectory } from "../config.ts";
import type { Io } from "../io.ts";
import { readRecipe } from "../recipe_files.ts";
import type { Wiring } from "../talk.ts";
import { askRecipe } from "./ask.ts";
import { pairs } from "./recipes.ts";

export type RunFlags = { values: string[]; allow?: string[]; json?: boolean };

/** Runs it; the exit code, as `ask` gives it. Approvals are asked as always; where nobody can be asked, 3. */
export async function recipesRun(name: string, flags: RunFlags, io: Io, wiring: Wiring): Promise<number> {
  const values = pairs(flags.values);
  const { recipe } = await readRecipe(stateDirectory(io.env), name, io.signal);
  return await askRecipe(recipe, { values, allow: flags.allow, json: flags.json }, io, wiring);
}

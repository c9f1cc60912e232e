/** The recipes of this machine: a YAML file each, 0600, in the state directory's `recipes`, written by hand or by `save`. */
import { join } from "node:path";
import * as z from "zod";
import { hashOf, Recipe, RecipeName } from "../agent/recipes/recipe.ts";
import { parseYaml, yamlText } from "./config/document.ts";
import { writePrivately } from "./config/write.ts";
import { diskReason } from "./disk_reason.ts";
import { EXIT, Exit, short } from "./failure.ts";

/** `saved` is the hash at the time of saving; another one in the file means that it was edited by hand since. */
export type Kept = { recipe: Recipe; hash: string; edited: boolean };

const MOST_BYTES = 512 * 1024;
const Hash = z.string().regex(/^[0-9a-f]{64}$/);

const directoryOf = (state: string): string => join(state, "recipes");

function pathOf(state: string, name: string): string {
  if (!RecipeName.safeParse(name).success) {
    throw new Exit(
      EXIT.usage,
      `Cannot use as the name of a recipe: ${
        short(name)
      }; it has small letters, digits, - and _, and begins with a letter`,
    );
  }
  return join(directoryOf(state), `${name}.yaml`);
}

/** The recipe `name`. Throws `Exit` with what is wrong: not there, another's, changeable by others, not understood. */
export async function readRecipe(state: string, name: string, signal: AbortSignal): Promise<Kept> {
  const path = pathOf(state, name);
  const fail = (why: string, cause?: unknown) =>
    new Exit(EXIT.failed, `Cannot use the recipe ${name}: ${why}`, { cause });
  const text = await textAt(path, fail, signal);
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    const [{ line, message }] = parsed.complaints;
    throw fail(line === null ? message : `line ${line}: ${message}`);
  }
  const { hash, ...rest } = (parsed.value ?? {}) as Record<string, unknown>;
  const recipe = Recipe.safeParse(rest);
  if (!recipe.success) {
    const [issue] = recipe.error.issues;
    const where = issue.path.join(".");
    throw fail(`${where === "" ? "" : `${where}: `}${issue.message}`);
  }
  if (recipe.data.name !== name) throw fail(`the file names itself ${recipe.data.name}`);
  const now = hashOf(recipe.data);
  return { recipe: recipe.data, hash: now, edited: !Hash.safeParse(hash).success || hash !== now };
}

async function textAt(
  path: string,
  fail: (why: string, cause?: unknown) => Exit,
  signal: AbortSignal,
): Promise<string> {
  try {
    const stat = await Deno.lstat(path);
    if (!stat.isFile) throw fail("it is no regular file");
    if (stat.size > MOST_BYTES) throw fail(`it has ${stat.size} bytes, the most is ${MOST_BYTES}`);
    if (stat.mode !== null && (stat.mode & 0o022) !== 0) throw fail("others may change it; run chmod 600 on it");
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path, { signal }));
  } catch (error) {
    if (error instanceof Exit || signal.aborted) throw error;
    if (error instanceof Deno.errors.NotFound) {
      throw fail("there is none; harombe recipes list shows what there is", error);
    }
    throw fail(error instanceof TypeError ? "it is not UTF-8 text" : diskReason(error) ?? String(error), error);
  }
}

/** Writes `recipe`; never over another one. Throws `Exit`. */
export async function saveRecipe(state: string, recipe: Recipe, signal: AbortSignal): Promise<Kept> {
  const path = pathOf(state, recipe.name);
  const there = await Deno.lstat(path).then(() => true, () => false);
  if (there) {
    throw new Exit(
      EXIT.failed,
      `Cannot save the recipe ${recipe.name}: there is one; harombe recipes rm ${recipe.name} removes it`,
    );
  }
  const hash = hashOf(recipe);
  await writePrivately(path, yamlText({ ...recipe, hash }), signal);
  return { recipe, hash, edited: false };
}

/** Removes the recipe `name`, whatever its file holds. Throws `Exit` if there is none. */
export async function removeRecipe(state: string, name: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await Deno.remove(pathOf(state, name));
  } catch (error) {
    if (error instanceof Exit) throw error;
    const why = error instanceof Deno.errors.NotFound ? "there is none" : diskReason(error) ?? String(error);
    throw new Exit(EXIT.failed, `Cannot remove the recipe ${name}: ${why}`, { cause: error });
  }
}

/** Every recipe by name; one that cannot be used comes with the reason. */
export async function listRecipes(
  state: string,
  signal: AbortSignal,
): Promise<({ name: string } & (Kept | { fault: string }))[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(directoryOf(state))) {
      if (/^[a-z][a-z0-9_-]{0,63}\.yaml$/.test(name)) names.push(name.slice(0, -".yaml".length));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      const reason = diskReason(error);
      throw reason === null
        ? error
        : new Exit(EXIT.failed, `Cannot list the recipes in ${directoryOf(state)}: ${reason}`, { cause: error });
    }
  }
  return await Promise.all(
    names.sort().map(async (name) => {
      try {
        return { name, ...await readRecipe(state, name, signal) };
      } catch (error) {
        if (!(error instanceof Exit)) throw error;
        return { name, fault: error.message };
      }
    }),
  );
}

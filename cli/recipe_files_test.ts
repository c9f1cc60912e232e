import assert from "node:assert/strict";
import { join } from "node:path";
import { Recipe } from "../agent/recipes/recipe.ts";
import { listRecipes, readRecipe, removeRecipe, saveRecipe } from "./recipe_files.ts";

const SIGNAL = new AbortController().signal;
const RECIPE = Recipe.parse({ name: "ls", steps: [{ id: "one", tool: "list_files", arguments: { path: "." } }] });

async function inState(test: (state: string) => Promise<void>): Promise<void> {
  const state = await Deno.makeTempDir();
  try {
    await test(state);
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}

Deno.test("what is saved is read again, for the owner's eyes alone, and never written over", () =>
  inState(async (state) => {
    const saved = await saveRecipe(state, RECIPE, SIGNAL);
    assert.deepEqual(await readRecipe(state, "ls", SIGNAL), saved);
    const { mode } = await Deno.stat(join(state, "recipes/ls.yaml"));
    assert.equal(mode! & 0o777, 0o600);
    await assert.rejects(saveRecipe(state, RECIPE, SIGNAL), /there is one/);
    await removeRecipe(state, "ls", SIGNAL);
    await assert.rejects(readRecipe(state, "ls", SIGNAL), /there is none/);
    await assert.rejects(removeRecipe(state, "ls", SIGNAL), /there is none/);
  }));

Deno.test("a recipe that was edited by hand is read and said to be edited", () =>
  inState(async (state) => {
    await saveRecipe(state, RECIPE, SIGNAL);
    const path = join(state, "recipes/ls.yaml");
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("path: .", "path: src"));
    const { edited, recipe } = await readRecipe(state, "ls", SIGNAL);
    assert.deepEqual([edited, recipe.steps[0].arguments], [true, { path: "src" }]);
  }));

for (const name of ["../ls", "a/b", "", ".", "LS", "a.b", "a\0b", "-a", "x".repeat(65)]) {
  Deno.test(`${JSON.stringify(name)} names no recipe and no file`, () =>
    inState(async (state) => {
      await assert.rejects(readRecipe(state, name, SIGNAL), /Cannot use as the name of a recipe/);
      await assert.rejects(removeRecipe(state, name, SIGNAL), /Cannot use as the name of a recipe/);
    }));
}

/** What lies in the file, and a part of what is said of it. */
const BROKEN: [string, string, RegExp][] = [
  ["no YAML", "a: [", /Cannot use the recipe ls/],
  ["another name", "name: other\nsteps: [{id: a, tool: shell, arguments: {line: ls}}]\n", /names itself other/],
  ["an unknown key", "name: ls\nallow: all\nsteps: [{id: a, tool: shell, arguments: {line: ls}}]\n", /allow/],
  ["a tag", "name: !!js/function 'x'\nsteps: []\n", /Cannot use the recipe ls/],
  [
    "aliases that grow",
    `a: &a [x,x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: [*a,*a]`).join("\n")}\n`,
    /Cannot use the recipe ls/,
  ],
  ["nothing", "", /Cannot use the recipe ls/],
  ["a list", "- a\n", /Cannot use the recipe ls/],
  ["too much", "x".repeat(600_000), /the most is/],
];
for (const [name, text, why] of BROKEN) {
  Deno.test(`a file with ${name} is refused and listed with its fault`, () =>
    inState(async (state) => {
      await Deno.mkdir(join(state, "recipes"));
      await Deno.writeTextFile(join(state, "recipes/ls.yaml"), text, { mode: 0o600 });
      await assert.rejects(readRecipe(state, "ls", SIGNAL), why);
      const [one] = await listRecipes(state, SIGNAL);
      assert.ok("fault" in one);
    }));
}

Deno.test("a file that others may change, a link and a directory are refused", () =>
  inState(async (state) => {
    await saveRecipe(state, RECIPE, SIGNAL);
    const path = join(state, "recipes/ls.yaml");
    await Deno.chmod(path, 0o666);
    await assert.rejects(readRecipe(state, "ls", SIGNAL), /others may change it/);
    await Deno.chmod(path, 0o600);
    await Deno.rename(path, join(state, "recipes/x"));
    await Deno.symlink(join(state, "recipes/x"), path);
    await assert.rejects(readRecipe(state, "ls", SIGNAL), /no regular file/);
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assert.rejects(readRecipe(state, "ls", SIGNAL), /no regular file/);
  }));

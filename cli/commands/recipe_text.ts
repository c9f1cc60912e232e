/** A recipe for a person: what it needs, what it does, whether it is as it was saved. */
import { printable } from "../../security/display.ts";
import { yamlText } from "../config/document.ts";
import type { Kept } from "../recipe_files.ts";

/** Lines without control characters; the hash stands first. */
export function recipeText({ recipe, hash, edited }: Kept): string {
  const head = `${recipe.name}  SHA-256 ${hash}${edited ? "\nedited by hand since it was saved" : ""}`;
  const needs = recipe.parameters.map((p) =>
    `  ${p.name} (${p.type})${
      p.default === undefined ? ", must be given" : `, ${JSON.stringify(p.default)} unless given`
    }`
  );
  const steps = recipe.steps.map((s, at) =>
    `${at + 1}. ${s.tool} as ${s.id}\n${yamlText(s.arguments).trimEnd().replace(/^/gm, "     ")}`
  );
  const lines = [
    head,
    ...(recipe.description === "" ? [] : [`from: ${recipe.description}`]),
    ...(needs.length === 0 ? [] : ["parameters:", ...needs]),
    "steps, each approved as always when it runs:",
    ...steps,
  ];
  return printable(lines.join("\n"));
}

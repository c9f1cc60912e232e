/** Sentences that run a saved recipe. */
import type { FrameOf } from "../frame.ts";
import { type Plain, unquoted } from "./plain.ts";

const NAME = `([a-z][a-z0-9_-]{0,63}|"[a-z][a-z0-9_-]{0,63}")`;
const FORMS = [
  new RegExp(
    `^(?:run|replay|execute|start|do) (?:the |my |our )?recipe (?:called |named )?${NAME}(?: (?:with|where|using) (.+))?$`,
    "i",
  ),
  new RegExp(`^(?:run|replay|execute|start) (?:the |my |our )${NAME} recipe(?: (?:with|where|using) (.+))?$`, "i"),
];
const VALUE = /\s*(?:(?:,|;|,? ?and\b) ?)?\b([a-z][a-z0-9_]{0,63}) ?= ?("[^"]*"|'[^']*'|[^\s,;"'`]+)/giy;
/** Words that a plain name may not be: "run a recipe for pancakes". */
const NO_NAME = /^(?:for|with|of|from|and|a|an|the|it|that|this|again|please|now)$/i;

/** The recipe and its values that `plain` names, or null. */
export function readRecipe({ said }: Plain): FrameOf<"recipe"> | null {
  for (const pattern of FORMS) {
    const found = pattern.exec(said);
    if (found === null || NO_NAME.test(unquoted(found[1]))) continue;
    const name = unquoted(found[1]);
    if (found[2] === undefined) return { do: "recipe", name };
    const pairs = [...found[2].matchAll(VALUE)];
    if (pairs.map((p) => p[0]).join("") !== found[2]) return null;
    const values = Object.fromEntries(pairs.map((p) => [p[1], unquoted(p[2])]));
    return Object.keys(values).length === pairs.length ? { do: "recipe", name, values } : null;
  }
  return null;
}

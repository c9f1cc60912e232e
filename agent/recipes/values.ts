/** What a person gives a recipe's parameters. Pure. */
import type { Parameter, Recipe } from "./recipe.ts";

const LONGEST_TEXT = 10_000;

/** Why `value` is none for `parameter`, or null. */
function fault({ name, type }: Parameter, value: string): string | null {
  const no = (why: string) => `Cannot use as ${name}: ${why}: ${JSON.stringify(value.slice(0, 60))}`;
  if (value.length > LONGEST_TEXT) {
    return `Cannot use as ${name}: it has ${value.length} characters, the most is ${LONGEST_TEXT}`;
  }
  if (value.includes("\0")) return no("it holds a NUL byte");
  if (type === "number") return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value) ? null : no("it is no number");
  if (type === "text") return null;
  // deno-lint-ignore no-control-regex
  if (value === "" || value.length > 1_000 || /[\x00-\x1f\x7f]/.test(value)) return no("it is no path");
  if (value.startsWith("/") || value.startsWith("~") || value.split("/").includes("..")) {
    return no("it leaves the folder");
  }
  return null;
}

/**
 * The value of each parameter of `recipe`, numbers as numbers; a path that looks like an option begins with `./`.
 * Throws RangeError that names what is missing, unknown or wrong.
 */
export function valuesFor(recipe: Recipe, given: Record<string, string>): Map<string, string | number> {
  const known = new Map(recipe.parameters.map((p) => [p.name, p]));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) {
      throw new RangeError(
        `Cannot run ${recipe.name} with ${name}: it has ${[...known.keys()].join(", ") || "no parameters"}`,
      );
    }
  }
  const out = new Map<string, string | number>();
  const missing: string[] = [];
  for (const parameter of recipe.parameters) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : parameter.default;
    if (value === undefined) {
      missing.push(`${parameter.name} (${parameter.type})`);
      continue;
    }
    const wrong = fault(parameter, value);
    if (wrong !== null) throw new RangeError(wrong);
    out.set(
      parameter.name,
      parameter.type === "number"
        ? Number(value)
        : parameter.type === "path" && value.startsWith("-")
        ? `./${value}`
        : value,
    );
  }
  if (missing.length > 0) throw new RangeError(`Cannot run ${recipe.name}: it needs ${missing.join(", ")}`);
  return out;
}

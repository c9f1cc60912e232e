/** The values inside a call's arguments, each with its dotted path. Pure. */

export type Leaf = { path: string; value: string | number | boolean | bigint };

/** Deeper or more than this is not looked through: `tooMuch` is true and the call counts as the model's own. */
const DEEPEST = 12;
const MOST = 5000;

/** Strings, numbers and booleans of `args` in order. Keys of nested objects are values too: a model writes them. */
export function leavesOf(args: unknown): { leaves: Leaf[]; tooMuch: boolean } {
  const leaves: Leaf[] = [];
  const seen = { tooMuch: false };
  const walk = (value: unknown, path: string, depth: number): void => {
    if (depth > DEEPEST || leaves.length >= MOST) {
      seen.tooMuch = true;
      return;
    }
    if (
      typeof value === "string" || typeof value === "boolean" || typeof value === "number" || typeof value === "bigint"
    ) {
      leaves.push({ path, value });
      return;
    }
    if (typeof value !== "object" || value === null) return;
    for (const [key, below] of Object.entries(value)) {
      const at = path === "" ? key : `${path}.${key}`;
      if (depth > 0 && !Array.isArray(value)) leaves.push({ path: `${at}#`, value: key });
      walk(below, at, depth + 1);
    }
  };
  walk(args, "", 0);
  return { leaves, tooMuch: seen.tooMuch };
}

/** True if `path` is one of `names` or below one of them. `*` in a name stands for any one part: `edits.*.path`. */
export function isBelow(path: string, names: readonly string[]): boolean {
  const parts = path.replace(/#$/, "").split(".");
  return names.some((name) => name.split(".").every((want, i) => want === "*" ? i < parts.length : want === parts[i]));
}

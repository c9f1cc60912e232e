/** Whether a rule speaks of something that may lie below a directory. Pure. */
import { compileGlob, normalPath } from "../../glob.ts";
import { fold } from "../../risk/shell_text.ts";
import type { Rule } from "../../rules.ts";

/**
 * True if `rule` could mean a file below `directory` (relative): who moves or removes the directory does the same to that. Wide:
 * a pattern that begins anywhere is taken to be there.
 */
export function couldLieBelow(rule: Rule, directory: string): boolean {
  const above = normalPath(fold(directory));
  const labels = fold(rule.pattern).replace(/^(?:\.\/)+/, "").split("/");
  if (above === "" || rule.pattern.startsWith("/")) return true;
  const depth = above.split("/").length;
  const from = labels.slice(0, depth);
  if (from.includes("**")) return true;
  if (labels.length <= depth) return false;
  try {
    return compileGlob(from.join("/")).matches(above);
  } catch {
    return true;
  }
}

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
  const wide = labels.indexOf("**");
  const known = labels.slice(0, wide < 0 ? labels.length - 1 : wide);
  const both = Math.min(known.length, above.split("/").length);
  if (wide < 0 && both < above.split("/").length) return false;
  try {
    return both === 0 || compileGlob(known.slice(0, both).join("/")).matches(above.split("/").slice(0, both).join("/"));
  } catch {
    return true;
  }
}

/** Globs over paths, matched in linear time: a glob comes from a model, so it must not be able to stall. */
import { RE2JS } from "re2js";

/** One `{…}` may not make the pattern explode. */
const LONGEST_GLOB = 512;

function source(glob: string): string {
  let out = "";
  let braces = 0;
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i];
    if (glob.startsWith("**/", i)) {
      out += "(?:[^/]+/)*";
      i += 2;
    } else if (glob.startsWith("**", i)) {
      out += ".*";
      i += 1;
    } else if (c === "*") out += "[^/]*";
    else if (c === "?") out += "[^/]";
    else if (c === "{") {
      braces++;
      out += "(?:";
    } else if (c === "}" && braces > 0) {
      braces--;
      out += ")";
    } else if (c === "," && braces > 0) out += "|";
    else if (c === "[" && glob.indexOf("]", i + 2) > 0) {
      const end = glob.indexOf("]", i + 2);
      const set = glob.slice(i + 1, end);
      out += `[${set.startsWith("!") ? "^/" : ""}${set.replace(/^!/, "").replace(/[\\[\]^&~]/g, "\\$&")}]`;
      i = end;
    } else out += RE2JS.quote(c);
  }
  if (braces > 0) throw new TypeError(`Cannot use glob ${JSON.stringify(glob)}: a { is not closed`);
  return out;
}

/**
 * Whether a relative path matches `glob`: `*`, `?`, `**`, `[a-z]`, `[!a]`, `{a,b}`. A glob without a slash is
 * matched against the last name alone, so `*.ts` finds files at every depth. Throws TypeError for a bad glob.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  if (glob.length > LONGEST_GLOB) throw new TypeError(`Cannot use glob: ${glob.length} characters, 512 at most`);
  const clean = glob.replace(/^(\.\/)+/, "");
  try {
    const pattern = RE2JS.compile(source(clean), RE2JS.DOTALL);
    if (clean.includes("/")) return (path) => pattern.testExact(path);
    return (path) => pattern.testExact(path.slice(path.lastIndexOf("/") + 1)) || pattern.testExact(path);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new TypeError(`Cannot use glob ${JSON.stringify(glob)}: ${error instanceof Error ? error.message : error}`);
  }
}

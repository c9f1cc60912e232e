/** Globs of `list` and `search`: the patterns of rules, asked the way a person writes a file filter. */
import { compileGlob } from "../glob.ts";

/** One `{…}` may not make the pattern explode. */
const LONGEST_GLOB = 512;

/**
 * Whether a relative path matches `glob`: `*`, `?`, `**`, `[a-z]`, `[!a]`, `{a,b}`. A glob without a slash is
 * matched against the last name alone, so `*.ts` finds files at every depth. Throws TypeError for a bad glob.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  if (glob.length > LONGEST_GLOB) throw new TypeError(`Cannot use glob: ${glob.length} characters, 512 at most`);
  const clean = glob.replace(/^(\.\/)+/, "");
  try {
    const { matches } = compileGlob(clean);
    return clean.includes("/") ? matches : (path) => matches(path.slice(path.lastIndexOf("/") + 1));
  } catch (error) {
    if (error instanceof SyntaxError) throw new TypeError(error.message, { cause: error });
    throw error;
  }
}

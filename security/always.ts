/** What an answer "always" allows: never much more than the person has just seen. */
import type { Risk } from "./tool.ts";
import { escapeGlob, normalPath } from "./glob.ts";
import { secretPath } from "./risk/secret_path.ts";
import type { TargetKind } from "./rules.ts";
import { escapeStars } from "./shell_rule.ts";
import { hostPattern, isSearch } from "./url_rule.ts";

const LONGEST = 500;

/**
 * `tool:pattern` for "always", or null where it is not offered. A path gives its folder (`notes/**`); a path at
 * the top, a HIGH call and a path of secrets give that path alone. A URL gives its host, a HIGH one itself. A shell line or other text gives exactly
 * itself, if it is one line of at most 500 characters. CRITICAL gives null.
 */
export function alwaysPattern(
  tool: string,
  kind: TargetKind,
  call: { targets: readonly string[]; risk: Risk },
): string | null {
  const { targets, risk } = call;
  if (risk === "CRITICAL" || targets.length === 0) return null;
  if (kind === "url" && risk !== "HIGH" && targets.length === 1 && !isSearch(targets[0])) {
    const host = hostPattern(targets[0]);
    return host === null ? null : `${tool}:${host}`;
  }
  if (kind !== "path") {
    const line = targets[0].trim();
    const plain = targets.length === 1 && line.length > 0 && line.length <= LONGEST && !/[\p{Cc}\p{Cf}]/u.test(line);
    return plain ? `${tool}:${escapeStars(line)}` : null;
  }
  const paths = [...new Set(targets.map(normalPath))];
  if (paths.some((p) => p === "" || /\p{Cc}/u.test(p) || p.split("/").includes(".."))) return null;
  const folders = [...new Set(paths.map((p) => p.slice(0, Math.max(0, p.lastIndexOf("/")))))];
  const narrow = risk === "HIGH" || folders.includes("") || paths.some((p) => secretPath(p) !== null);
  if (paths.length === 1 && narrow) return `${tool}:${escapeGlob(paths[0])}`;
  return !narrow && folders.length === 1 ? `${tool}:${escapeGlob(folders[0])}/**` : null;
}

import { resolve } from "node:path";

/**
 * The file that `sessions export … -o FILE` names, as the person typed it, and `args` with its absolute path; null if
 * there is none. Relative to `cwd`.
 */
export function exportFile(args: readonly string[], cwd: string): { path: string; args: string[] } | null {
  const words = args.filter((arg) => arg !== "--debug");
  if (words[0] !== "sessions" || words[1] !== "export") return null;
  const end = args.indexOf("--") < 0 ? args.length : args.indexOf("--");
  const at = args.findIndex((arg, i) => i < end && (/^(-o|--output)(=|$)/.test(arg) || /^-o./.test(arg)));
  if (at < 0) return null;
  const joined = /^(?:--output=|-o=?)(.+)$/s.exec(args[at])?.[1];
  const typed = joined ?? args[at + 1];
  if (typed === undefined || typed === "") return null;
  const path = resolve(cwd, typed);
  return { path, args: args.toSpliced(at, joined === undefined ? 2 : 1, `--output=${path}`) };
}

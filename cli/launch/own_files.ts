/** Which files outside the state directory a command may touch, so that its process gets these and no others. */
import { dirname, join, resolve } from "node:path";
import { draftOf } from "../draft.ts";
import { exists } from "../exists.ts";
import { exportFile } from "../export/export_file.ts";
import { COMPLETIONS } from "../uninstall/completions.ts";

export type OwnFiles = {
  /** The arguments, with FILE made absolute. */
  args: string[];
  read: string[];
  write: string[];
};

export type Place = {
  cwd: string;
  home: string | undefined;
  /** The portable file, and the directory of its unpacked versions; null where harombe runs from elsewhere. */
  file: string | null;
  cache: string | null;
};

/**
 * For `backup FILE` and `restore FILE`, whose options take no values, the first word that is none; for `sessions export`
 * what `-o` names; for `rules score PATH…`, `rules test FILE` and `rules replay FILE` those; for `uninstall` all that it may take away. Null for every other command, and where FILE is missing. Pure.
 */
export function ownFiles(args: readonly string[], { cwd, home, file, cache }: Place): OwnFiles | null {
  const [command] = args;
  const exported = exportFile(args, cwd);
  if (exported !== null) {
    const both = [exported.path, draftOf(exported.path)];
    return { args: exported.args, read: both, write: both };
  }
  if (command === "uninstall") {
    const completions = home === undefined ? [] : COMPLETIONS.map((name) => join(home, name));
    const own = [
      ...(cache === null ? [] : [cache]),
      ...(file === null ? [] : [file, `${file}.previous`]),
      ...completions,
    ];
    return { args: [...args], read: own, write: own };
  }
  if (command === "rules") return scoredFiles(args, cwd);
  if (command !== "backup" && command !== "restore") return null;
  const at = args.findIndex((arg, i) => i > 0 && !arg.startsWith("-"));
  if (at < 0 || args[at] === "") return null;
  const named = resolve(cwd, args[at]);
  const rewritten = args.with(at, named);
  if (command === "restore") return { args: rewritten, read: [named], write: [] };
  return { args: rewritten, read: [named, draftOf(named)], write: [named, draftOf(named)] };
}

/** `replay` takes a session too: what is no file there is left as it was typed. */
function scoredFiles(args: readonly string[], cwd: string): OwnFiles | null {
  const verb = ["score", "replay", "test"].find((one) => args[1] === one) ?? null;
  if (verb === null) return null;
  const end = args.indexOf("--");
  const isPath = (arg: string, at: number) =>
    at > 1 && arg !== "" && (end >= 0 && at > end || !arg.startsWith("-")) &&
    (verb !== "replay" || exists(resolve(cwd, arg)));
  const named = args.map((arg, at) => isPath(arg, at) ? resolve(cwd, arg) : arg);
  return { args: named, read: named.filter((_, at) => isPath(args[at], at)), write: [] };
}

/** The directory of unpacked versions that the code at `code` (a path) lies in, or null where it runs from elsewhere. */
export function cacheOf(code: string): string | null {
  const version = dirname(code);
  return /^[0-9a-f]{16}$/.test(version.split("/").at(-1)!) && exists(join(version, ".ok")) ? dirname(version) : null;
}

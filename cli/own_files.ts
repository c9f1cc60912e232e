/** Which files outside the state directory a command may touch, so that its process gets these and no others; pure. */
import { resolve } from "node:path";
import { draftOf } from "./backup/draft.ts";

export type OwnFiles = {
  /** The arguments with FILE made absolute. */
  args: string[];
  read: string[];
  write: string[];
};

/** For `backup FILE` and `restore FILE`, whose options take no values: the first word that is none. Null for every other command, and where FILE is missing. */
export function ownFiles(args: readonly string[], cwd: string): OwnFiles | null {
  const [command] = args;
  if (command !== "backup" && command !== "restore") return null;
  const at = args.findIndex((arg, i) => i > 0 && !arg.startsWith("-"));
  if (at < 0 || args[at] === "") return null;
  const file = resolve(cwd, args[at]);
  const rewritten = args.with(at, file);
  if (command === "restore") return { args: rewritten, read: [file], write: [] };
  return { args: rewritten, read: [file, draftOf(file)], write: [file, draftOf(file)] };
}

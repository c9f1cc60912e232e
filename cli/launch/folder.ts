/** The folder to work in: named on the command line, or where the program was started. */
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit, short } from "../failure.ts";

/** `--folder DIR` taken out of `args`, wherever it stands before `--`. Throws `Exit` 2 if DIR is missing. */
export function folderArgument(args: readonly string[]): { folder: string | null; rest: string[] } {
  const end = args.indexOf("--") < 0 ? args.length : args.indexOf("--");
  const at = args.findIndex((arg, i) => i < end && (arg === "--folder" || arg.startsWith("--folder=")));
  if (at < 0) return { folder: null, rest: [...args] };
  const joined = args[at].startsWith("--folder=");
  const folder = joined ? args[at].slice("--folder=".length) : args[at + 1];
  if (folder === undefined || folder === "") throw new Exit(EXIT.usage, "Cannot use --folder: it names no directory");
  const rest = args.toSpliced(at, joined ? 1 : 2);
  const again = rest.findIndex((arg) => arg === "--folder" || arg.startsWith("--folder="));
  if (again >= 0 && (end === args.length || again < rest.indexOf("--"))) {
    throw new Exit(EXIT.usage, "Cannot use --folder twice: one folder at a time");
  }
  return { folder, rest };
}

/** The folder to work in. Throws `Exit` with the reason if it cannot be had. */
export async function workingFolder(named: string | null): Promise<string> {
  const fail = (why: string, cause?: unknown) =>
    new Exit(EXIT.failed, `Cannot work in the folder ${short(named ?? ".")}: ${why}`, { cause });
  try {
    const path = await Deno.realPath(named ?? Deno.cwd());
    if (!(await Deno.stat(path)).isDirectory) throw fail("it is no directory");
    return path;
  } catch (error) {
    if (error instanceof Exit) throw error;
    throw fail(diskReason(error) ?? String(error), error);
  }
}

/** The folder that this process is in, or "/" where it is gone. */
export function currentFolder(): string {
  try {
    return Deno.cwd();
  } catch {
    return "/";
  }
}

/** `harombe uninstall`: shows everything, asks, removes only what is harombe's own. */
import { join } from "node:path";
import { refuseIfOpen } from "../backup/in_use.ts";
import { stateDirectory } from "../config.ts";
import { diskReason } from "../disk_reason.ts";
import { exists } from "../exists.ts";
import { EXIT, Exit, visible } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { PARTS } from "../state/parts.ts";
import { type Item, type Plan, planUninstall } from "../uninstall/plan.ts";

export type UninstallArgs = { yes?: boolean; keepData?: boolean; json?: boolean };

/** Plans, shows, asks, removes; the exit code. 3 where nobody can be asked and `--yes` was not given. */
export async function uninstall(args: UninstallArgs, io: Io): Promise<number> {
  const state = stateDirectory(io.env);
  const plan = planned(args, state, io);
  if (args.json && !args.yes) {
    io.stdout.write(`${jsonText(plan)}\n`);
    return 0;
  }
  if (!args.json) io.stdout.write(shown(plan));
  if (plan.remove.length === 0) return 0;
  if (!args.yes && !await agreed(io)) return EXIT.needsApproval;
  if (!args.keepData) {
    for (const { name, kind } of PARTS) if (kind === "database") refuseIfOpen(join(state, name), "remove anything");
  }
  const left = plan.remove.flatMap((item) => removed(item));
  if (args.json) io.stdout.write(`${jsonText({ ...plan, failed: left })}\n`);
  else for (const line of left) io.stderr.write(`harombe: ${visible(line)}\n`);
  if (left.length === 0 && !args.json) io.stdout.write("Removed.\n");
  return left.length === 0 ? 0 : EXIT.failed;
}

function planned(args: UninstallArgs, state: string, io: Io): Plan {
  const home = io.env("HOME") ?? null;
  const [file, cache] = [io.env("HAROMBE_FILE") || null, io.env("HAROMBE_CACHE") || null];
  try {
    return planUninstall({
      state,
      home,
      file,
      cache,
      keepData: args.keepData === true,
    });
  } catch (error) {
    if (error instanceof RangeError) throw new Exit(EXIT.failed, error.message, { cause: error });
    const reason = diskReason(error);
    throw reason === null
      ? error
      : new Exit(EXIT.failed, `Cannot look at what harombe put here: ${reason}`, { cause: error });
  }
}

function shown({ remove, leave }: Plan): string {
  if (remove.length === 0) return "There is nothing of harombe to remove.\n";
  const row = (path: string, what: string) => `  ${visible(path)}  (${what})`;
  return [
    "This would be removed for good:",
    ...remove.map(({ path, what, how }) => row(path, how === "if empty" ? `${what}, if it is empty then` : what)),
    ...(leave.length > 0 ? ["This stays:", ...leave.map(({ path, why }) => row(path, why))] : []),
    "Lines about harombe in the settings of your shell stay: remove them yourself. Backups stay where you put them.",
  ].join("\n") + "\n";
}

/** Only the word yes, typed after the list was shown, is a yes. */
async function agreed(io: Io): Promise<boolean> {
  if (!io.stdin.isTerminal) {
    io.stderr.write("harombe: nothing was removed: nobody can be asked here; --yes removes it\n");
    return false;
  }
  io.stdout.write("Type yes to remove all this: ");
  const { textLines } = await import("../text_lines.ts");
  for await (const line of textLines(io.stdin.readable, io.signal)) {
    if (line.trim() === "yes") return true;
    break;
  }
  io.stdout.write("Nothing was removed.\n");
  return false;
}

/** What could not be removed, a sentence each. */
function removed({ path, how }: Item): string[] {
  try {
    if (!exists(path)) return [];
    // Without `recursive` a directory that is not empty stays.
    Deno.removeSync(path, { recursive: how === "tree" });
    return [];
  } catch (error) {
    if (how === "if empty") return [];
    return [`Cannot remove ${path}: ${diskReason(error) ?? (error as Error).message}`];
  }
}

/** `harombe logs`: what harombe noted of itself. */
import { join } from "node:path";
import { printable } from "../../security/display.ts";
import { stateDirectory } from "../config.ts";
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { type Level, LEVELS, linesOf, type LogLine } from "../log/line.ts";
import { logFiles } from "../log/note.ts";
import { oneLine, showTime } from "./when.ts";

export type LogsArgs = { follow?: boolean; limit?: string; level?: string; json?: boolean };

/** Prints the last lines, then with `follow` each new one until the person leaves; the exit code. */
export async function logs(args: LogsArgs, io: Io): Promise<number> {
  const level = levelOf(args.level ?? "info");
  const limit = args.limit === undefined ? 50 : Number(args.limit) || Infinity;
  const files = logFiles(stateDirectory(io.env));
  const print = (line: LogLine) => io.stdout.write(`${args.json ? jsonText(line) : textOf(line)}\n`);
  const texts = files.map(readText);
  const lines = texts.flatMap((text) => linesOf(text, level));
  if (lines.length === 0 && !args.follow && !args.json) io.stdout.write("Nothing was noted.\n");
  lines.slice(-Math.min(limit, lines.length || 1)).forEach(print);
  if (args.follow) await follow(files.at(-1)!, texts.at(-1)!, (text) => linesOf(text, level).forEach(print), io.signal);
  return 0;
}

function levelOf(text: string): Level {
  const level = LEVELS.find((one) => one === text);
  if (level === undefined) throw new Exit(EXIT.usage, `Cannot use the level ${short(text)}: ${LEVELS.join(", ")}`);
  return level;
}

function textOf({ at, level, part, what }: LogLine): string {
  return `${showTime(at)}  ${level.padEnd(7)}  ${part.padEnd(8)}  ${oneLine(printable(what), 300)}`;
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw new Exit(EXIT.failed, `Cannot read ${path}: ${diskReason(error) ?? String(error)}`, { cause: error });
  }
}

/** Hands on whole lines that come after `seen`; a file that was put away is read to its end, then the new one. */
async function follow(path: string, seen: string, more: (text: string) => void, signal: AbortSignal): Promise<void> {
  const directory = join(path, "..");
  await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  const watcher = Deno.watchFs(directory);
  const leave = () => watcher.close();
  signal.addEventListener("abort", leave, { once: true });
  let read = seen;
  const look = () => {
    const now = readText(path);
    const fresh = now.startsWith(read) ? now.slice(read.length) : now;
    const whole = fresh.slice(0, fresh.lastIndexOf("\n") + 1);
    read = now.startsWith(read) ? read + whole : whole;
    if (whole !== "") more(whole);
  };
  try {
    look();
    for await (const _ of watcher) look();
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

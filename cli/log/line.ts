/** What harombe notes of itself, never what was said or done: a line of JSON for each failure and change of its own; pure. */
import * as z from "zod";

export const LEVELS = ["error", "warning", "info"] as const;
export type Level = typeof LEVELS[number];

export const LogLine = z.object({
  /** Milliseconds since 1970 UTC. */
  at: z.number(),
  level: z.enum(LEVELS),
  /** The process that noted it. */
  part: z.enum(["main", "launcher"]),
  /** One sentence, without secrets, at most 300 characters. */
  what: z.string(),
  /** The program's version. */
  version: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

/** The lines of a log file's `text` at `level` or above; what is no line of ours (a write cut by a power cut) is left out. */
export function linesOf(text: string, level: Level): LogLine[] {
  return text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const read = LogLine.safeParse(JSON.parse(line));
      return read.success && LEVELS.indexOf(read.data.level) <= LEVELS.indexOf(level) ? [read.data] : [];
    } catch {
      return [];
    }
  });
}

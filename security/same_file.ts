/** Whether a path still names the file that was opened by it: SQLite writes on without complaint after it was deleted. */
import process from "node:process";

/**
 * Milliseconds between two looks at the identity of the files. A look marks the file's times as read, after which the
 * kernel must write them anew with the next change: at each append it made durable appends a third slower.
 */
const IDENTITY_MS = 1_000;

/** Checks that look at the identity before `node:fs`, which takes 7 ms to load, is worth it. */
const FIRST = 8;

/**
 * Looks at `paths` now and returns a check: it throws `Error`, naming the path, at once if one of them is gone, and
 * within a second if it names another file. What was written before such a check passed can be found by the path.
 */
export function sameFiles(paths: readonly string[], now: () => number = () => performance.now()): () => void {
  const identity = (path: string) => {
    try {
      const { dev, ino } = Deno.statSync(path);
      return `${dev}:${ino}`;
    } catch {
      return null;
    }
  };
  const opened = paths.map(identity);
  const looked = { at: now(), times: 0 };
  return () => {
    const due = looked.times++ < FIRST || now() - looked.at >= IDENTITY_MS;
    if (due) looked.at = now();
    const there = due ? null : process.getBuiltinModule("node:fs").existsSync;
    const lost = paths.find((path, at) => there === null ? identity(path) !== opened[at] : !there(path));
    if (lost === undefined) return;
    throw new Error(`Cannot write ${lost}: it was moved, replaced or deleted while it was open`);
  };
}

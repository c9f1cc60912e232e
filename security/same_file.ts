/** Whether a path still names the file that was opened by it: SQLite writes on without complaint after it was deleted. */

/**
 * Looks at `paths` now and returns a check: it throws `Error`, naming the path, once one of them is gone or names
 * another file. What was written before such a check passed can be found by the path.
 */
export function sameFiles(paths: readonly string[]): () => void {
  const identity = (path: string) => {
    try {
      const { dev, ino } = Deno.statSync(path);
      return `${dev}:${ino}`;
    } catch {
      return null;
    }
  };
  const opened = paths.map(identity);
  return () => {
    const lost = paths.find((path, at) => opened[at] === null || identity(path) !== opened[at]);
    if (lost === undefined) return;
    throw new Error(`Cannot write ${lost}: it was moved, replaced or deleted while it was open`);
  };
}

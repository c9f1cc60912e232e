/** Where a path leads once links and `..` are followed. Pure: the caller looks at the disk. */

/** As many links as Linux follows in one path (MAXSYMLINKS, linux/namei.h). */
const MOST_LINKS = 40;

/** What the link at an absolute path holds, or null for anything that is no link, also for nothing. */
export type Look = (path: string) => string | null;

function follow(path: string, look: Look, last: boolean): string | null {
  const waiting = path.split("/").filter((label) => label !== "" && label !== ".").reverse();
  const at: string[] = [];
  let links = 0;
  for (let label = waiting.pop(); label !== undefined; label = waiting.pop()) {
    if (label === "..") {
      at.pop();
      continue;
    }
    const here = `/${[...at, label].join("/")}`;
    const target = waiting.length > 0 || last ? look(here) : null;
    if (target === null) {
      at.push(label);
      continue;
    }
    if (++links > MOST_LINKS) return null;
    if (target.startsWith("/")) at.length = 0;
    waiting.push(...target.split("/").filter((label) => label !== "" && label !== ".").reverse());
  }
  return `/${at.join("/")}`;
}

/** `path` (absolute) with `.` and `..` taken out of the text, as Deno does it before it opens a file. */
export function lexical(path: string): string {
  return follow(path, () => null, true)!;
}

/**
 * Every file that an operation on `path` (absolute) can mean: `..` taken from the text as Deno does, or followed as the
 * kernel does; a last link followed, as `open` does, or meant itself, as `rename` and `remove` do. The first is where the path
 * leads. Null if links go in circles.
 */
export function meanings(path: string, look: Look): string[] | null {
  const plain = lexical(path);
  const written = path.includes("..") ? [plain, path] : [plain];
  const seen = new Map<string, string | null>();
  const once: Look = (path) => {
    const known = seen.get(path);
    if (known !== undefined) return known;
    const found = look(path);
    seen.set(path, found);
    return found;
  };
  const all = written.flatMap((one) => [follow(one, once, true), follow(one, once, false)]);
  return all.includes(null) ? null : [...new Set(all as string[])];
}

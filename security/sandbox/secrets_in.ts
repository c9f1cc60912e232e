/** Which files of a workspace hold secrets by their names, so that a run which nobody approved does not see them. */
import { secretPath } from "../risk/secret_path.ts";
import type { Hidden } from "./bubblewrap.ts";
import { ask } from "./spawn.ts";

/** Mounts that one run can reasonably have. */
const MOST = 1000;

/**
 * Every file and folder of `folder` that `secretPath` names, at any depth of the same disk, the topmost only; not
 * below `.git`. A link to one needs no cover: it ends at what is covered. Throws `RangeError` where there are more
 * than can be covered.
 */
export async function secretsIn(folder: string, signal: AbortSignal): Promise<Hidden[]> {
  const { stdout } = await ask(
    "find",
    [
      folder,
      "-xdev",
      "-mindepth",
      "1",
      "(",
      "-name",
      ".git",
      "-prune",
      ")",
      "-o",
      "-type",
      "f,d",
      "-printf",
      "%y%P\\0",
    ],
    signal,
  );
  const found: Hidden[] = [];
  const covered = new Set<string>();
  for (const entry of stdout.split("\0")) {
    const path = entry.slice(1);
    if (path === "" || secretPath(path) === null || isBelow(path, covered)) continue;
    covered.add(path);
    found.push({ path: `${folder === "/" ? "" : folder}/${path}`, kind: entry[0] === "d" ? "directory" : "file" });
  }
  if (found.length > MOST) {
    throw new RangeError(`Cannot cover the files that may hold secrets: ${found.length}, the most is ${MOST}`);
  }
  return found;
}

/** `find` names a folder before what is in it. */
function isBelow(path: string, covered: ReadonlySet<string>): boolean {
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    if (covered.has(path.slice(0, at))) return true;
  }
  return false;
}

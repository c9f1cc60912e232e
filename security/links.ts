/** Where a path really leads inside the workspace, so that a link is judged by what it points at. */
import { normalPath } from "./glob.ts";
import type { Files } from "./sandbox/files/files.ts";

const HOPS = 40;

/**
 * `path` with each symbolic link on the way followed, as far as the path exists. A relative link is read from
 * its own folder; an absolute one stays absolute. Throws after 40 links, as Linux does. The answer is for
 * deciding; that no link leaves the workspace is the business of `files` itself.
 */
export async function followLinks(path: string, files: Files, signal: AbortSignal): Promise<string> {
  let rest = normalPath(path).split("/");
  const done: string[] = [];
  for (let hops = 0; rest.length > 0;) {
    const label = rest.shift()!;
    if (label === "..") {
      done.pop();
      continue;
    }
    done.push(label);
    if (label === "") continue;
    const found = await files.stat(done.join("/"), signal).catch(() => null);
    if (found === null && done[0] !== "") return normalPath([...done, ...rest].join("/"));
    if (found === null) continue;
    if (found.kind !== "symlink" || found.target === undefined) continue;
    if (++hops > HOPS) throw new Error(`Cannot follow the links of ${path}: more than ${HOPS}`);
    const absolute = found.target.startsWith("/");
    done.pop();
    if (absolute) done.length = 0;
    rest = [...(absolute ? [""] : []), ...found.target.split("/").filter((l) => l !== "" && l !== "."), ...rest];
  }
  return normalPath(done.join("/"));
}

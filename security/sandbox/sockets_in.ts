/** The socket files of a workspace, which would answer a run that may open Unix streams. */
import type { Hidden } from "./bubblewrap.ts";
import { ask } from "./spawn.ts";

/** Mounts that one run can reasonably have. */
const MOST = 1000;

/** Every socket file of `folder`, at any depth of the same disk. Throws `RangeError` where there are more than can be covered. */
export async function socketsIn(folder: string, signal: AbortSignal): Promise<Hidden[]> {
  const { stdout } = await ask("find", [folder, "-xdev", "-type", "s", "-print0"], signal);
  const paths = stdout.split("\0").filter((path) => path !== "");
  if (paths.length > MOST) {
    throw new RangeError(`Cannot cover the sockets of the folder: ${paths.length}, the most is ${MOST}`);
  }
  return paths.map((path) => ({ path, kind: "file" }));
}

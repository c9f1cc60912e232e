/** What launchers that were killed have left behind. */
import process from "node:process";

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
}

/** Removes the private directories, beside `own`, of this user's launchers that were killed. What cannot go stays. */
export async function sweepRuntimes(own: string, signal: AbortSignal): Promise<void> {
  const parent = own.slice(0, own.lastIndexOf("/"));
  for await (const { name, isDirectory } of Deno.readDir(parent)) {
    signal.throwIfAborted();
    const pid = /^harombe-(\d+)-/.exec(name)?.[1];
    if (!isDirectory || pid === undefined || alive(Number(pid))) continue;
    const path = `${parent}/${name}`;
    const mine = await Deno.lstat(path).then(({ uid }) => uid === Deno.uid(), () => false);
    if (mine) await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

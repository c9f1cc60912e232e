/** What harombe's own directory takes on disk. */

import { diskReason } from "../disk_reason.ts";

/** Entries that are looked at; a state directory has far fewer. */
const MOST = 100_000;

/** Sum of the sizes of all files below `path`, links not followed; null if it cannot be read as a whole, or has more than 100,000 entries. */
export async function stateSize(path: string, signal: AbortSignal): Promise<number | null> {
  const left = { entries: MOST };
  const sizeBelow = async (directory: string): Promise<number> => {
    let sum = 0;
    for await (const { name, isDirectory, isFile } of Deno.readDir(directory)) {
      signal.throwIfAborted();
      if (left.entries-- <= 0) throw new RangeError(`Cannot count the files below ${path}: too many`);
      if (isDirectory) sum += await sizeBelow(`${directory}/${name}`);
      else if (isFile) sum += (await Deno.lstat(`${directory}/${name}`)).size;
    }
    return sum;
  };
  try {
    return await sizeBelow(path);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RangeError || diskReason(error) !== null) return null;
    throw error;
  }
}

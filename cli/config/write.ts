import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit } from "../failure.ts";

/**
 * Replaces the file at `path` in one step with mode 0600, its directory created with 0700 where missing: a reader, or
 * a crash, sees the old text or the new, never a part. Not through a symbolic link. Throws `Exit` with the cause.
 */
export async function writePrivately(path: string, text: string, signal: AbortSignal): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const draft = `${path}.${crypto.randomUUID()}.new`;
  try {
    const old = await Deno.lstat(path).catch(ifMissing);
    if (old?.isSymlink) throw new Error("it is a symbolic link");
    if (old?.isDirectory) throw new Error("it is a directory");
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
    await writeWhole(draft, text);
    signal.throwIfAborted();
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    if (signal.aborted) throw error;
    const reason = diskReason(error) ?? (error as Error).message;
    throw new Exit(EXIT.failed, `Cannot write config ${path}: ${reason}`, { cause: error });
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  await file.sync();
}

function ifMissing(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}

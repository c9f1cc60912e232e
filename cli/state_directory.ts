/** The directory that harombe keeps its state in: made if it is missing, refused if others could change what is in it. */
import { EXIT, Exit, short } from "./failure.ts";

/**
 * Makes `path` (absolute) with mode 0700 unless it is there. Throws `Exit` with one clear line if it cannot be made, is
 * no directory, belongs to another user, or if others may write to it.
 */
export async function useStateDirectory(path: string): Promise<void> {
  const fail = (why: string, cause?: unknown) =>
    new Exit(EXIT.failed, `Cannot use the state directory ${short(path)}: ${why}`, { cause });
  const stat = await made(path).catch((error) => {
    throw fail(reasonOf(error), error);
  });
  if (!stat.isDirectory) throw fail("it is no directory");
  if (stat.uid !== null && stat.uid !== Deno.uid()) throw fail("it belongs to another user");
  if (stat.mode !== null && (stat.mode & 0o022) !== 0) throw fail("others may write to it; run chmod 700 on it");
}

async function made(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    return await Deno.stat(path);
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  const reasons: Record<string, string> = {
    EACCES: "this user may not use it",
    EEXIST: "it is no directory",
    ELOOP: "it is a link to itself",
    ENAMETOOLONG: "its name is too long",
    ENOENT: "it is not there",
    ENOSPC: "the disk is full",
    ENOTDIR: "a part of it is no directory",
    EROFS: "the file system is read-only",
  };
  return reasons[code ?? ""] ?? message.split(":")[0];
}

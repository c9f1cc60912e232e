/** The directory that harombe keeps its state in: made if it is missing, refused if others could change what is in it. */
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit, short } from "../failure.ts";

/**
 * Makes `path` (absolute) with mode 0700 unless it is there. Throws `Exit` with one clear line if it cannot be made, is
 * no directory, belongs to another user, or if others may write to it.
 */
export async function useStateDirectory(path: string): Promise<void> {
  const fail = (why: string, cause?: unknown) =>
    new Exit(EXIT.failed, `Cannot use the state directory ${short(path)}: ${why}`, { cause });
  const stat = await made(path).catch((error) => {
    throw fail(
      error instanceof Deno.errors.AlreadyExists ? "it is no directory" : diskReason(error) ?? String(error),
      error,
    );
  });
  if (!stat.isDirectory) throw fail("it is no directory");
  if (stat.uid !== null && stat.uid !== Deno.uid()) throw fail("it belongs to another user");
  if (stat.mode !== null && (stat.mode & 0o022) !== 0) throw fail("others may write to it; run chmod 700 on it");
  await finishCutRestore(path);
}

/** The state directory, as `stateDirectory` has it but null for an error; it loads no configuration. */
export function stateFrom(env: (name: string) => string | undefined): string | null {
  const [named, home] = [env("HAROMBE_HOME"), env("HOME")];
  if (named) return named.startsWith("/") ? named : null;
  return home ? `${home}/.harombe` : null;
}

/** Finishes a restore that had begun to replace files when it was cut: before that nothing in `path` may be opened. */
export async function finishCutRestore(path: string): Promise<void> {
  try {
    await Deno.lstat(`${path}/.restore/order.json`);
  } catch {
    // Not there, or nothing of the directory may be seen: then nothing in it is opened either.
    return;
  }
  (await import("../backup/swap.ts")).finishRestore(path);
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

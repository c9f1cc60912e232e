/** Writes what a person asked for to the file that they named. */
import { diskReason } from "../disk_reason.ts";
import { draftOf } from "../draft.ts";
import { EXIT, Exit, short } from "../failure.ts";

/**
 * Writes `text` to `path` with mode 0600: whole or not at all. A file that is there stays, unless `force`; a symbolic
 * link is replaced and never followed. Throws `Exit` with the cause.
 */
export async function writeExport(path: string, text: string, options: { force: boolean }): Promise<void> {
  const draft = draftOf(path);
  const made = { draft: false };
  try {
    if (!options.force && await isThere(path)) throw new Deno.errors.AlreadyExists();
    {
      using file = await Deno.open(draft, { write: true, createNew: true, mode: 0o600 });
      made.draft = true;
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    }
    if (options.force) await Deno.rename(draft, path);
    else {
      // Fails where a file came meanwhile, which a rename would replace.
      using _ = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
      await Deno.rename(draft, path);
    }
    made.draft = false;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      const isDraft = !made.draft && (options.force || !await isThere(path));
      if (made.draft) await Deno.remove(draft).catch(() => {});
      throw new Exit(
        EXIT.failed,
        isDraft
          ? `Cannot write ${short(draft)}: it is there already; remove it first`
          : `Cannot write ${short(path)}: it is there already; --force replaces it`,
        {
          cause: error,
        },
      );
    }
    if (made.draft) await Deno.remove(draft).catch(() => {});
    const reason = error instanceof Deno.errors.NotCapable
      ? "this process may not write there; send standard output to a file instead"
      : error instanceof Deno.errors.NotFound
      ? "its directory is not there"
      : diskReason(error) ?? (error as Error).message;
    throw new Exit(EXIT.failed, `Cannot write ${short(path)}: ${reason}`, { cause: error });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

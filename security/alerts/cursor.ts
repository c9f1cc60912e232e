/** How far a destination has the audit log: a small file that is replaced whole after each batch that was taken. */
import * as z from "zod";

export const Cursor = z.strictObject({
  /** The last record that was taken. */
  seq: z.int().nonnegative(),
  /** Records that the receiver will never take, by their numbers' ranges; the newest 100 ranges. */
  refused: z.array(z.tuple([z.int(), z.int(), z.string().max(300)])).max(100).default([]),
});
export type Cursor = z.infer<typeof Cursor>;

const Cursors = z.record(z.string(), Cursor);

/** The cursors in the file at `path`. A file that is not there is the beginning; one that is damaged too: sent twice is better than never. */
export async function readCursors(path: string, signal: AbortSignal): Promise<Record<string, Cursor>> {
  try {
    const parsed = Cursors.safeParse(JSON.parse(await Deno.readTextFile(path, { signal })));
    return parsed.success ? parsed.data : {};
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Replaces the file at `path`; what was there stays until the new one is on the disk. */
export async function writeCursors(path: string, cursors: Record<string, Cursor>): Promise<void> {
  const part = `${path}.part`;
  const file = await Deno.open(part, { write: true, create: true, truncate: true, mode: 0o600 });
  try {
    const bytes = new TextEncoder().encode(JSON.stringify(cursors));
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } finally {
    file.close();
  }
  await Deno.rename(part, path);
}

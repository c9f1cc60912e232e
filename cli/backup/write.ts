/** Writes a backup: snapshot, archive, the file read back, then its name. */
import { join } from "node:path";
import { printable } from "../../security/display.ts";
import { describeFault } from "../../security/audit/fault.ts";
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit, visible } from "../failure.ts";
import { exists } from "../exists.ts";
import { WORK } from "../state/parts.ts";
import { packed, unpack } from "./archive.ts";
import { draftOf } from "../draft.ts";
import { lockState } from "./lock.ts";
import type { Manifest } from "./manifest.ts";
import { decrypted, encrypted } from "./seal.ts";
import { placeOf, takeSnapshot } from "./snapshot.ts";

export type BackupOptions = {
  /** The file to write, absolute. */
  file: string;
  state: string;
  models: boolean;
  /** Replaces FILE, and backs up an audit log that is not whole. */
  force: boolean;
  /** Null writes it open. */
  passphrase: string | null;
  version: string;
  /** Milliseconds since 1970 UTC. */
  now: number;
};

/**
 * Writes the backup of `state` to `file` (0600): nobody sees a part of it under that name, and what was written has been
 * read back and compared with every hash. Throws one `Exit` with the reason; then there is no new file.
 */
export async function writeBackup(options: BackupOptions, signal: AbortSignal): Promise<Manifest & { bytes: number }> {
  const { file, state, models, force, passphrase } = options;
  if (!exists(state)) throw new Exit(EXIT.failed, `Cannot back up ${visible(state)}: there is nothing yet`);
  refuseFile(file, force);
  using _lock = lockState(state, "back up");
  const work = join(state, WORK.backup);
  const draft = draftOf(file);
  const ours = { draft: false };
  await Deno.remove(work, { recursive: true }).catch(ifMissing);
  try {
    await Deno.mkdir(work, { mode: 0o700 });
    const { files, audit } = await takeSnapshot(state, work, { models }, signal);
    if (audit !== null && audit.faults.length > 0 && !force) {
      const why = printable(describeFault(audit.faults[0]));
      throw new Exit(
        EXIT.failed,
        `Cannot back up an audit log that is not whole: ${why}; --force backs it up as it is`,
      );
    }
    if (files.length === 0) throw new Exit(EXIT.failed, `Cannot back up ${visible(state)}: there is nothing yet`);
    const manifest: Manifest = {
      format: 1,
      harombe: options.version,
      createdAt: options.now,
      models,
      audit: audit && { last: audit.last, faults: audit.faults.length + audit.omitted },
      files,
    };
    const plain = packed(manifest, async (path) => (await Deno.open(placeOf(path, state, work))).readable, signal);
    const sealed = passphrase === null ? plain : await encrypted(plain, passphrase);
    await clearDraft(draft);
    ours.draft = true;
    await writeDraft(draft, sealed, signal);
    await readBack(draft, manifest, passphrase, signal);
    const { size } = await Deno.stat(draft);
    await Deno.rename(draft, file);
    return { ...manifest, bytes: size };
  } catch (error) {
    if (ours.draft) await Deno.remove(draft).catch(() => {});
    const reason = error instanceof Exit || signal.aborted ? null : diskReason(error);
    throw reason === null
      ? error
      : new Exit(EXIT.failed, `Cannot write the backup ${visible(file)}: ${reason}`, { cause: error });
  } finally {
    await Deno.remove(work, { recursive: true }).catch(ifMissing);
  }
}

/** Throws `Exit` where FILE may not be put: something is there, or what is there is no plain file (a device, a link). */
function refuseFile(file: string, force: boolean): void {
  try {
    if (!exists(file)) return;
  } catch (error) {
    throw new Exit(EXIT.failed, `Cannot write ${visible(file)}: ${diskReason(error) ?? error}`, { cause: error });
  }
  if (!Deno.lstatSync(file).isFile) {
    throw new Exit(EXIT.failed, `Cannot write ${visible(file)}: something that is no plain file is there`);
  }
  if (!force) throw new Exit(EXIT.failed, `Cannot write ${visible(file)}: it is there already; --force replaces it`);
}

/** What an earlier run left there is taken away, but only a plain file. */
async function clearDraft(draft: string): Promise<void> {
  const left = await Deno.lstat(draft).catch(ifMissing);
  if (left && !left.isFile) {
    throw new Exit(EXIT.failed, `Cannot write ${visible(draft)}: something that is no file is there`);
  }
  if (left) await Deno.remove(draft);
}

/** Creates the draft, never through a link. */
async function writeDraft(draft: string, bytes: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
  using file = await Deno.open(draft, { write: true, createNew: true, mode: 0o600 });
  for await (const piece of bytes) {
    signal.throwIfAborted();
    for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
  }
  await file.sync();
}

async function readBack(
  draft: string,
  written: Manifest,
  passphrase: string | null,
  signal: AbortSignal,
): Promise<void> {
  const bytes = (await Deno.open(draft)).readable;
  const plain = passphrase === null ? bytes : await decrypted(bytes, passphrase);
  const nowhere = { write: () => Promise.resolve(), close: () => Promise.resolve() };
  const found = await unpack(plain, { begin: () => Promise.resolve(), file: () => Promise.resolve(nowhere) }, signal);
  if (JSON.stringify(found) !== JSON.stringify(written)) {
    throw new Exit(EXIT.failed, "Cannot trust the backup that was written: read back, it says something else");
  }
}

function ifMissing(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}

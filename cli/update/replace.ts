/** Puts another portable file in the place of this one: whoever starts it meanwhile gets the old or the new, whole. */
import { createHash } from "node:crypto";
import { statfsSync } from "node:fs";
import { EXIT, Exit, visible } from "../failure.ts";
import { exists } from "../exists.ts";
import { HEAD_BYTES, isPortable } from "./portable.ts";

/** Starts `file version` with a runtime directory of its own and tells what it printed. Throws if it cannot be started. */
export type TellVersion = (file: string, signal: AbortSignal) => Promise<string>;

/** Names beside the program's own. */
const draftOf = (file: string) => `${file}.new`;
export const previousOf = (file: string) => `${file}.previous`;

/** Kept free on the disk beyond what the file needs, bytes: the new one is unpacked at its first start. */
const SPARE = 512 << 20;

/** Throws `Exit` unless `file` is a portable harombe file of this user, no link. */
export function checkPortable(file: string): void {
  const fail = (why: string) => new Exit(EXIT.failed, `Cannot replace ${visible(file)}: ${why}`);
  const stat = Deno.lstatSync(file);
  if (!stat.isFile) throw fail("it is no plain file");
  if (stat.uid !== null && stat.uid !== Deno.uid()) throw fail("it belongs to another user");
  using opened = Deno.openSync(file);
  const bytes = new Uint8Array(HEAD_BYTES);
  if (!isPortable(new TextDecoder("latin1").decode(bytes.subarray(0, opened.readSync(bytes) ?? 0)))) {
    throw fail("it is no harombe file");
  }
}

export type Candidate = { from: ReadableStream<Uint8Array>; bytes: number; sha256: string; version: string };

/**
 * Writes the candidate beside `file`, checks size and SHA-256, starts it once, keeps the present file as `.previous` and
 * takes its place. Throws `Exit` with the reason; then `file` is as it was and nothing is left beside it.
 */
export async function replaceBy(
  candidate: Candidate,
  { file, tellVersion }: { file: string; tellVersion: TellVersion },
  signal: AbortSignal,
): Promise<void> {
  checkPortable(file);
  const draft = draftOf(file);
  const { bavail, bsize } = statfsSync(file.slice(0, file.lastIndexOf("/")) || "/");
  if (bavail * bsize < candidate.bytes + SPARE) {
    throw new Exit(
      EXIT.failed,
      `Cannot update: ${candidate.bytes + SPARE} bytes are needed, ${bavail * bsize} are free`,
    );
  }
  if (exists(draft)) {
    if (!Deno.lstatSync(draft).isFile) {
      throw new Exit(EXIT.failed, `Cannot write ${visible(draft)}: it is no plain file`);
    }
    Deno.removeSync(draft);
  }
  try {
    await writeChecked(candidate, draft, signal);
    Deno.chmodSync(draft, Deno.lstatSync(file).mode! & 0o777);
    checkPortable(draft);
    await expectVersion(draft, candidate.version, tellVersion, signal);
    signal.throwIfAborted();
    keepPrevious(file);
    Deno.renameSync(draft, file);
  } finally {
    if (exists(draft)) Deno.removeSync(draft);
  }
}

/** Puts `.previous` in the place of `file`, and `file` in its place. Throws `Exit` where there is none or it does not start. */
export async function rollBack(file: string, tellVersion: TellVersion, signal: AbortSignal): Promise<string> {
  const previous = previousOf(file);
  if (!exists(previous)) throw new Exit(EXIT.failed, `Cannot roll back: there is no ${visible(previous)}`);
  checkPortable(file);
  checkPortable(previous);
  const said = await started(previous, tellVersion, signal);
  const version = /^harombe (\S{1,100})$/.exec(said)?.[1];
  if (version === undefined) throw new Exit(EXIT.failed, `Cannot roll back: the file before does not tell its version`);
  const aside = draftOf(file);
  if (exists(aside)) Deno.removeSync(aside);
  copyOrLink(file, aside);
  Deno.renameSync(previous, file);
  Deno.renameSync(aside, previous);
  return version;
}

async function writeChecked({ from, bytes, sha256 }: Candidate, draft: string, signal: AbortSignal): Promise<void> {
  const hash = createHash("sha256");
  const written = { bytes: 0 };
  using out = Deno.openSync(draft, { write: true, createNew: true, mode: 0o700 });
  for await (const piece of from) {
    signal.throwIfAborted();
    written.bytes += piece.length;
    if (written.bytes > bytes) break;
    hash.update(piece);
    for (let at = 0; at < piece.length;) at += out.writeSync(piece.subarray(at));
  }
  if (written.bytes !== bytes) {
    throw new Exit(EXIT.failed, `Cannot update: the file has not the ${bytes} bytes that the release says`);
  }
  if (hash.digest("hex") !== sha256) {
    throw new Exit(EXIT.failed, "Cannot update: the file is not the one that the release names (SHA-256)");
  }
  out.syncSync();
}

async function expectVersion(
  file: string,
  version: string,
  tellVersion: TellVersion,
  signal: AbortSignal,
): Promise<void> {
  const said = await started(file, tellVersion, signal);
  if (said !== `harombe ${version}`) {
    throw new Exit(
      EXIT.failed,
      `Cannot update: started once, the new file says ${
        JSON.stringify(visible(said.slice(0, 80)))
      }, not harombe ${version}`,
    );
  }
}

async function started(file: string, tellVersion: TellVersion, signal: AbortSignal): Promise<string> {
  try {
    return (await tellVersion(file, signal)).trim();
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw new Exit(EXIT.failed, `Cannot update: the new file does not start here: ${visible(why.slice(0, 300))}`, {
      cause: error,
    });
  }
}

/** The file stays where it is and gets a second name, so there is no moment without it. */
function keepPrevious(file: string): void {
  const previous = previousOf(file);
  const fresh = `${previous}.new`;
  if (exists(fresh)) Deno.removeSync(fresh);
  copyOrLink(file, fresh);
  Deno.renameSync(fresh, previous);
}

function copyOrLink(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
  } catch {
    // A file system without hard links.
    Deno.copyFileSync(from, to);
  }
}

/** Secrets in the files of a folder, read through the sandboxed file server. */
import type { Files, FileStat } from "../../security/sandbox/files/files.ts";
import { findingsIn } from "../../security/secrets/findings.ts";
import { LARGEST, nothing, type Scanned, textOfFile } from "./found.ts";

const PIECE = 4 << 20;
const MOST_FILES = 100_000;

/** Every file at or below `path`: no link is followed, `.git` and `node_modules` are not entered; `only`, if given, are the paths that count. */
export async function scanTree(
  files: Files,
  { path, key, only }: { path: string; key: Uint8Array; only?: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<Scanned> {
  const scanned = nothing();
  const options = { depth: 64, hidden: true, limit: MOST_FILES };
  const top = path === "" ? null : await files.stat(path, signal);
  const listed = top?.kind === "file" ? { entries: [top], truncated: false } : await files.list(path, options, signal);
  if (listed.truncated) scanned.skipped.push({ path: path || ".", reason: `more than ${MOST_FILES} files` });
  for (const entry of listed.entries) {
    signal.throwIfAborted();
    if (only !== undefined && !only.has(entry.path)) continue;
    const reason = whyNot(entry);
    if (reason !== null) {
      if (reason !== "") scanned.skipped.push({ path: entry.path, reason });
      continue;
    }
    try {
      const read = textOfFile(await whole(files, entry.path, signal));
      if ("reason" in read) {
        scanned.skipped.push({ path: entry.path, reason: read.reason });
        continue;
      }
      scanned.files++;
      scanned.characters += read.text.length;
      for (const finding of findingsIn(read.text, key)) scanned.found.push({ path: entry.path, ...finding });
    } catch (error) {
      if (signal.aborted) throw error;
      scanned.skipped.push({
        path: entry.path,
        reason: error instanceof Error ? error.message.slice(0, 200) : "unreadable",
      });
    }
  }
  return scanned;
}

/** Why a name of the folder is not read; "" where there is nothing to read in it. */
function whyNot({ kind, path, size }: FileStat): string | null {
  if (kind === "directory") return path.split("/").at(-1) === "node_modules" ? "not entered" : "";
  if (kind !== "file") return kind === "symlink" ? "" : "no plain file";
  return size > LARGEST ? `${size} bytes, ${LARGEST} at most` : null;
}

async function whole(files: Files, path: string, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let offset = 0;; offset += PIECE) {
    const { bytes, size } = await files.read(path, { offset, length: PIECE }, signal);
    pieces.push(bytes);
    if (offset + bytes.length >= size || bytes.length === 0) break;
  }
  return pieces.length === 1 ? pieces[0] : new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
}

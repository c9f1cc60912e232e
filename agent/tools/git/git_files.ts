/** The file system that isomorphic-git reads through: `Files`, shaped like `node:fs` promises. It changes nothing. */
import type { Files, FileStat } from "../../../security/sandbox/files/files.ts";

const PIECE = 8 << 20;
/** Largest pack or index that is read. */
const LARGEST = 256 << 20;

/** isomorphic-git tells errors apart by `code`. */
const CODES: Record<string, string> = { NotFound: "ENOENT", NotADirectory: "ENOTDIR", IsADirectory: "EISDIR" };

function coded(error: unknown): never {
  if (error instanceof Error && CODES[error.name]) throw Object.assign(error, { code: CODES[error.name] });
  throw error;
}

function gitStat(stat: FileStat) {
  const link = stat.kind === "symlink";
  return {
    isFile: () => stat.kind === "file",
    isDirectory: () => stat.kind === "directory",
    isSymbolicLink: () => link,
    size: stat.size,
    mode: stat.kind === "directory" ? 0o40000 : link ? 0o120000 : 0o100644,
    mtimeMs: stat.mtime,
    ctimeMs: stat.mtime,
    // Never what an index holds: so contents are compared by hash, not taken as unchanged by their times.
    ino: 0,
    dev: 0,
    uid: 0,
    gid: 0,
  };
}

/** `files` for `git.*({ fs })`; paths are from the workspace root with a leading slash. Writes are refused (EROFS). */
export function gitFiles(files: Files, signal: AbortSignal) {
  const refuse = (path: string) =>
    Promise.reject(Object.assign(new Error(`Cannot change ${path}: git is only read here`), { code: "EROFS" }));
  const inside = (path: string) => path.replace(/^\/+/, "");

  async function readFile(path: string, options?: string | { encoding?: string }): Promise<Uint8Array | string> {
    const pieces: Uint8Array[] = [];
    for (let offset = 0;; offset += PIECE) {
      const { bytes, size } = await files.read(inside(path), { offset, length: PIECE }, signal).catch(coded);
      if (size > LARGEST) throw new RangeError(`Cannot read ${path}: ${size} bytes, ${LARGEST} at most`);
      pieces.push(bytes);
      if (offset + bytes.length >= size || bytes.length === 0) break;
    }
    const whole = pieces.length === 1 ? pieces[0] : new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
    const encoding = typeof options === "string" ? options : options?.encoding;
    return encoding ? new TextDecoder().decode(whole) : whole;
  }

  const lstat = (path: string) => files.stat(inside(path), signal).then(gitStat, coded);

  return {
    promises: {
      readFile,
      // The index with fresher times is thrown away: nothing of it is needed again.
      writeFile: (path: string) => path.endsWith("/index") ? Promise.resolve() : refuse(path),
      readdir: async (path: string) => {
        const options = { depth: 1, hidden: true, limit: 100_000 };
        const { entries } = await files.list(inside(path), options, signal).catch(coded);
        return entries.map((entry) => entry.path.slice(entry.path.lastIndexOf("/") + 1));
      },
      lstat,
      stat: lstat,
      readlink: async (path: string) => (await files.stat(inside(path), signal).catch(coded)).target ?? "",
      unlink: refuse,
      mkdir: refuse,
      rmdir: refuse,
      symlink: refuse,
      chmod: refuse,
    },
  };
}

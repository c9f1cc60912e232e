/**
 * The workspace's files, as a tool sees them. Paths are relative to the workspace root, `/`-separated;
 * an absolute path is accepted only if it lies inside. No path reaches outside the workspace: not by `..`,
 * not by a symbolic link, not by one that is swapped in while the call runs.
 */
import * as z from "zod/mini";

export const FileStat = z.object({
  path: z.string(),
  kind: z.enum(["file", "directory", "symlink", "other"]),
  /** Bytes. */
  size: z.number(),
  /** Milliseconds since 1970 UTC. */
  mtime: z.number(),
  /** For a symlink: its target as written. */
  target: z.optional(z.string()),
});
export type FileStat = z.infer<typeof FileStat>;

export const FileMatch = z.object({ path: z.string(), line: z.int(), text: z.string() });
export type FileMatch = z.infer<typeof FileMatch>;

export type ListOptions = {
  /** 1 = the directory's own entries. */
  depth: number;
  /** Include names that start with a dot. */
  hidden: boolean;
  /** Most entries returned; `truncated` says that there were more. */
  limit: number;
  /** Glob over the path relative to the listed directory: `*`, `?`, `**`, `[a-z]`, `{a,b}`; without a slash, over the name. */
  glob?: string;
};

export type SearchOptions = {
  /** RE2 syntax, so no input makes it slow; `literal` matches the text itself. */
  pattern: string;
  literal: boolean;
  ignoreCase: boolean;
  glob?: string;
  hidden: boolean;
  /** Most matches returned. */
  limit: number;
};

export type Files = {
  stat(path: string, signal: AbortSignal): Promise<FileStat>;
  list(
    path: string,
    options: ListOptions,
    signal: AbortSignal,
  ): Promise<{ entries: FileStat[]; truncated: boolean }>;
  /** `length` bytes from `offset`; `size` is the whole file's. `sha256` (hex) is of the whole file if it is ≤ 64 MiB, else absent. */
  read(
    path: string,
    range: { offset: number; length: number },
    signal: AbortSignal,
  ): Promise<{ bytes: Uint8Array; size: number; sha256?: string }>;
  /**
   * Replaces or creates the file in one step (a reader sees the old or the new content, never a part).
   * `expect` is the SHA-256 that the file must have now, or null where it must not exist; any other state throws.
   * `ownerOnly`: a new file gets mode 0600.
   */
  write(
    path: string,
    bytes: Uint8Array,
    options: { expect: string | null; createDirectories: boolean; ownerOnly?: boolean },
    signal: AbortSignal,
  ): Promise<{ sha256: string; created: boolean }>;
  /** Files named like secrets, below `.git` or `node_modules`, binary or over 8 MiB are skipped; the first three not where `path` names them. */
  search(
    path: string,
    options: SearchOptions,
    signal: AbortSignal,
  ): Promise<{ matches: FileMatch[]; truncated: boolean; filesRead: number; filesSkipped: number }>;
};

/** A folder of this machine as `Files`. */
import fs from "node:fs";
import { fileError } from "./file_error.ts";
import { fileStat, listFiles } from "./file_list.ts";
import { LARGEST_PIECE, openFile, readRange } from "./file_read.ts";
import { searchFiles } from "./file_search.ts";
import { writeFile } from "./file_write.ts";
import type { Files } from "./files.ts";
import { foldedName, protectedBy } from "../protected.ts";
import { look, type Root, settle } from "../trail.ts";
import { workspacePath } from "./workspace_path.ts";

/** Most bytes of one written file. */
const LARGEST_WRITE = 16 << 20;

export type FolderOptions = {
  writable: boolean;
  /** Refused for writing, at any depth and in any case: see `PROTECTED_PATHS`. Everything in `.git` is refused too, and every HEAD. */
  protectedPaths: readonly string[];
  /** How long a call waits for folders to stop changing before it refuses, ms. Default 2,500. */
  patienceMs?: number;
};

/** A file of this name makes a repository of any folder, whose configuration git would obey. */
function isHead(name: string): boolean {
  return name === "HEAD" || (Deno.build.os !== "linux" && foldedName(name) === "head");
}

/**
 * The folder `root` (absolute) as `Files`. Throws what opening it throws; later calls throw NotFound once the
 * folder was moved away. Every promise of `Files` holds against somebody who rearranges the folder's inside while
 * a call runs: the call refuses (Busy, PermissionDenied, NotFound) and returns nothing. See `trail.ts` for how.
 */
export function openFolder(root: string, options: FolderOptions): Files {
  const real = fs.realpathSync(root);
  const stat = look(real);
  if (!stat?.isDirectory()) throw new Deno.errors.NotADirectory(`Cannot open folder ${root}: it is no directory`);
  const base: Root = { absolute: real === "/" ? "" : real, dev: stat.dev, ino: stat.ino };
  const patienceMs = options.patienceMs ?? 2500;

  const relative = (path: string): string => {
    // A root that is spelled by way of a link may be meant by either spelling.
    const spelled = path.startsWith(`${root}/`) || path === root ? `${real}${path.slice(root.length)}` : path;
    return workspacePath(real, spelled);
  };

  const refuseProtected = (path: string): void => {
    const names = path.split("/");
    const entry = protectedBy(path, options.protectedPaths) ?? (isHead(names.at(-1)!) ? "HEAD" : null);
    const inGit = names.some((name) => foldedName(name) === ".git");
    if (entry === null && !inGit) return;
    throw new Deno.errors.PermissionDenied(
      `Cannot write ${path}: ${entry ?? ".git"} is protected, what it holds is obeyed outside the sandbox`,
    );
  };

  return {
    async stat(asked, signal) {
      const path = relative(asked);
      try {
        const at = { path, links: "inside", followLast: false, verb: "look at", patienceMs, calm: false } as const;
        return await settle(base, at, (trail) => {
          if (trail.end === null) throw new Deno.errors.NotFound(`Cannot look at ${path}: no such file or directory`);
          const end = trail.end;
          const value = fileStat(trail.path, trail.absolute, end);
          const again = () => fileStat(trail.path, trail.absolute, end).target === value.target;
          return { value, end, again, undo: () => {} };
        }, signal);
      } catch (error) {
        throw fileError(error, "look at", path);
      }
    },

    async list(asked, listOptions, signal) {
      const path = relative(asked);
      try {
        return await listFiles(base, { path, options: listOptions, patienceMs }, signal);
      } catch (error) {
        throw fileError(error, "list", path);
      }
    },

    async read(asked, { offset, length }, signal) {
      const path = relative(asked);
      if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError(`Cannot read ${path} from ${offset}`);
      if (!Number.isSafeInteger(length) || length < 0 || length > LARGEST_PIECE) {
        throw new RangeError(`Cannot read ${length} bytes of ${path} at once: ${LARGEST_PIECE} at most`);
      }
      try {
        const { fd, stat } = await openFile(base, { path, verb: "read", patienceMs, links: "inside" }, signal);
        try {
          return await readRange(fd, { offset, length, size: Number(stat.size) }, signal);
        } finally {
          fs.closeSync(fd);
        }
      } catch (error) {
        throw fileError(error, "read", path);
      }
    },

    async write(asked, bytes, { expect, createDirectories, ownerOnly }, signal) {
      const path = relative(asked);
      if (!options.writable) throw new Deno.errors.PermissionDenied(`Cannot write ${path}: the workspace is read-only`);
      if (path === "") throw new Deno.errors.IsADirectory("Cannot write .: it is a directory");
      refuseProtected(path);
      if (bytes.length > LARGEST_WRITE) {
        throw new RangeError(`Cannot write ${bytes.length} bytes to ${path}: ${LARGEST_WRITE} at most`);
      }
      return await writeFile(base, { path, bytes, expect, createDirectories, ownerOnly, patienceMs }, signal);
    },

    async search(asked, searchOptions, signal) {
      const path = relative(asked);
      try {
        return await searchFiles(base, { path, options: searchOptions, patienceMs }, signal);
      } catch (error) {
        throw fileError(error, "search", path);
      }
    },
  };
}

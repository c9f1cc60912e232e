/** What a failed call to the file system means to a person. */

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not use it",
  EDQUOT: "this user's share of the disk is full",
  EEXIST: "a file is in the way",
  EIO: "the disk failed",
  EISDIR: "it is a directory",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "it is not there",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of it is no directory",
  EPERM: "this user may not use it",
  EROFS: "the file system is read-only",
};

/** The reason in a few words, or null if `error` did not come from the file system. */
export function diskReason(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = "code" in error ? String(error.code) : /\(os error (\d+)\)/.test(error.message) ? "?" : "";
  return REASONS[code] ?? (code === "?" || error.constructor.name in Deno.errors ? error.message.split(":")[0] : null);
}

/** File system errors as the built-in classes, with the path as the caller wrote it and nothing of the machine. */

type Kind = { of: new (message: string) => Error; what: string };

const KINDS: Record<string, Kind> = {
  ENOENT: { of: Deno.errors.NotFound, what: "no such file or directory" },
  EACCES: { of: Deno.errors.PermissionDenied, what: "permission denied" },
  EPERM: { of: Deno.errors.PermissionDenied, what: "operation not permitted" },
  EROFS: { of: Deno.errors.PermissionDenied, what: "it is mounted read-only" },
  ENOTDIR: { of: Deno.errors.NotADirectory, what: "a name above it is no directory" },
  EISDIR: { of: Deno.errors.IsADirectory, what: "it is a directory" },
  EEXIST: { of: Deno.errors.AlreadyExists, what: "it exists already" },
  ELOOP: { of: Deno.errors.FilesystemLoop, what: "it is a symbolic link, or links form a loop" },
  EBUSY: { of: Deno.errors.Busy, what: "it is in use" },
  ETXTBSY: { of: Deno.errors.Busy, what: "it is a running program" },
  ENOSPC: { of: Error, what: "the disk is full" },
  EDQUOT: { of: Error, what: "the disk quota is used up" },
  ENAMETOOLONG: { of: TypeError, what: "the name is too long" },
  ENXIO: { of: Deno.errors.PermissionDenied, what: "it is a pipe, socket or device" },
};

/** `error` of `node:fs` as "Cannot <verb> <path>: <why>"; what is no file system error comes back unchanged. */
export function fileError(error: unknown, verb: string, path: string): Error {
  if (!(error instanceof Error)) return new Error(`Cannot ${verb} ${path || "."}: ${String(error)}`);
  if (error instanceof Deno.errors.NotCapable) {
    return new Deno.errors.PermissionDenied(`Cannot ${verb} ${path || "."}: this process has no access to it`);
  }
  const code = (error as Error & { code?: unknown }).code;
  if (typeof code !== "string") return error;
  const kind = KINDS[code];
  if (kind) return new kind.of(`Cannot ${verb} ${path || "."}: ${kind.what}`);
  return /^E[A-Z0-9]+$/.test(code) ? new Error(`Cannot ${verb} ${path || "."}: ${code}`) : error;
}

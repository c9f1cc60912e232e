/** Which folder the runs may see, and how much of it. Pure: the caller resolves links before it asks. */
import type { FolderAccess } from "./grant.ts";

/** The workspace as the launcher fixed it. */
export type Folder = {
  /** Absolute, without links. Mounted at this very path, so that absolute paths in virtual environments and build trees hold. */
  path: string;
  access: FolderAccess;
  /** Why `access` is less than `rw`. */
  reason?: string;
};

/** Trees of the system: a run never writes there, whoever started it. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/boot"];
/** Directories of everybody's directories; what lies in them is somebody's own. */
const SHARED = [
  "/home",
  "/root",
  "/mnt",
  "/media",
  "/opt",
  "/srv",
  "/tmp",
  "/var",
  ...["lib", "cache", "spool", "log", "tmp"].map((name) => `/var/${name}`),
];
/** The kernel's own trees and the place of live sockets. */
const KERNEL = ["/proc", "/sys", "/dev", "/run", "/var/run"];

/** Inside a home: what other programs keep their secrets in. Hidden when the home itself, or more, is the workspace. */
const SECRETS_OF_HOME = [
  ".ssh",
  ".gnupg",
  ".aws",
  ".azure",
  ".kube",
  ".docker",
  ".config/gcloud",
  ".config/gh",
  ".config/google-chrome",
  ".config/chromium",
  ".mozilla",
  ".password-store",
  ".local/share/keyrings",
  ".netrc",
  ".git-credentials",
  ".npmrc",
  ".pypirc",
  ".pgpass",
  ".vault-token",
];
/** Of the system: readable where the launcher is root, whose files the run's user owns. */
const SECRETS_OF_SYSTEM = [
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/sudoers",
  "/etc/sudoers.d",
  "/etc/ssh",
  "/etc/ssl/private",
  "/var/lib/docker",
  "/proc",
  "/sys",
  "/dev",
  "/run",
];

/** True if `path` is `tree` or lies below it. Both absolute. */
export function within(path: string, tree: string): boolean {
  return path === tree || path.startsWith(tree === "/" ? "/" : tree + "/");
}

/** The access that `path` (absolute, resolved) can have at most. `home` is the person's, resolved. */
export function folderAccess(path: string, home: string): Folder {
  const kernel = KERNEL.find((tree) => within(path, tree));
  if (kernel !== undefined) return { path, access: "none", reason: `${kernel} belongs to the running system` };
  if (path === home) {
    return { path, access: "ro", reason: "this is your home: start in a folder of it, or name one with --folder" };
  }
  if (within(home, path)) {
    return {
      path,
      access: "ro",
      reason: `${path} contains your home: start in a folder of it, or name one with --folder`,
    };
  }
  const system = SYSTEM.find((tree) => within(path, tree));
  if (system !== undefined) return { path, access: "ro", reason: `${system} belongs to the system` };
  if (SHARED.includes(path)) {
    return { path, access: "ro", reason: `${path} is shared: start in a folder of it, or name one with --folder` };
  }
  return { path, access: "rw" };
}

/**
 * `folder`, at most read-only if it holds one of `installed` (absolute, resolved) or lies in one: what runs outside the
 * sandbox at the next start is no work for a run.
 */
export function underInstalled(folder: Folder, installed: readonly string[]): Folder {
  const touched = installed.find((code) => within(code, folder.path) || within(folder.path, code));
  if (touched === undefined || folder.access !== "rw") return folder;
  const reason = `harombe itself lies in ${touched}: start in another folder, or name one with --folder`;
  return { ...folder, access: "ro", reason };
}

/** The lesser of what was asked and what the folder allows. */
export function lesserAccess(a: FolderAccess, b: FolderAccess): FolderAccess {
  const order: FolderAccess[] = ["none", "ro", "rw"];
  return order[Math.min(order.indexOf(a), order.indexOf(b))];
}

/** Paths inside `folder` that no run may see, whether they exist or not. `state` is harombe's own directory. */
export function hiddenPaths(folder: string, places: { home: string; state: string }): string[] {
  const home = within(places.home, folder) ? SECRETS_OF_HOME.map((name) => `${places.home}/${name}`) : [];
  const all = [places.state, `${places.home}/.harombe`, ...home, ...SECRETS_OF_SYSTEM];
  return [...new Set(all)].filter((path) => within(path, folder));
}

/**
 * Where the workspace is mounted: at its own path. But the root of the disk cannot be, and a path with a comma could
 * not be told from two in Deno's permission flags (2.9.6 knows no escape).
 */
export function mountedAt(folder: string): string {
  return folder === "/" || folder.includes(",") ? "/workspace" : folder;
}

/** Where `path`, which lies in `folder`, is seen inside a run. */
export function insidePath(folder: string, path: string): string {
  return mountedAt(folder) + path.slice(folder === "/" ? 0 : folder.length);
}

/** `cwd` (relative to the workspace) made absolute inside the run. Throws `RangeError` if it would leave the workspace. */
export function workingDirectory(folder: string, cwd: string): string {
  if (cwd.startsWith("/") || cwd.includes("\0") || cwd.split("/").includes("..")) {
    throw new RangeError(`Cannot start in a directory outside the workspace: ${JSON.stringify(cwd)}`);
  }
  const parts = cwd.split("/").filter((part) => part !== "" && part !== ".");
  return [mountedAt(folder), ...parts].join("/");
}

/**
 * One run's confinement, written as arguments for bwrap. Pure: whoever calls has looked which paths exist.
 *
 * The order matters, later mounts lie over earlier ones: fresh root, system, /etc by name, toolchains, the
 * workspace, what is hidden in it, what is protected in it, and last the fresh root made read-only.
 */
import type { FolderAccess } from "./grant.ts";
import { insidePath, mountedAt } from "./folder.ts";

/** A path of the system as it lies on this machine: a directory to show, or a link to repeat. */
export type SystemPath = { path: string; link?: string };

export type Hidden = { path: string; kind: "file" | "directory" };

/** What the launcher found on the machine, once. */
export type Machine = {
  system: SystemPath[];
  /** Single files and directories of /etc, by name. */
  etc: string[];
  /** Generated /etc/passwd and the like: name in /etc → file of the launcher that holds its text. */
  generated: Record<string, string>;
  /** Where further programs lie, as the owner named them. */
  toolchains: string[];
  /** Empty and unreadable things that cover what is hidden. */
  cover: { file: string };
  /** True if the launcher is real root: then the run's user owns root's files. */
  root: boolean;
  /** Names in /proc to cover, and to show read-only. */
  kernelFiles: string[];
  kernelTrees: string[];
};

export type Confinement = {
  folder: { path: string; access: FolderAccess; hidden: Hidden[] };
  /** Inside a writable workspace: kept from being written, or (`writable`) only kept from being renamed away. */
  guarded: { path: string; writable: boolean }[];
  /** Further mounts, read-only unless they say otherwise: host path → path inside. */
  programs: { from: string; to: string; writable?: boolean }[];
  /** True shares the machine's network, and then how names are resolved. */
  net?: boolean;
  /** Devices of /dev that are passed on if they are there. */
  devices?: readonly string[];
  env: Record<string, string>;
  cwd: string;
  /** Path inside where the source text, read from descriptor `sourceFd`, is put. */
  source?: { path: string; fd: number };
  seccompFd?: number;
  statusFd: number;
  /** Bytes of each fresh directory (/tmp, /run, /home, /dev/shm); their pages also count as the run's memory. */
  scratchBytes: number;
};

export const HOME = "/home/agent";
/** Everything harombe puts inside a run lies below this. */
export const INSIDE = "/run/harombe";

/** Files of /proc that tell of the whole machine to whoever owns them, and real root does. */
export const OF_THE_KERNEL: readonly string[] = [
  "kallsyms",
  "kcore",
  "keys",
  "kmsg",
  "kpagecgroup",
  "kpagecount",
  "kpageflags",
  "latency_stats",
  "mtrr",
  "sched_debug",
  "slabinfo",
  "timer_list",
  "vmallocinfo",
];

/** Files of /etc that tell how names are resolved: the machine's own for a run that shares its network. */
const RESOLVING: readonly string[] = ["hosts", "nsswitch.conf", "resolv.conf"];

/**
 * Trees of /proc made read-only. A kernel setting asks its writer for no capability, only to be real root, which the
 * run of real root's launcher still is outside its user namespace; and anybody may write those of an own IPC
 * namespace. bwrap 0.8 covers `/proc/sys` only if the directory itself looks writable, and it never does.
 */
export const SETTINGS_OF_THE_KERNEL: readonly string[] = [
  "acpi",
  "bus",
  "driver",
  "fs",
  "irq",
  "scsi",
  "sys",
  "sysrq-trigger",
];

/** The options of bwrap, in order, without the program itself. */
export function bubblewrapOptions(run: Confinement, machine: Machine): string[] {
  const size = String(run.scratchBytes);
  const { folder } = run;
  const at = mountedAt(folder.path);
  const inside = (path: string) => insidePath(folder.path, path);
  return [
    ...["--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-all", "--disable-userns"],
    ...(run.net === true ? ["--share-net"] : []),
    ...["--cap-drop", "ALL", "--new-session", "--die-with-parent", "--hostname", "harombe", "--clearenv"],
    ...["--json-status-fd", String(run.statusFd)],
    ...(run.seccompFd === undefined ? [] : ["--seccomp", String(run.seccompFd)]),

    ...machine.system.flatMap(({ path, link }) =>
      link === undefined ? ["--ro-bind", path, path] : ["--symlink", link, path]
    ),
    ...["--proc", "/proc", "--dev", "/dev", "--size", size, "--tmpfs", "/dev/shm"],
    ...(run.devices ?? []).flatMap((path) => ["--dev-bind-try", path, path]),
    ...["--remount-ro", "/dev"],
    ...machine.kernelTrees.flatMap((name) => ["--ro-bind", `/proc/${name}`, `/proc/${name}`]),
    ...machine.kernelFiles.flatMap((name) => ["--ro-bind", "/dev/null", `/proc/${name}`]),
    ...["/tmp", "/run", "/home"].flatMap((path) => ["--size", size, "--tmpfs", path]),
    ...["--dir", HOME, "--dir", "/var", "--symlink", "../tmp", "/var/tmp", "--symlink", "../run", "/var/run"],
    ...machine.etc.flatMap((path) => ["--ro-bind-try", path, path]),
    ...Object.entries(machine.generated).filter(([name]) => run.net !== true || !RESOLVING.includes(name))
      .flatMap(([name, file]) => ["--ro-bind", file, `/etc/${name}`]),
    ...(run.net === true ? RESOLVING.flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]) : []),
    ...machine.toolchains.flatMap((path) => ["--ro-bind", path, path]),

    ...(folder.access === "none" ? ["--dir", at] : [folder.access === "rw" ? "--bind" : "--ro-bind", folder.path, at]),
    ...(folder.access === "none" ? [] : [
      ...run.guarded.flatMap(({ path, writable }) => [writable ? "--bind" : "--ro-bind", path, inside(path)]),
      ...folder.hidden.flatMap(({ path, kind }) =>
        kind === "directory"
          ? ["--perms", "0000", "--size", "4096", "--tmpfs", inside(path), "--remount-ro", inside(path)]
          : ["--ro-bind", machine.cover.file, inside(path)]
      ),
    ]),

    ...run.programs.flatMap(({ from, to, writable }) => [writable === true ? "--bind" : "--ro-bind", from, to]),
    ...(run.source === undefined ? [] : ["--ro-bind-data", String(run.source.fd), run.source.path]),
    ...["--remount-ro", "/"],
    ...Object.entries(run.env).flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--chdir", run.cwd],
  ];
}

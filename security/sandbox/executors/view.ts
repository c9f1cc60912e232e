/**
 * What a run sees, as mounts that any container engine can make: the same view that bubblewrap gives, written without an
 * order. Where two mounts would lie at one place the later of bubblewrap's order wins, and nothing lies below what is
 * hidden. Pure.
 */
import { type Confinement, HOME, INSIDE, type Machine } from "../bubblewrap.ts";
import { insidePath, mountedAt, within } from "../folder.ts";

export type Mounted =
  | { kind: "bind"; from: string; to: string; writable: boolean }
  | { kind: "tmpfs"; to: string; bytes: number; mode: number; writable: boolean };

export type View = {
  /** What the root holds before anything is mounted: directories, and links with their targets. */
  directories: string[];
  links: { path: string; target: string }[];
  /** Directories before what lies in them. */
  mounts: Mounted[];
  /** Files of /proc that must be covered, and trees of it that must be read-only. */
  masked: string[];
  readOnly: string[];
};

const ROOT = ["/proc", "/dev", "/sys", "/tmp", "/run", "/home", "/etc", "/var"];
/** Bytes of a directory that only covers another. */
const COVER_BYTES = 4096;

const depth = (path: string) => path.split("/").length;

/**
 * The view of `run` on `machine`. `given` are files of the launcher that the run may read, host path → path inside. With
 * `image` the system is that of an image and not of this machine.
 */
export function viewOf(
  run: Confinement,
  machine: Machine,
  { given, image }: { given: readonly { from: string; to: string }[]; image: boolean },
): View {
  const { folder, scratchBytes: bytes } = run;
  const at = mountedAt(folder.path);
  const bind = (from: string, to: string, writable = false): Mounted => ({ kind: "bind", from, to, writable });
  const scratch = (to: string): Mounted => ({ kind: "tmpfs", to, bytes, mode: 0o1777, writable: true });
  const covered = (to: string, mode = 0): Mounted => ({ kind: "tmpfs", to, bytes: COVER_BYTES, mode, writable: false });
  const system = image ? [] : [
    ...machine.system.flatMap(({ path, link }) => link === undefined ? [bind(path, path)] : []),
    ...machine.etc.map((path) => bind(path, path)),
    ...machine.toolchains.map((path) => bind(path, path)),
  ];
  const all: Mounted[] = [
    ...system,
    ...["/tmp", "/run", "/home", HOME].map(scratch),
    ...Object.entries(machine.generated).map(([name, file]) => bind(file, `/etc/${name}`)),
    covered("/sys", 0o555),
    ...(folder.access === "none" ? [covered(at, 0o555)] : [
      bind(folder.path, at, folder.access === "rw"),
      ...run.guarded.map(({ path, writable }) => bind(path, insidePath(folder.path, path), writable)),
      ...folder.hidden.map(({ path, kind }) =>
        kind === "directory"
          ? covered(insidePath(folder.path, path))
          : bind(machine.cover.file, insidePath(folder.path, path))
      ),
    ]),
    ...run.programs.map(({ from, to, writable }) => bind(from, to, writable === true)),
    ...given.map(({ from, to }) => bind(from, to)),
  ];
  const hidden = folder.access === "none" ? [] : folder.hidden.map(({ path }) => insidePath(folder.path, path));
  const below = (to: string) => hidden.some((path) => path !== to && within(to, path));
  // A toolchain that lies in the workspace is seen as part of it.
  const mine = (to: string) => folder.access !== "none" && machine.toolchains.includes(to) && within(to, at);
  const last = new Map(all.filter(({ to }) => !below(to) && !mine(to)).map((mount) => [mount.to, mount]));
  const mounts = [...last.values()].sort((a, b) => depth(a.to) - depth(b.to));
  return {
    directories: [
      ...ROOT,
      ...machine.system.flatMap(({ path, link }) => link === undefined ? [path] : []),
    ],
    links: [
      ...machine.system.flatMap(({ path, link }) => link === undefined ? [] : [{ path, target: link }]),
      { path: "/var/tmp", target: "../tmp" },
      { path: "/var/run", target: "../run" },
    ],
    mounts,
    masked: machine.kernelFiles.map((name) => `/proc/${name}`),
    readOnly: machine.kernelTrees.map((name) => `/proc/${name}`),
  };
}

/** Where the first command of a run is read from. */
export const START = `${INSIDE}/start`;

/** `text` as one word of sh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The first command of a run, for sh: from here on no variable exists but those of `env`. It stays the first process of the
 * run's namespace, for that one cannot be killed from inside, and tells how the program ended: 128 + the signal.
 */
export function startScript(env: Readonly<Record<string, string>>): string {
  const words = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`));
  return `exec 9>&2 2>/dev/null\n(exec 2>&9 9>&-; exec /usr/bin/env -i ${words.join(" ")} "$@")\nexit $?\n`;
}

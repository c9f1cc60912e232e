/** What is wrong with the place where harombe keeps its files, for `doctor`. */
import type { Disk } from "../../node/hardware/disk.ts";

export type Kept = {
  /** Name in the state directory (`.` is itself) and permission bits; what is not there is left out. */
  modes: { name: string; mode: number }[];
  /** The file system of the directory; null = not known. */
  disk: Disk | null;
  /** Milliseconds since 1970 UTC. */
  now: number;
};

/** Bytes that stores, logs and a rotation of them need before a model is thought of. */
const LEAST_FREE = 200e6;
/** No clock that is right shows less: this was written then. Certificates, records and sessions all trust the clock. */
const WRITTEN = Date.UTC(2026, 0, 1);

/** Each thing that is wrong, with its cure, as a sentence. Pure. */
export function stateComplaints({ modes, disk, now }: Kept): string[] {
  const open = modes.filter(({ mode }) => (mode & 0o077) !== 0);
  return [
    ...open.map(({ name, mode }) =>
      `others may reach ${name === "." ? "the state directory" : name} (mode ${
        (mode & 0o777).toString(8)
      }): run chmod ${name === "." ? "700" : "600"} on it`
    ),
    ...(disk !== null && disk.freeBytes < LEAST_FREE
      ? [`only ${Math.floor(disk.freeBytes / 1e6)} MB are free at ${disk.mount}: records could soon not be kept`]
      : []),
    ...(disk !== null && /^(?:\/\/|[^/\s]+:\/)/.test(disk.filesystem)
      ? [
        `the state directory lies on another machine (${disk.filesystem}): databases are not safe there, set HAROMBE_HOME`,
      ]
      : []),
    ...(now < WRITTEN ? [`the clock says ${new Date(now).toISOString().slice(0, 10)}: set it`] : []),
  ];
}

const KEPT = [
  ...["harombe.yaml", "sessions.db", "memory.db", "approvals.db", "audit.db", "audit.head", "audit.key"],
  ...["secrets.age", "secrets.key", "placeholder.key", "api.token"],
];

/** The permission bits of `directory` and of what it keeps. */
export async function modesIn(directory: string, signal: AbortSignal): Promise<Kept["modes"]> {
  const found = await Promise.all([".", ...KEPT].map(async (name) => {
    const stat = await Deno.stat(name === "." ? directory : `${directory}/${name}`).catch(() => null);
    return stat?.mode == null ? [] : [{ name, mode: stat.mode }];
  }));
  signal.throwIfAborted();
  return found.flat();
}

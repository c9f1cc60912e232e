/** gVisor: a kernel of its own for each run, in a process of the person's. */
import { behindPrelude } from "../prelude.ts";
import { firstFile } from "../probe.ts";
import { ask } from "../spawn.ts";
import { caged, UNSHARE } from "./cage.ts";
import { type Find, NOTHING, type Offer, type Prepare } from "./executor.ts";
import { hasPid, type Laid, laid } from "./root.ts";
import { seccompProfile } from "./seccomp_profile.ts";
import type { Mounted } from "./view.ts";

const RUNSC = ["/usr/bin/runsc", "/usr/local/bin/runsc"];
/** Threads and memory of the kernel itself, of the process that opens files for it, and of what starts them. */
const OWN: Offer["own"] = { memoryBytes: 128 << 20, pids: 256 };

function mountOf(mount: Mounted): Record<string, unknown> {
  return mount.kind === "bind"
    ? { destination: mount.to, type: "bind", source: mount.from, options: ["bind", mount.writable ? "rw" : "ro"] }
    : {
      destination: mount.to,
      type: "tmpfs",
      source: "tmpfs",
      options: [
        "nosuid",
        "nodev",
        `mode=${mount.mode.toString(8)}`,
        `size=${mount.bytes}`,
        mount.writable ? "rw" : "ro",
      ],
    };
}

/** The `config.json` of a run, OCI runtime specification 1.0.2. Pure. */
export function bundleOf({ view, root, argv, confinement }: Omit<Laid, "at">, arch: string): Record<string, unknown> {
  const none: string[] = [];
  const tmpfs = { kind: "tmpfs" as const, bytes: confinement.scratchBytes, mode: 0o1777, writable: true };
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: argv,
      env: ["PATH=/usr/bin:/bin"],
      cwd: confinement.cwd,
      capabilities: { bounding: none, effective: none, inheritable: none, permitted: none, ambient: none },
      noNewPrivileges: true,
      rlimits: [{ type: "RLIMIT_CORE", hard: 0, soft: 0 }, { type: "RLIMIT_NOFILE", hard: 1024, soft: 1024 }],
    },
    root: { path: root, readonly: true },
    hostname: "harombe",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      mountOf({ ...tmpfs, to: "/dev/shm" }),
      // Settings of its own kernel; `readonlyPaths` is not obeyed by runsc 20221219.
      mountOf({ ...tmpfs, to: "/proc/sys", bytes: 4096, mode: 0o555, writable: false }),
      ...view.mounts.map(mountOf),
    ],
    linux: {
      namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })),
      maskedPaths: view.masked,
      readonlyPaths: view.readOnly,
      seccomp: seccompProfile(arch, { absent: false }),
    },
  };
}

const prepareWith = (runsc: string): Prepare => async (grant, house, settled, signal) => {
  const made = await laid(grant, house, { settled, image: false }, signal);
  const { at } = made;
  await Deno.writeTextFile(`${at}/config.json`, JSON.stringify(bundleOf(made, Deno.build.arch)), { mode: 0o600 });
  await Deno.mkdir(`${at}/state`, { mode: 0o700 });
  const command = [
    runsc,
    ...[
      "--rootless",
      "--root",
      `${at}/state`,
      "--network=none",
      "--ignore-cgroups",
      "--oci-seccomp",
      "--platform=ptrace",
    ],
    ...["--host-uds=none", "--file-access=shared", "--log", "/dev/null"],
    ...["run", "--bundle", at, "--pid-file", `${at}/pid`, `${house.name}-${settled.id}`],
  ];
  return {
    args: behindPrelude(caged(command), settled.joining, "keep"),
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    feeds: [NOTHING, NOTHING, NOTHING],
    lifeline: true,
    confined: "gvisor",
    begun: () => hasPid(`${at}/pid`),
    clear: () => Deno.remove(at, { recursive: true }),
  };
};

/** gVisor, if `runsc` is here. Its own kernel does not count processes, so a cgroup must. */
export const gvisor: Find = async (house, owner, signal) => {
  const runsc = await firstFile(RUNSC, signal);
  if (runsc === null) return "unavailable: install runsc (gVisor)";
  if (await firstFile([UNSHARE], signal) === null) return "unavailable: install util-linux";
  if (owner.image !== null) return "an image is for podman and docker";
  if (!house.powers.limits.pids.startsWith("cgroup")) {
    return "nothing here bounds its processes; it needs a cgroup file system that the launcher may write";
  }
  const { stdout } = await ask(runsc, ["--version"], signal);
  const version = /version (\S+)/.exec(stdout)?.[1] ?? "unknown";
  return { version, own: OWN, prepare: prepareWith(runsc) };
};

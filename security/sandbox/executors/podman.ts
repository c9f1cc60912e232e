/** podman: one container for each run, with storage of its own that goes with it. */
import { behindPrelude } from "../prelude.ts";
import { firstFile } from "../probe.ts";
import { ask } from "../spawn.ts";
import { caged, OWN_MEMORY, UNSHARE } from "./cage.ts";
import { type Find, NOTHING, type Offer, type Prepare } from "./executor.ts";
import { hasPid, type Laid, laid } from "./root.ts";
import { seccompProfile } from "./seccomp_profile.ts";
import type { Mounted } from "./view.ts";

const PODMAN = ["/usr/bin/podman", "/usr/local/bin/podman"];
/** crun needs no help to leave a container in the cgroups it was given, runc does: see `RUNTIME`. */
const RUNTIMES = ["crun", "runc"] as const;
type Runtime = { name: typeof RUNTIMES[number]; path: string };
/** Threads and memory of podman and conmon. */
const OWN: Offer["own"] = { memoryBytes: 64 << 20, pids: 32 };
/** Trees of /proc that podman keeps read-only or covered by itself: libpod's defaults. */
const BY_ITSELF = ["acpi", "bus", "fs", "irq", "scsi", "sys", "sysrq-trigger"].map((name) => `/proc/${name}`);

/** Covers what podman mounts there by itself. */
const CGROUPS: Mounted = { kind: "tmpfs", to: "/sys/fs/cgroup", bytes: 4096, mode: 0o555, writable: false };

/** runc behind podman: `--cgroup-manager disabled` is a word of crun's; `--rootless` leaves a cgroup that cannot be written. */
const runtimeScript = (path: string) =>
  `#!/bin/bash
words=()
while [ $# -gt 0 ]; do
  case $1 in --cgroup-manager) shift 2 ;; --cgroup-manager=*) shift ;; *) words+=("$1"); shift ;; esac
done
exec ${path} --rootless true "\${words[@]}"
`;

/** containers.conf: the name of the key changed between versions of podman. */
const settings = (at: string) => {
  const names = `["crun", "runc"]`;
  return `[engine]
runtime_supports_nocgroups = ${names}
runtime_supports_nocgroup = ${names}
[network]
network_config_dir = "${at}/net"
`;
};

/** Throws `TypeError` on a path that podman would take for two settings. */
function mountOption(mount: Mounted): string {
  const paths = mount.kind === "bind" ? [mount.from, mount.to] : [mount.to];
  const wrong = paths.find((path) => /[,"\n]/.test(path));
  if (wrong !== undefined) {
    throw new TypeError(`Cannot name a path with a comma, a quote or a line end to podman: ${JSON.stringify(wrong)}`);
  }
  return mount.kind === "bind"
    ? `type=bind,source=${mount.from},destination=${mount.to},readonly=${!mount.writable},bind-propagation=rprivate`
    : `type=tmpfs,destination=${mount.to},tmpfs-size=${mount.bytes},tmpfs-mode=${mount.mode.toString(8)},notmpcopyup` +
      (mount.writable ? "" : ",ro=true");
}

/** The words of `podman` for a run, without the program. Pure. Throws `TypeError` on a path that cannot be named. */
export function podmanArguments(
  { at, root, view, confinement, argv }: Laid,
  { runtime, image, name }: { runtime: string; image: string | null; name: string },
): string[] {
  const masked = [...view.masked, ...view.readOnly.filter((path) => !BY_ITSELF.includes(path))];
  return [
    ...["--log-level=error", "--cgroup-manager=cgroupfs", "--events-backend=none"],
    ...(image === null
      ? [
        `--root=${OWN_MEMORY}/store`,
        `--runroot=${OWN_MEMORY}/live`,
        `--tmpdir=${OWN_MEMORY}/tmp`,
        "--storage-driver=vfs",
      ]
      : []),
    ...["run", `--runtime=${runtime}`, "--cgroups=disabled", `--name=${name}`, `--pidfile=${at}/pid`, "--interactive"],
    ...[
      "--sig-proxy=false",
      "--log-driver=none",
      "--no-healthcheck",
      "--systemd=false",
      "--pull=never",
      "--passwd=false",
    ],
    ...["--read-only", "--read-only-tmpfs=false", "--network=none", "--no-hosts", "--hostname=harombe", "--user=0:0"],
    ...["--ipc=private", "--uts=private", "--pid=private", "--cap-drop=all", "--security-opt=no-new-privileges"],
    `--security-opt=seccomp=${at}/seccomp.json`,
    ...(masked.length === 0 ? [] : [`--security-opt=mask=${masked.join(":")}`]),
    ...["--ulimit=nofile=1024:1024", "--ulimit=nproc=500:500", "--ulimit=core=0:0"],
    `--shm-size=${confinement.scratchBytes}`,
    ...[...view.mounts, CGROUPS].map((mount) => `--mount=${mountOption(mount)}`),
    `--workdir=${confinement.cwd}`,
    ...(image === null ? ["--rootfs", root] : ["--rm", "--entrypoint=", "--", image]),
    ...argv,
  ];
}

const prepareWith =
  (podman: string, { runtime, image }: { runtime: Runtime; image: string | null }): Prepare =>
  async (grant, house, settled, signal) => {
    const made = await laid(grant, house, { settled, image: image !== null }, signal);
    const { at } = made;
    try {
      const name = `${house.name}-${settled.id}`;
      const script = runtime.name === "crun" ? "crun" : `${at}/runc`;
      await Deno.writeTextFile(`${at}/runc`, runtimeScript(runtime.path), { mode: 0o700 });
      await Deno.writeTextFile(`${at}/containers.conf`, settings(at), { mode: 0o600 });
      await Deno.writeTextFile(
        `${at}/seccomp.json`,
        JSON.stringify(seccompProfile(Deno.build.arch, { absent: true })),
        { mode: 0o600 },
      );
      const uid = String(Deno.uid() ?? 0);
      return {
        args: behindPrelude(
          caged([podman, ...podmanArguments(made, { runtime: script, image, name })]),
          settled.joining,
          "keep",
        ),
        env: {
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          LC_ALL: "C",
          HOME: image === null ? at : house.home,
          XDG_RUNTIME_DIR: OWN_MEMORY,
          CONTAINERS_CONF: `${at}/containers.conf`,
          // podman takes the cage for its own user namespace (libpod, pkg/rootless) and starts no process that would outlive it.
          _CONTAINERS_USERNS_CONFIGURED: "done",
          _CONTAINERS_ROOTLESS_UID: uid,
          _CONTAINERS_ROOTLESS_GID: String(Deno.gid() ?? 0),
        },
        feeds: [NOTHING, NOTHING, NOTHING],
        lifeline: true,
        confined: "podman",
        begun: () => hasPid(`${at}/pid`),
        clear: () => Deno.remove(at, { recursive: true }),
      };
    } catch (error) {
      await Deno.remove(at, { recursive: true });
      throw error;
    }
  };

/** podman, if it is here with a runtime that it can be told to use. */
export const podman: Find = async (_house, owner, signal) => {
  const program = await firstFile(PODMAN, signal);
  if (program === null) return "unavailable: install podman";
  if (await firstFile([UNSHARE], signal) === null) return "unavailable: install util-linux";
  const found = await Promise.all(RUNTIMES.map(async (name) => {
    const path = await firstFile([`/usr/bin/${name}`, `/usr/sbin/${name}`, `/usr/local/bin/${name}`], signal);
    return path === null ? [] : [{ name, path }];
  }));
  const runtime = found.flat().at(0);
  if (runtime === undefined) return "unavailable: install runc or crun";
  const { stdout } = await ask(program, ["--version"], signal);
  const version = `${/version (\S+)/.exec(stdout)?.[1] ?? "unknown"} with ${runtime.name}`;
  return { version, own: OWN, prepare: prepareWith(program, { runtime, image: owner.image }) };
};

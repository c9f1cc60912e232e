/**
 * docker: one container for each run, made by a daemon. Only of a daemon that is no root on this machine: a container of
 * root's daemon has no user namespace of its own, so its user is the machine's.
 */
import { behindPrelude } from "../prelude.ts";
import { firstFile } from "../probe.ts";
import { ask } from "../spawn.ts";
import { type Find, NOTHING, type Offer, type Prepare } from "./executor.ts";
import { type Laid, laid } from "./root.ts";
import { seccompProfile } from "./seccomp_profile.ts";
import type { Limits } from "../grant.ts";
import type { Mounted } from "./view.ts";

const DOCKER = ["/usr/bin/docker", "/usr/local/bin/docker"];
const OWN: Offer["own"] = { memoryBytes: 0, pids: 0 };
/** The longest that a daemon may take to say what it is, milliseconds. */
const ASK_MS = 5000;

/**
 * The container belongs to the daemon: it ends when the client is asked to, when the launcher is gone (descriptor 3), and
 * when the client has ended by itself. Arguments: docker, the container's name, then the client's words.
 */
const CLIENT = `
docker=$1 name=$2; shift 2
exec 8<&0
"$docker" "$@" <&8 8<&- 3<&- 4<&- 5<&- 6<&- &
run=$!
exec 8<&- 4<&- 5<&-
( exec 6>&- >/dev/null 2>&1 </dev/null; read -r -u 3 _; "$docker" rm -f "$name"; kill -9 "$run" ) &
watch=$!
disown
exec 3<&- 2>&- 1>&- 0<&-
wait "$run"; code=$?
kill -9 "$watch" 2>/dev/null
"$docker" rm -f "$name" >/dev/null 2>&1
exit "$code"
`;

/** Throws `TypeError` on a path that docker would take for two settings. */
function mountOption(mount: Mounted): string {
  const paths = mount.kind === "bind" ? [mount.from, mount.to] : [mount.to];
  const wrong = paths.find((path) => /[,"\n]/.test(path));
  if (wrong !== undefined) {
    throw new TypeError(`Cannot name a path with a comma, a quote or a line end to docker: ${JSON.stringify(wrong)}`);
  }
  if (mount.kind === "bind") {
    return `--mount=type=bind,source=${mount.from},destination=${mount.to},bind-propagation=rprivate${
      mount.writable ? "" : ",readonly"
    }`;
  }
  return `--tmpfs=${mount.to}:${mount.writable ? "rw" : "ro"},nosuid,nodev,size=${mount.bytes},mode=${
    mount.mode.toString(8)
  }`;
}

/** The words of `docker` for a run, without the program. Pure. Throws `TypeError` on a path that cannot be named. */
export function dockerArguments(
  { at, view, confinement, argv }: Omit<Laid, "root">,
  { image, name, limits }: { image: string; name: string; limits: Limits },
): string[] {
  return [
    ...[
      "run",
      `--name=${name}`,
      "--interactive",
      "--sig-proxy=false",
      "--log-driver=none",
      "--no-healthcheck",
      "--pull=never",
    ],
    ...[
      "--read-only",
      "--network=none",
      "--hostname=harombe",
      "--user=0:0",
      "--ipc=private",
      "--cap-drop=ALL",
      "--init=false",
    ],
    ...["--security-opt=no-new-privileges", `--security-opt=seccomp=${at}/seccomp.json`, "--cgroupns=private"],
    ...["--ulimit=nofile=1024:1024", "--ulimit=nproc=500:500", "--ulimit=core=0:0"],
    ...[`--memory=${limits.memoryBytes}`, `--memory-swap=${limits.memoryBytes}`, `--pids-limit=${limits.pids}`],
    `--cpus=${limits.cpuPercent / 100}`,
    `--shm-size=${confinement.scratchBytes}`,
    ...view.mounts.map(mountOption),
    `--workdir=${confinement.cwd}`,
    ...["--entrypoint=", image],
    ...argv,
  ];
}

const prepareWith = (docker: string, image: string): Prepare => async (grant, house, settled, signal) => {
  const made = await laid(grant, house, { settled, image: true }, signal);
  const { at } = made;
  try {
    const name = `${house.name}-${settled.id}`;
    await Deno.writeTextFile(`${at}/seccomp.json`, JSON.stringify(seccompProfile(Deno.build.arch, { absent: true })), {
      mode: 0o600,
    });
    const words = dockerArguments(made, { image, name, limits: settled.limits });
    return {
      args: behindPrelude(
        ["/bin/bash", "--noprofile", "--norc", "-c", CLIENT, "harombe", docker, name, ...words],
        settled.joining,
        "keep",
      ),
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        LC_ALL: "C",
        HOME: house.home,
        XDG_RUNTIME_DIR: `/run/user/${Deno.uid() ?? 0}`,
      },
      feeds: [NOTHING, NOTHING, NOTHING],
      lifeline: true,
      confined: "docker",
      // 125: the daemon refused; the program's own 125 is told from it by what the client says then.
      begun: ({ code, said }) => code !== 125 || !/^docker: /m.test(said),
      clear: () => Deno.remove(at, { recursive: true }),
    };
  } catch (error) {
    await Deno.remove(at, { recursive: true });
    throw error;
  }
};

/** docker, if its daemon answers, is not root, and the owner named an image that it has. */
export const docker: Find = async (_house, owner, signal) => {
  const program = await firstFile(DOCKER, signal);
  if (program === null) return "unavailable: install docker";
  const soon = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]);
  const { code, stdout, stderr } = await ask(
    program,
    ["info", "--format", "{{.ServerVersion}} {{json .SecurityOptions}}"],
    soon,
  ).catch(() => ({ code: 1, stdout: "", stderr: "its daemon does not answer" }));
  signal.throwIfAborted();
  if (code !== 0) return `unavailable: start its daemon (${(stderr.trim().split("\n").at(-1) ?? "").slice(0, 200)})`;
  if (!stdout.includes("name=rootless")) {
    return "its daemon runs as root, so a container has no user namespace of its own: use rootless docker";
  }
  if (owner.image === null) return "unavailable: name an image it has in security.containers.shell.image";
  return { version: stdout.split(" ")[0], own: OWN, prepare: prepareWith(program, owner.image) };
};

/** What bounds a run's memory, processes and processor time: cgroups where they can be written, else resource limits. Pure. */
import type { Limits, Powers } from "./grant.ts";
import type { Joining } from "./prelude.ts";

export type Controller = "memory" | "pids" | "cpu";

/** A directory in which children can be made for a controller; found by `candidates`, believed only after it was tried. */
export type Place = { controller: Controller; version: "cgroup v1" | "cgroup v2"; parent: string };

const CONTROLLERS: readonly Controller[] = ["memory", "pids", "cpu"];

/** `\040` and the like in the mount table, proc(5). */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
}

/**
 * Where cgroups may be made, best first for each controller, from the text of /proc/self/cgroup and /proc/self/mountinfo.
 * Children of the launcher's own group, so that whatever bounds the launcher bounds its runs too; with v2 a group that
 * holds processes can have no children with controllers, so there its parent comes first.
 */
export function candidates(selfCgroup: string, mountinfo: string): Place[] {
  const own = new Map<string, string>();
  for (const line of selfCgroup.split("\n")) {
    const [id, names, ...path] = line.split(":");
    if (names === undefined) continue;
    for (const name of id === "0" && names === "" ? ["v2"] : names.split(",")) own.set(name, path.join(":"));
  }
  const places: Place[] = [];
  for (const line of mountinfo.split("\n")) {
    const [before, after] = line.split(" - ");
    if (after === undefined) continue;
    const [type, , options] = after.split(" ");
    const fields = before.split(" ");
    const [root, point] = [unescaped(fields[3] ?? "/"), unescaped(fields[4] ?? "")];
    const below = (path: string) => {
      const relative = root === "/" ? path : path.startsWith(root) ? path.slice(root.length) : "";
      return point + (relative === "/" ? "" : relative);
    };
    if (type === "cgroup2") {
      const mine = below(own.get("v2") ?? "/");
      const parents = mine === point ? [mine] : [mine.slice(0, mine.lastIndexOf("/")), mine];
      for (const parent of parents) {
        for (const controller of CONTROLLERS) places.push({ controller, version: "cgroup v2", parent });
      }
    }
    if (type === "cgroup") {
      for (const controller of CONTROLLERS) {
        const path = own.get(controller);
        if (path !== undefined && options.split(",").includes(controller)) {
          places.push({ controller, version: "cgroup v1", parent: below(path) });
        }
      }
    }
  }
  return places;
}

const PERIOD_US = 100_000;
/** bwrap itself: the monitor outside and the first process inside. */
const OWN_PROCESSES = 2;

/** The cgroups of the run `name` in `places`, with `limits` written into them. */
export function joiningOf(places: readonly Place[], name: string, limits: Limits): Joining {
  const values = places.flatMap(({ controller, version, parent }) => {
    const at = `${parent}/${name}`;
    const quota = Math.max(1000, Math.round(limits.cpuPercent * PERIOD_US / 100));
    switch (`${version} ${controller}`) {
      case "cgroup v1 memory":
        return [
          { file: `${at}/memory.limit_in_bytes`, value: String(limits.memoryBytes) },
          { file: `?${at}/memory.memsw.limit_in_bytes`, value: String(limits.memoryBytes) },
        ];
      case "cgroup v1 cpu":
        return [{ file: `${at}/cpu.cfs_period_us`, value: String(PERIOD_US) }, {
          file: `${at}/cpu.cfs_quota_us`,
          value: String(quota),
        }];
      case "cgroup v2 memory":
        return [
          { file: `${at}/memory.max`, value: String(limits.memoryBytes) },
          { file: `?${at}/memory.swap.max`, value: "0" },
        ];
      case "cgroup v2 cpu":
        return [{ file: `${at}/cpu.max`, value: `${quota} ${PERIOD_US}` }];
      default:
        return [{ file: `${at}/pids.max`, value: String(limits.pids + OWN_PROCESSES) }];
    }
  });
  return { directories: [...new Set(places.map(({ parent }) => `${parent}/${name}`))], values };
}

/**
 * What holds each limit. Real root is above RLIMIT_NPROC (kernel/user_namespace.c: `enforced_nproc_rlimit`), so there it is a cgroup or nothing.
 * For an ordinary user RLIMIT_DATA bounds each process, and with the bound on processes their sum.
 */
export function limitsHeld(places: readonly Place[], root: boolean): Powers["limits"] {
  const by = (controller: Controller) => places.find((place) => place.controller === controller)?.version;
  const otherwise = root ? "none" : "rlimit";
  return { memory: by("memory") ?? otherwise, pids: by("pids") ?? otherwise, cpu: by("cpu") ?? "none" };
}

/** Bytes of data that V8 sets aside at its start and never fills: 512 MiB of code range and its stacks, measured with Deno 2.9.6. */
export const V8_RESERVES = 640 * 2 ** 20;

/** The lesser of each limit. */
export function lesserLimits(a: Limits, b: Limits): Limits {
  return {
    ms: Math.min(a.ms, b.ms),
    outputBytes: Math.min(a.outputBytes, b.outputBytes),
    memoryBytes: Math.min(a.memoryBytes, b.memoryBytes),
    pids: Math.min(a.pids, b.pids),
    cpuPercent: Math.min(a.cpuPercent, b.cpuPercent),
  };
}

/** The life of cgroups on disk: tried, emptied, removed. By bash, because Deno lets nobody but `--allow-all` touch /sys. */
import type { Joining } from "./prelude.ts";
import { behindPrelude } from "./prelude.ts";
import { candidates, type Controller, joiningOf, type Place } from "./limits.ts";
import { DEFAULT_LIMITS } from "./grant.ts";
import { ask } from "./spawn.ts";

/**
 * Arguments: directories. Prints how often the kernel killed in them for want of memory. A group can be removed once
 * its last process is dead, which takes the kernel a moment after the run's end: tried at once, then more and more rarely, 2 s in all.
 */
const END = `
for d; do
  for f in "$d/memory.oom_control" "$d/memory.events"; do
    [ -e "$f" ] || continue
    while read -r name count; do [ "$name" = oom_kill ] && echo "$count"; done < "$f"
  done
done
for pause in 0 0 0 0 0.001 0.002 0.004 0.008 0.016 0.032 0.064 0.128 0.256 0.512 1; do
  rmdir "$@" 2>/dev/null && break
  left=
  for d; do
    [ -d "$d" ] || continue
    left=yes
    while read -r pid; do kill -9 "$pid" 2>/dev/null; done < "$d/cgroup.procs"
  done
  [ -n "$left" ] || break
  [ "$pause" = 0 ] || sleep "$pause"
done
`;

/** Arguments: directories that hold harombe-PID-N; those whose launcher is gone are ended. */
const SWEEP = `
for parent; do
  for d in "$parent"/harombe-*-*/; do
    [ -d "$d" ] || continue
    d=\${d%/}; pid=\${d##*/harombe-}; pid=\${pid%%-*}
    case $pid in *[!0-9]*|'') continue ;; esac
    [ -d "/proc/$pid" ] && continue
    while read -r p; do kill -9 "$p" 2>/dev/null; done < "$d/cgroup.procs"
    rmdir "$d" 2>/dev/null || { sleep 0.05; rmdir "$d" 2>/dev/null; }
  done
done
`;

const bash = (script: string, args: readonly string[], signal: AbortSignal) =>
  ask("/bin/bash", ["--noprofile", "--norc", "-c", script, "harombe", ...args], signal);

/** Ends whatever still lives in the groups and removes them. `outOfMemory` if the kernel killed there for want of memory. */
export async function endGroups(joining: Joining, signal: AbortSignal): Promise<{ outOfMemory: boolean }> {
  if (joining.directories.length === 0) return { outOfMemory: false };
  const { stdout } = await bash(END, joining.directories, signal);
  return { outOfMemory: stdout.split("\n").some((count) => Number(count) > 0) };
}

/** Removes what launchers that were killed left behind. */
export async function sweepGroups(places: readonly Place[], signal: AbortSignal): Promise<void> {
  const parents = [...new Set(places.map(({ parent }) => parent))];
  if (parents.length > 0) await bash(SWEEP, parents, signal);
}

/** The text of `both` that is of /proc/self/cgroup (lines `N:names:path`), and the rest: the mount table. */
function apart(both: string): { groups: string; mounts: string } {
  const lines = both.split("\n");
  const group = (line: string) => /^\d+:[^ :]*:\//.test(line);
  return { groups: lines.filter(group).join("\n"), mounts: lines.filter((line) => !group(line)).join("\n") };
}

/**
 * The places where a cgroup could really be made, limited and joined just now, at most one for each controller. The
 * likely sets are tried whole, since each try costs several processes; only if none holds is each place tried alone.
 */
export async function usablePlaces(name: string, signal: AbortSignal): Promise<Place[]> {
  const { stdout } = await ask("/bin/cat", ["/proc/self/cgroup", "/proc/self/mountinfo"], signal);
  const { groups, mounts } = apart(stdout);
  const all = candidates(groups, mounts);
  if (all.length === 0) return [];
  const holds = async (places: readonly Place[], at: string): Promise<boolean> => {
    const joining = joiningOf(places, `${name}-try${at}`, DEFAULT_LIMITS);
    const { code } = await ask("/bin/bash", behindPrelude(["/bin/true"], joining), signal);
    await endGroups(joining, signal);
    return code === 0;
  };
  const whole = firsts(all);
  for (const version of ["cgroup v1", "cgroup v2"] as const) {
    const likely = firsts(all.filter((place) => place.version === version));
    if (likely.length === whole.length && await holds(likely, version.slice(-2))) return likely;
  }
  const tried = await Promise.all(all.map((place, i) => holds([place], String(i))));
  return firsts(all.filter((_, i) => tried[i]));
}

/** The first place of each controller. */
function firsts(places: readonly Place[]): Place[] {
  const found = new Map<Controller, Place>();
  for (const place of places) if (!found.has(place.controller)) found.set(place.controller, place);
  return [...found.values()];
}

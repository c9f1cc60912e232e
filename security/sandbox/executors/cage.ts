/**
 * What is around a container engine: a user, a mount, a network and a process namespace of its own, and a shell that waits for the
 * end of the launcher. So the engine has no power over the machine that the person does not have, its mounts and its
 * helpers end with it, and all of it ends when the launcher dies, however that dies.
 */

/** The program of the system that makes namespaces (util-linux). */
export const UNSHARE = "/usr/bin/unshare";

/** A directory in memory that no other cage sees. podman takes no longer name for it than 50 characters. */
export const OWN_MEMORY = "/dev/shm";

/**
 * First arguments: none; the rest is the command. Descriptor 3 stays open as long as the launcher lives and wants the run. 6 is
 * where it is told that the cage stands. The command is the first process of its namespace: its end is the end of all.
 */
const CAGE = `
exec 8<&0
${UNSHARE} --user --map-root-user --mount --net --pid --fork --kill-child=KILL --mount-proc -- "$@" <&8 8<&- 3<&- 4<&- 5<&- &
run=$!
exec 8<&- 4<&- 5<&-
( exec 6>&- >/dev/null 2>&1 </dev/null; read -r -u 3 _; kill -9 "$run" ) &
watch=$!
disown
exec 3<&- 2>&- 1>&- 0<&-
wait "$run"; code=$?
kill -9 "$watch" 2>/dev/null
exit "$code"
`;

/** The first process in the cage: cgroups are read-only from here on, so that the engine leaves the run in those it was given. */
const INNER = `
mount -t tmpfs -o size=16m,mode=700 tmpfs ${OWN_MEMORY} || exit 125
for m in /sys/fs/cgroup /sys/fs/cgroup/*; do mount -o remount,bind,ro "$m" 2>/dev/null; done
exec "$@"
`;

/** Arguments that run `command` in a cage; the first is a program. */
export function caged(command: readonly string[]): string[] {
  return ["/bin/bash", "--noprofile", "--norc", "-c", CAGE, "harombe", "/bin/sh", "-c", INNER, "harombe", ...command];
}

/**
 * The few lines of bash between the launcher and bwrap. They join the run's cgroups, set resource limits and
 * close every descriptor that the launcher happened to inherit: Deno passes those on, and one open directory
 * would be a way out of any sandbox. Everything variable is an argument or read from a descriptor; nothing is
 * ever spliced into the text.
 */

/** Descriptors of a run beside 0, 1 and 2. */
export const FD = { args: 3, seccomp: 4, source: 5, status: 6 } as const;

/**
 * Arguments: `bare` or `keep` (the environment), directories of cgroups, `--`, pairs of file and value to write
 * (a file that starts with `?` only if it exists), `--`, then the command.
 */
const PRELUDE = `
fail() { printf '%s\\n' "harombe: $1" >&2; exit 125; }
keep=$1; shift
dirs=(); while [ "$1" != -- ]; do dirs+=("$1"); shift; done; shift
if [ "\${#dirs[@]}" -gt 0 ]; then mkdir -- "\${dirs[@]}" || fail "cannot make a cgroup"; fi
while [ "$1" != -- ]; do
  f=$1
  case $f in "?"*) f=\${f#"?"}; [ -e "$f" ] || { shift 2; continue; } ;; esac
  printf '%s' "$2" > "$f" || fail "cannot set the limit $f"
  shift 2
done; shift
for d in "\${dirs[@]}"; do echo $$ > "$d/cgroup.procs" || fail "cannot join the cgroup $d"; done
ulimit -c 0 || fail "cannot forbid core dumps"
ulimit -n 4096 2>/dev/null
for f in /proc/self/fd/* /dev/fd/*; do
  f=\${f##*/}
  case $f in 0|1|2|3|4|5|6|*[!0-9]*) ;; *) eval "exec $f>&-" ;; esac
done
if [ "$keep" = bare ]; then exec -c "$@"; fi
exec "$@"
`;

/** The limits that the prelude sets: directories to make and join, and what to write into which file. */
export type Joining = { directories: string[]; values: { file: string; value: string }[] };

/** Arguments of bash that run `command` behind the prelude, with no environment or the one that bash was given. */
export function behindPrelude(command: string[], joining: Joining, environment: "bare" | "keep" = "bare"): string[] {
  return [
    ...["--noprofile", "--norc", "-c", PRELUDE, "harombe", environment],
    ...joining.directories,
    "--",
    ...joining.values.flatMap(({ file, value }) => [file, value]),
    "--",
    ...command,
  ];
}

/** The first command inside the confinement where resource limits stand in for cgroups. Numbers are arguments. */
const LIMITED = `
ulimit -d "$1" || exit 125
if ! ulimit -p "$2" 2>/dev/null || [ "$(ulimit -p 2>/dev/null)" != "$2" ]; then ulimit -u "$2" || exit 125; fi
shift 2
exec "$@"
`;

/**
 * `command` under RLIMIT_DATA (each process by itself) and RLIMIT_NPROC. The latter counts a user's processes per
 * user namespace only if it is set inside it (kernel/ucount.c since 5.14): set before, bwrap itself could not start on a busy desktop.
 */
export function limitedInside(command: string[], limits: { dataBytes: number; pids: number }): string[] {
  return ["/bin/sh", "-c", LIMITED, "sh", String(Math.ceil(limits.dataBytes / 1024)), String(limits.pids), ...command];
}

/** Starts the program that the variable HAROMBE_PROGRAM names: so its path is no argument that another layer could recognise. */
export const BY_VARIABLE = [
  "/bin/bash",
  "--noprofile",
  "--norc",
  "-c",
  'p=$HAROMBE_PROGRAM; unset HAROMBE_PROGRAM; exec "$p" "$@"',
  "harombe",
];

/** Runs that try to leave their confinement, each with what must be true afterwards. */
import { DEFAULT_LIMITS, type Grant } from "../../security/sandbox/grant.ts";
import type { Finished } from "./launch_run.ts";
import type { Scene } from "./scene.ts";

export type Attack = {
  name: string;
  /** Text may hold @ROOT@ (all of the laboratory), @WS@ (the workspace), @HOME@ and @PORT@ (a TCP listener's). */
  grant: Partial<Grant>;
  needs?: "python";
  /** A sentence if the attack got something, else null. No row needs to look for the token or the listeners: that is done for all. */
  got?: (run: Finished, scene: Scene) => string | null | Promise<string | null>;
};

const shell = (source: string, folder: Grant["folder"] = "rw"): Partial<Grant> => ({
  program: "shell",
  source,
  folder,
});
const python = (source: string): { grant: Partial<Grant>; needs: "python" } => ({
  grant: {
    program: "python",
    source: `import os, socket, ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n${source}`,
    folder: "rw",
  },
  needs: "python",
});
const deno = (source: string, folder: Grant["folder"] = "rw"): Partial<Grant> => ({ program: "deno", source, folder });

/** Got something if the run could say BREACH. */
const breach = (run: Finished) => run.stdout.includes("BREACH") ? `it said ${run.stdout.slice(0, 200)}` : null;
/** Got something unless the run ended with exactly this output: shows that the attack was really tried. */
const only = (expected: string) => (run: Finished) =>
  run.stdout.trim() === expected ? null : `it said ${run.stdout.slice(0, 200)} ${run.stderr.slice(0, 200)}`;
/** One system call by number on this machine, tried; prints BREACH unless it was refused. */
const call = (name: string, numbers: [x86: number, arm: number], args: string) => ({
  name: `system call ${name}`,
  ...python(
    `n = ${numbers[0]} if os.uname().machine == "x86_64" else ${numbers[1]}\n` +
      `r = libc.syscall(n, ${args})\nprint("refused" if r == -1 and ctypes.get_errno() in (1, 38, 97) else f"BREACH {r} {ctypes.get_errno()}")`,
  ),
  got: only("refused"),
});
const denied = (name: string, line: string): Attack => ({
  name,
  grant: shell(`if ${line}; then echo BREACH; else echo refused; fi`),
  got: only("refused"),
});

const unplanted = (path: string) => async (_: Finished, { lab }: Scene) => {
  try {
    await Deno.lstat(`${lab.folder}/${path}`);
    return `${path} exists`;
  } catch {
    return null;
  }
};
const unchanged = (path: string, text: string) => async (_: Finished, { lab }: Scene) => {
  const now = await Deno.readTextFile(`${lab.folder}/${path}`).catch((error) => String(error));
  return now === text ? null : `${path} is now ${now.slice(0, 100)}`;
};

export const ATTACKS: readonly Attack[] = [
  // Files outside.
  {
    name: "reads a file beside the workspace",
    grant: shell("cat @ROOT@/canary.txt; cat ../canary.txt; cat /proc/1/root@ROOT@/canary.txt"),
  },
  { name: "follows links out of the workspace", grant: shell("cat link.txt; cat link/canary.txt; ls link") },
  {
    name: "reads the home and harombe's own directory",
    grant: shell("cat @HOME@/canary.txt @HOME@/.harombe/canary.txt; ls -la @HOME@"),
  },
  {
    name: "overwrites through a link",
    grant: shell("echo x > link.txt; echo x > link/canary.txt; rm -f link/canary.txt"),
  },
  { name: "hard-links a file outside", grant: shell("ln @ROOT@/canary.txt here.txt; cat here.txt") },
  { name: "Deno follows a link out", grant: deno(`console.log(Deno.readTextFileSync("@WS@/link.txt"))`) },
  {
    name: "Deno imports a file outside",
    grant: deno(`import t from "file://@ROOT@/canary.txt" with { type: "text" }; console.log(t)`),
  },
  denied("reads /etc/shadow", "cat /etc/shadow"),
  denied("sees the machine's /etc/hostname", "grep -v '^harombe' /etc/hostname"),
  denied("writes to /usr", "touch /usr/bin/planted"),
  denied("writes to /etc", "echo x >> /etc/passwd"),
  denied("makes a file in the root", "touch /planted"),
  denied("sees /sys", "ls /sys/kernel"),
  denied("sees /var/lib", "ls /var/lib/*"),
  denied(
    "sees sockets of the host",
    "ls /var/run/docker.sock /run/docker.sock /run/dbus/system_bus_socket /run/systemd",
  ),
  {
    name: "writes where it may only read",
    grant: shell("touch new && echo BREACH; rm a.txt && echo BREACH; ls new", "ro"),
    got: breach,
  },
  {
    name: "sees the workspace where it was granted none",
    grant: shell("ls -la @WS@; cat @WS@/a.txt", "none"),
    got: (run) => run.stdout.includes("hello") ? "a.txt" : null,
  },

  // Mounts, namespaces, identity.
  denied("remounts the root for writing", "mount -o remount,rw,bind /"),
  denied("remounts /usr for writing", "mount -o remount,rw,bind /usr"),
  denied("mounts a proc", "mount -t proc proc /tmp"),
  denied("unmounts /home", "umount -l /home"),
  denied("makes a user namespace", "unshare -U true"),
  denied("makes a user namespace as root", "unshare -Ur mount -t tmpfs x /tmp"),
  denied("enters a namespace of the first process", "nsenter -t 1 -m true"),
  denied("becomes root by su", "su -c true"),
  denied("has a capability", "grep -E '^Cap(Eff|Prm|Bnd|Amb):.*[1-9a-f]' /proc/self/status"),
  denied("has no filter", "grep -E '^(Seccomp|NoNewPrivs):.*0' /proc/self/status"),
  denied("sees processes of the host", "test $(ls /proc | grep -c '^[0-9]') -gt 8"),
  denied("writes a kernel setting", "f=/proc/sys/vm/swappiness; (cat $f > $f)"),
  denied(
    "may open any kernel setting for writing",
    "find /proc/sys /proc/irq /proc/bus /proc/fs -type f -exec sh -c '(: >> $1) 2>/dev/null && echo $1' sh {} \\; | grep .",
  ),
  denied("pulls the system request", "echo h > /proc/sysrq-trigger"),
  denied("reads kernel memory", "head -c 16 /proc/kcore | grep -a ."),
  denied("reads the kernel's log", "head -c 16 /proc/kmsg | grep ."),
  denied(
    "makes a device of a disk and reads it",
    "set -- $(grep -m1 -E '[0-9]' /proc/partitions) 8 0; mknod /tmp/d b $1 $2 && head -c 16 /tmp/d | grep -a .",
  ),
  denied("finds a disk in /dev", "ls /dev/sda /dev/vda /dev/mem /dev/kvm /dev/kmsg"),
  denied("writes into its own source", "echo x > /run/harombe/line"),
  denied("reads cgroups", "echo /sys/fs/cgroup/* | grep -v '[*]$'"),
  denied("raises its own limits", "ulimit -H -n 1000000"),

  call("ptrace", [101, 117], "0, 0, 0, 0"),
  call("process_vm_readv", [310, 270], "1, 0, 0, 0, 0, 0"),
  call("keyctl", [250, 219], "0, -3, 1, 0, 0"),
  call("bpf", [321, 280], "0, 0, 0"),
  call("perf_event_open", [298, 241], "0, 0, -1, -1, 0"),
  call("userfaultfd", [323, 282], "0"),
  call("io_uring_setup", [425, 425], "1, 0"),
  call("clone3", [435, 435], "0, 0"),
  call("clone with a new user namespace", [56, 220], "0x10000000, 0, 0, 0, 0"),
  call("unshare", [272, 97], "0x10000000"),
  call("open_by_handle_at", [304, 265], "-1, 0, 0"),
  call("move_mount", [429, 429], "-1, 0, -1, 0, 0"),
  call("socket AF_VSOCK", [41, 198], "40, 1, 0"),
  call("socket AF_NETLINK", [41, 198], "16, 3, 0"),
  call("socket AF_ALG", [41, 198], "38, 5, 0"),
  call("socket AF_UNIX", [41, 198], "1, 1, 0"),
  call("a pair of Unix datagram sockets", [53, 199], "1, 2, 0, (ctypes.c_int * 2)()"),
  {
    name: "pushes bytes into the terminal",
    ...python(
      `import fcntl\ntry:\n  fcntl.ioctl(0, 0x5412, b"x"); print("BREACH")\nexcept OSError as e: print("refused" if e.errno == 1 else f"BREACH {e}")`,
    ),
    got: only("refused"),
  },

  // Network and sockets.
  {
    name: "connects to a listener on the host",
    ...python(
      `s = socket.socket(); s.settimeout(2)\ntry: s.connect(("127.0.0.1", @PORT@)); print("BREACH")\nexcept OSError: print("refused")`,
    ),
    got: only("refused"),
  },
  {
    name: "Deno fetches a listener on the host",
    grant: deno(
      `await fetch("http://127.0.0.1:@PORT@/").then(() => console.log("BREACH"), () => console.log("refused"))`,
    ),
    got: only("refused"),
  },
  {
    name: "bash dials a listener on the host",
    grant: {
      program: "bash",
      source: "(echo x > /dev/tcp/127.0.0.1/@PORT@) 2>/dev/null && echo BREACH || echo refused",
      folder: "rw",
    },
    got: only("refused"),
  },
  denied("has an interface beside its own loopback", "grep -vE 'lo:|face|Inter' /proc/net/dev"),
  {
    name: "connects to a Unix socket in the workspace",
    ...python(
      `try:\n  s = socket.socket(socket.AF_UNIX); s.connect("live.sock"); print("BREACH")\nexcept OSError: print("refused")`,
    ),
    got: only("refused"),
  },
  {
    name: "resolves a name",
    ...python(`try: print("BREACH", socket.getaddrinfo("example.com", 80))\nexcept OSError: print("refused")`),
    got: only("refused"),
  },

  // What the launcher knows.
  { name: "prints every variable it can find", grant: shell("env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'") },
  {
    name: "finds source or variables in arguments",
    grant: { ...shell("cat /proc/*/cmdline | tr '\\0' ' ' # in-the-source"), env: { GIVEN: "in-the-environment" } },
    got: (run) => /in-the-(source|environment)/.test(run.stdout) ? run.stdout.slice(0, 300) : null,
  },
  {
    name: "finds a descriptor of the launcher",
    grant: {
      program: "bash",
      source:
        "n=0; for f in /proc/self/fd/*; do case ${f##*/} in 0|1|2|255) ;; *) [ -e $f ] && n=$((n+1)) ;; esac; done; echo $n",
      folder: "none",
    },
    got: only("0"),
  },

  // Bounds.
  {
    name: "forks without end",
    grant: { ...shell("f() { f | f & }; f; sleep 20", "none"), limits: { ...DEFAULT_LIMITS, pids: 32, ms: 1500 } },
    got: (run) => run.outcome.ms < 10_000 ? null : `it lasted ${run.outcome.ms} ms`,
  },
  {
    name: "has more processes at once than granted",
    grant: {
      ...shell("i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done; echo BREACH", "none"),
      limits: { ...DEFAULT_LIMITS, pids: 20, ms: 5000 },
    },
    got: breach,
  },
  {
    name: "takes more memory than granted",
    grant: {
      program: "python",
      source: "b = bytearray(400 << 20)\nprint('BREACH', len(b))",
      folder: "none",
      limits: { ...DEFAULT_LIMITS, memoryBytes: 128 << 20 },
    },
    needs: "python",
    got: breach,
  },
  {
    name: "fills /tmp and /dev/shm beyond the memory granted",
    grant: {
      ...shell(
        "head -c 200000000 /dev/zero > /tmp/x && echo BREACH; head -c 200000000 /dev/zero > /dev/shm/x && echo BREACH",
        "none",
      ),
      limits: { ...DEFAULT_LIMITS, memoryBytes: 64 << 20 },
    },
    got: breach,
  },
  {
    name: "writes without end",
    grant: { ...shell("yes", "none"), limits: { ...DEFAULT_LIMITS, outputBytes: 100_000, ms: 20_000 } },
    got: (run) =>
      run.stdout.length <= 100_000 && run.outcome.stopped === "output"
        ? null
        : `${run.stdout.length} ${run.outcome.stopped}`,
  },
  {
    name: "runs without end",
    grant: { ...shell("trap '' TERM INT HUP; while :; do :; done", "none"), limits: { ...DEFAULT_LIMITS, ms: 300 } },
    got: (run) => run.outcome.stopped === "time" ? null : `${JSON.stringify(run.outcome)}`,
  },
  {
    name: "leaves a daemon behind that writes later",
    grant: shell(
      "(setsid sh -c 'trap \"\" HUP TERM; sleep 0.3; echo x > late.txt' >/dev/null 2>&1 </dev/null &) ; (setsid setsid sh -c 'sleep 0.3; echo x > late.txt' &) & echo left",
    ),
    got: unplanted("late.txt"),
  },

  // What others would run.
  {
    name: "plants a git hook",
    grant: shell("echo evil > .git/hooks/pre-commit"),
    got: unplanted(".git/hooks/pre-commit"),
  },
  {
    name: "changes an existing hook",
    grant: shell("echo evil > .git/hooks/pre-push"),
    got: unchanged(".git/hooks/pre-push", "#!/bin/sh\n"),
  },
  {
    name: "changes git's configuration",
    grant: shell("echo evil >> .git/config; git config core.fsmonitor evil; printf x > t; mv t .git/config"),
    got: unchanged(".git/config", "[core]\n"),
  },
  {
    name: "renames .git away and plants another",
    grant: shell("mv .git old; mkdir -p .git/hooks; echo evil > .git/hooks/pre-commit"),
    got: unplanted(".git/hooks/pre-commit"),
  },
  {
    name: "removes .git",
    grant: shell("rm -rf .git; mkdir -p .git; echo evil > .git/config"),
    got: unchanged(".git/config", "[core]\n"),
  },
  {
    name: "redirects git by a common directory",
    grant: shell("mkdir -p evil/hooks; echo ../evil > .git/commondir"),
    got: unplanted(".git/commondir"),
  },
  {
    name: "plants a hook in a nested repository",
    grant: shell("mkdir -p nested/.git/hooks; echo evil > nested/.git/hooks/pre-commit"),
    got: unplanted("nested/.git/hooks"),
  },
  {
    name: "moves a nested repository and plants another",
    grant: shell("mv nested moved; mkdir -p nested/.git; echo evil > nested/.git/config"),
    got: unplanted("nested/.git/config"),
  },
  {
    name: "redirects a worktree's .git file",
    grant: shell("echo 'gitdir: /tmp/evil' > worktree/.git; rm worktree/.git"),
    got: unchanged("worktree/.git", "gitdir: ../.git/worktrees/x\n"),
  },
  {
    name: "makes a new repository",
    grant: shell("mkdir -p fresh/.git; echo evil > fresh/.git/config"),
    got: unplanted("fresh/.git"),
  },
  {
    name: "makes a bare repository of a folder",
    grant: shell("mkdir -p bare/objects bare/refs; echo 'ref: refs/heads/x' > bare/HEAD; echo evil > bare/config"),
    got: unplanted("bare/config"),
  },
  {
    name: "changes the editor's tasks",
    grant: shell("echo evil > .vscode/tasks.json; mv .vscode v; rm -rf .vscode"),
    got: unchanged(".vscode/tasks.json", "{}\n"),
  },
  {
    name: "changes .envrc",
    grant: shell("echo evil > .envrc; rm -f .envrc; ln -sf /tmp/x .envrc"),
    got: unchanged(".envrc", "true\n"),
  },
  ...[
    ".github/workflows/x.yml",
    ".gitlab-ci.yml",
    ".husky/pre-commit",
    ".harombe/x",
    "harombe.yaml",
    ".githooks/x",
    "sub/.envrc",
    "sub/.vscode/tasks.json",
    ".GitHub/x",
  ].map((path): Attack => ({
    name: `plants ${path}`,
    grant: shell(`mkdir -p "$(dirname ${path})"; echo evil > ${path}`),
    got: unplanted(path),
  })),
  { name: "plants a link in place of a folder", grant: shell("ln -s /tmp .husky"), got: unplanted(".husky") },
];

/** Probes of processes, privileges and the kernel's own doors. */
import type { Group, Probe } from "./probe.ts";

/**
 * A system call by its number on x86-64 and on 64-bit ARM, with arguments that change nothing where it is allowed: an
 * error that is no refusal means that the kernel got as far as looking at them.
 */
const call = (
  name: string,
  [x86, arm]: [number, number],
  args: string,
  { group = "privilege", control = true }: { group?: Group; control?: boolean } = {},
): Probe => ({
  name,
  group,
  tries: `makes the system call ${name}`,
  python: `
r = libc.syscall(${x86} if os.uname().machine == "x86_64" else ${arm}, ${args}); e = ctypes.get_errno()
if r != -1: got = "it returned %d" % r
elif e not in REFUSED: got = "it got as far as " + os.strerror(e)
else: seen = os.strerror(e)`,
  control,
});
const denied = (name: string, tries: string, sh: string, group: Group = "privilege", control = true): Probe => ({
  name,
  group,
  tries,
  sh,
  control,
});

export const OF_KERNEL: readonly Probe[] = [
  denied("sees processes", "sees more processes than its own", "set -- /proc/[0-9]*; [ $# -gt 12 ]", "processes"),
  denied(
    "sees a process outside",
    "finds the process of the launcher by its number",
    `tr '\\0' ' ' < /proc/@PID@/cmdline 2>/dev/null | grep -q '[d]eno.*launch'`,
    "processes",
    false,
  ),
  {
    name: "signals outside",
    group: "processes",
    tries: "sends signal 0 to every process but its own",
    python: `
mine = {int(n) for n in os.listdir("/proc") if n.isdigit()}
for pid in range(2, 70000):
  if pid in mine: continue
  try: os.kill(pid, 0); got = "pid %d" % pid; break
  except ProcessLookupError: pass`,
  },
  denied(
    "first process is its own",
    "has a first process that is the machine's",
    "grep -qE '^(Name):.*(systemd|init$)' /proc/1/status",
    "processes",
    false,
  ),
  call("ptrace", [101, 117], "16, 999999, 0, 0", { group: "processes" }),
  call("process_vm_readv", [310, 270], "1, 0, 0, 0, 0, 1", { group: "processes" }),
  call("pidfd_getfd", [438, 438], "-1, 0, 0", { group: "processes" }),
  call("kcmp", [312, 272], "999999, 999999, 0, 0, 0", { group: "processes" }),
  denied(
    "traces a child",
    "traces a process of its own",
    "command -v strace >/dev/null || { echo 'strace is not here'; exit 77; }; strace -o /dev/null true 2>/dev/null",
    "processes",
  ),
  denied("enters namespaces", "enters the namespaces of the first process", "nsenter -t 1 -m -u true 2>/dev/null"),
  denied(
    "raises its priority",
    "makes itself more urgent",
    '[ $(uname -r) = 4.4.0 ] && { echo "a kernel of its own (gVisor) has an order of its own"; exit 77; }; n=$(nice); m=$(nice -n -5 nice 2>/dev/null); [ "$m" -lt "$n" ]',
  ),

  denied("capabilities", "has a capability", "grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):.*[1-9a-f]' /proc/self/status"),
  denied("filter", "has system calls unfiltered", "grep -E '^Seccomp:.*0' /proc/self/status"),
  {
    name: "new privileges",
    group: "privilege",
    tries: "can gain privileges by starting a program",
    python: `got = "it can" if libc.prctl(39, 0, 0, 0, 0) == 0 else None`,
    control: true,
  },
  denied(
    "own users",
    "shares the user namespace of the machine",
    `
[ "$(uname -r)" = 4.4.0 ] && { echo 'a kernel of its own (gVisor) has users of its own'; exit 77; }
read -r a b n < /proc/self/uid_map; [ "$n" -gt 1 ] && echo "$a $b $n"`,
  ),
  denied("setuid", "becomes root by a setuid program", "su -c true </dev/null 2>/dev/null || exit 1"),
  denied("user namespace", "makes a user namespace", "unshare -U true 2>/dev/null"),
  denied(
    "root by a namespace",
    "mounts in a user namespace of its own",
    "unshare -Urm mount -t tmpfs x /tmp 2>/dev/null",
  ),
  denied("remounts", "makes /usr writable", "mount -o remount,rw,bind /usr 2>/dev/null", "privilege", false),
  denied(
    "mounts",
    "mounts a directory in memory",
    "mkdir -p /tmp/m; mount -t tmpfs x /tmp/m 2>/dev/null && umount /tmp/m",
  ),
  denied(
    "unmounts",
    "uncovers what is covered",
    "umount -l /home 2>/dev/null || umount -l /sys 2>/dev/null",
    "privilege",
    false,
  ),
  denied("changes root", "makes another directory its root", "chroot / true 2>/dev/null || exit 1"),
  {
    name: "owner of files",
    group: "privilege",
    tries: "gives a file to another user",
    python: `
open("/tmp/owned", "w").close(); os.chown("/tmp/owned", 12345, 12345); got = "given"; os.remove("/tmp/owned")`,
    control: true,
  },
  {
    name: "other users",
    group: "privilege",
    tries: "becomes another user",
    python: `
pid = os.fork()
if pid == 0:
  try: os.setgroups([]); os.setuid(12345); os._exit(0)
  except OSError: os._exit(1)
got = "it became 12345" if os.waitpid(pid, 0)[1] == 0 else None`,
    control: true,
  },
  call("mount", [165, 40], "0, 0, 0, 0, 0"),
  call("move_mount", [429, 429], "-1, 0, -1, 0, 0"),
  call("open_tree", [428, 428], "-1, 0, 1"),
  call("fsopen", [430, 430], "0, 0"),
  call("pivot_root", [155, 41], "0, 0"),
  call("setns", [308, 268], "-1, 0"),
  call("unshare", [272, 97], "0x10000000", { control: false }),
  call("clone in a user namespace", [56, 220], "0x10000000 | 0x100, 0, 0, 0, 0"),
  call("keyctl", [250, 219], "0, -3, 1, 0, 0"),
  call("add_key", [248, 217], "0, 0, 0, 0, 0"),
  call("request_key", [249, 218], "0, 0, 0, 0"),
  call("bpf", [321, 280], "-1, 0, 0"),
  call("perf_event_open", [298, 241], "0, 0, -1, -1, 0"),
  call("io_uring_setup", [425, 425], "1, 0"),
  call("userfaultfd", [323, 282], "0"),
  call("kexec_load", [246, 104], "0, 99, 0, -1"),
  call("reboot", [169, 142], "0, 0, 0, 0"),
  call("clock_settime", [227, 112], "99, 0"),
  call("settimeofday", [164, 170], "0, 0", { control: false }),
  call("adjtimex", [159, 171], "0"),
  call("init_module", [175, 105], "0, 0, 0"),
  call("delete_module", [176, 106], "0, 0"),
  call("swapon", [167, 224], "0, 0"),
  call("swapoff", [168, 225], "0"),
  call("sethostname", [170, 161], "0, -1"),
  call("syslog", [103, 116], "10, 0, 0"),
  call("acct", [163, 89], "1"),
  call("quotactl", [179, 60], "0, 0, 0, 0"),
  call("open_by_handle_at", [304, 265], "-1, 0, 0"),
  call("fanotify_init", [300, 262], "0x80000000, 0"),
  call("personality", [135, 92], "0xffffffff"),
  call("name_to_handle_at", [303, 264], "-1, 0, 0, 0, 0"),
];

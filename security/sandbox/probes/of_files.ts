/** Probes of what a run sees of the disk. */
import type { Probe } from "./probe.ts";

const group = "files";
/** Reads `path` and gets a byte of it. */
const reads = (name: string, path: string, control = true): Probe => ({
  name,
  group,
  tries: `reads ${path}`,
  sh: `head -c 16 ${path} 2>/dev/null | grep -aq .`,
  control,
});
const lists = (name: string, path: string, control = true): Probe => ({
  name,
  group,
  tries: `lists ${path}`,
  sh: `set -- ${path}/* ${path}/.[!.]*; for f; do [ -e "$f" ] && { echo "$f"; exit 0; }; done; exit 1`,
  control,
});
/** Never run outside: there it would succeed. */
const writes = (name: string, path: string): Probe => ({
  name: `writes to ${name}`,
  group,
  tries: `writes ${path}`,
  sh: `(: > ${path}) 2>/dev/null && rm -f ${path}`,
});

export const OF_FILES: readonly Probe[] = [
  reads("shadow", "/etc/shadow"),
  reads("machine id", "/etc/machine-id", false),
  reads("fstab", "/etc/fstab", false),
  reads("sudoers", "/etc/sudoers", false),
  reads("state file", "@CANARY@"),
  reads("state file by the first process", "/proc/1/root@CANARY@"),
  reads("state file by a process outside", "/proc/@PID@/root@CANARY@"),
  reads("state file by its own root", "/proc/self/root@CANARY@"),
  reads("kernel memory", "/proc/kcore"),
  {
    name: "kernel symbols",
    group,
    tries: "learns where the kernel's symbols lie",
    sh: "grep -aqv '^0*0 ' /proc/kallsyms 2>/dev/null",
    control: true,
  },
  reads("physical memory", "/dev/mem", false),
  reads("kernel log device", "/dev/kmsg", false),
  reads("page counts", "/proc/kpagecount"),
  reads("memory allocator", "/proc/slabinfo"),
  lists("home", "@HOME@"),
  lists("ssh keys", "@HOME@/.ssh", false),
  lists("homes", "/home/[!a]*", false),
  lists("root's home", "/root"),
  lists("kernel objects", "/sys/kernel"),
  lists("cgroups", "/sys/fs/cgroup"),
  lists("boot", "/boot", false),
  lists("services' data", "/var/lib"),
  lists("logs", "/var/log"),
  lists("cron", "/etc/cron.d", false),
  lists("services' sockets", "/run/[!h]*"),
  lists("state directory", "$(dirname @CANARY@)"),
  {
    name: "follows a link out",
    group,
    tries: "reads @CANARY@ by a link in the workspace",
    sh: `rm -f l; ln -s @CANARY@ l && cat l 2>/dev/null | grep -q .; c=$?; rm -f l; exit $c`,
    control: true,
  },
  {
    name: "follows a link to a directory out",
    group,
    tries: "lists / of the machine by a link to /proc/1/root",
    sh: `rm -f l; ln -s /proc/1/root/root l && ls l/ 2>/dev/null | grep -q .; c=$?; rm -f l; exit $c`,
    control: true,
  },
  {
    name: "hard-links a file out",
    group,
    tries: "makes a hard link in the workspace to @CANARY@",
    sh: `ln @CANARY@ h 2>/dev/null && rm -f h`,
  },
  {
    name: "climbs out of the workspace",
    group,
    tries: "finds @CANARY@ by many ..",
    sh: `cat ../../../../../../../../../..@CANARY@ 2>/dev/null | grep -q .`,
    control: true,
  },
  writes("program of the system", "/usr/bin/harombe-probe"),
  writes("library of the system", "/usr/lib/harombe-probe"),
  writes("settings of the system", "/etc/harombe-probe"),
  writes("root of the disk", "/harombe-probe"),
  writes("state directory", "@CANARY@.probe"),
  writes("home", "@HOME@/harombe-probe"),
  {
    name: "changes a program",
    group,
    tries: "opens a program of the system for writing",
    python: `
f = os.open("/usr/bin/env", os.O_WRONLY)
got = "opened"`,
    control: true,
  },
  {
    name: "changes its own source",
    group,
    tries: "writes into what it was started from",
    sh: `for f in /run/harombe/*; do (: >> "$f") 2>/dev/null && { echo "$f"; exit 0; }; done; exit 1`,
  },
  {
    name: "makes a device",
    group,
    tries: "makes the device of the first disk and reads it",
    sh: `
set -- $(grep -m1 -E '[0-9]' /proc/partitions 2>/dev/null) 8 0
mknod /tmp/probe-disk b $1 $2 2>/dev/null && head -c 512 /tmp/probe-disk 2>/dev/null | wc -c | grep -q 512
c=$?; rm -f /tmp/probe-disk; exit $c`,
    control: true,
  },
  {
    name: "finds a disk",
    group,
    tries: "sees a disk, KVM or memory in /dev",
    sh:
      `for f in /dev/sd? /dev/vd? /dev/nvme* /dev/mem /dev/kvm /dev/port; do [ -e $f ] && { echo $f; exit 0; }; done; exit 1`,
    control: true,
  },
  {
    name: "changes a kernel setting",
    group,
    tries: "opens a file of /proc/sys for writing",
    python: `
for root, _, names in os.walk("/proc/sys"):
  for name in names:
    try:
      os.close(os.open(os.path.join(root, name), os.O_WRONLY)); got = os.path.join(root, name)
    except OSError: pass`,
    control: true,
  },
  {
    name: "system request",
    group,
    tries: "opens /proc/sysrq-trigger for writing",
    python: `os.close(os.open("/proc/sysrq-trigger", os.O_WRONLY)); got = "opened"`,
    control: true,
  },
  {
    name: "core pattern",
    group,
    tries: "opens the kernel's core pattern for writing",
    python: `os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY)); got = "opened"`,
    control: true,
  },
  {
    name: "own text by /proc",
    group,
    tries: "finds the token in the variables of any process",
    sh: `cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep -q @TOKEN@`,
  },
];

/**
 * The system-call filter of every confined run, as a classic BPF program for `bwrap --seccomp`.
 *
 * It is the second wall behind the namespaces: what it refuses is kernel surface that no tool needs and that
 * namespaces do not cover (keyrings, vsock, sockets that lie in the workspace as files, new user namespaces).
 */

export type Arch = "x86_64" | "aarch64";

/** Refused with EPERM. Numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h, Linux 6.12. */
export const REFUSED: Readonly<Record<string, readonly [x86_64: number | null, aarch64: number | null]>> = {
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  process_mrelease: [448, 448],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  move_mount: [429, 429],
  open_tree: [428, 428],
  open_tree_attr: [467, 467],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  statmount: [457, 457],
  listmount: [458, 458],
  unshare: [272, 97],
  setns: [308, 268],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  acct: [163, 89],
  syslog: [103, 116],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  personality: [135, 92],
  vhangup: [153, 58],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
  uselib: [134, null],
  lookup_dcookie: [212, 18],
};

/** Answered with ENOSYS, so that a caller falls back: clone3 hides its flags in memory that a filter cannot read. */
export const ABSENT: Readonly<Record<string, readonly [x86_64: number, aarch64: number]>> = {
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  memfd_secret: [447, 447],
};

const CALLS = {
  x86_64: { audit: 0xc000003e, socket: 41, socketpair: 53, clone: 56, ioctl: 16 },
  aarch64: { audit: 0xc00000b7, socket: 198, socketpair: 199, clone: 220, ioctl: 29 },
} as const;

/** CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET, linux/sched.h. */
const NEW_NAMESPACE = 0x7e020000;
/** asm-generic/ioctls.h: pushes a byte into the terminal's input; TIOCLINUX pastes a selection. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;

const LD = 0x20, JEQ = 0x15, JGE = 0x35, JSET = 0x45, AND = 0x54, RET = 0x06;
const KILL_PROCESS = 0x80000000;
const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const EAFNOSUPPORT = 0x00050061;

/** struct seccomp_data: nr, arch, then 64-bit arguments, of which the low half is what these calls look at. */
const NR = 0, ARCH = 4;
const argument = (i: number) => 16 + 8 * i;

type Instruction = readonly [code: number, jt: number, jf: number, k: number];

/**
 * Refused beside `REFUSED` in a run whose permissions are judged as they are touched: Deno asks about a relative path as it was
 * written and does not tell from where, so where it is must not change.
 */
export const REFUSED_BROKERED: Readonly<Record<string, readonly [x86_64: number, aarch64: number]>> = {
  chdir: [80, 49],
  fchdir: [81, 50],
};

/** The instructions; every test falls through to the next, so no jump is longer than eight. */
function seccompInstructions(arch: Arch, brokered: boolean): Instruction[] {
  const calls = CALLS[arch];
  const column = arch === "x86_64" ? 0 : 1;
  const answer = (numbers: readonly (number | null)[], with_: number): Instruction[] =>
    numbers.filter((n) => n !== null).flatMap((n): Instruction[] => [[JEQ, 0, 1, n], [RET, 0, 0, with_]]);
  return [
    [LD, 0, 0, ARCH],
    [JEQ, 1, 0, calls.audit],
    [RET, 0, 0, KILL_PROCESS],
    [LD, 0, 0, NR],
    // x32 calls, and -1 as a tracer would set it, carry this bit.
    [JGE, 0, 1, 0x40000000],
    [RET, 0, 0, KILL_PROCESS],
    ...answer(Object.values(REFUSED).map((pair) => pair[column]), EPERM),
    ...(brokered ? answer(Object.values(REFUSED_BROKERED).map((pair) => pair[column]), EPERM) : []),
    ...answer(Object.values(ABSENT).map((pair) => pair[column]), ENOSYS),

    [JEQ, 0, 4, calls.clone],
    [LD, 0, 0, argument(0)],
    [JSET, 0, 1, NEW_NAMESPACE],
    [RET, 0, 0, EPERM],
    [RET, 0, 0, ALLOW],

    [JEQ, 0, 5, calls.ioctl],
    [LD, 0, 0, argument(1)],
    [JEQ, 1, 0, TIOCSTI],
    [JEQ, 0, 1, TIOCLINUX],
    [RET, 0, 0, EPERM],
    [RET, 0, 0, ALLOW],

    // Only Internet sockets, which end at the run's own loopback. No AF_UNIX: a socket file in the workspace
    // would answer. No AF_VSOCK: it is in no network namespace.
    ...(brokered ? toTheBroker(calls.socket) : []),
    [JEQ, 0, 5, calls.socket],
    [LD, 0, 0, argument(0)],
    [JEQ, 2, 0, AF_INET],
    [JEQ, 1, 0, AF_INET6],
    [RET, 0, 0, EAFNOSUPPORT],
    [RET, 0, 0, ALLOW],

    // A pair of connected Unix streams reaches nobody else; a datagram socket could still name a path.
    [JEQ, 0, 8, calls.socketpair],
    [LD, 0, 0, argument(0)],
    [JEQ, 0, 5, AF_UNIX],
    [LD, 0, 0, argument(1)],
    [AND, 0, 0, 0xf],
    [JEQ, 1, 0, SOCK_STREAM],
    [JEQ, 0, 1, SOCK_SEQPACKET],
    [RET, 0, 0, ALLOW],
    [RET, 0, 0, EAFNOSUPPORT],

    [RET, 0, 0, ALLOW],
  ];
}

/**
 * Unix streams, for Deno reaches its broker by one. A number of the call is left in the accumulator, as it was found. What else a
 * stream could reach is for the caller to cover: socket files of the folder. Abstract names end at the run's own network.
 */
function toTheBroker(socket: number): Instruction[] {
  return [
    [JEQ, 0, 7, socket],
    [LD, 0, 0, argument(0)],
    [JEQ, 0, 4, AF_UNIX],
    [LD, 0, 0, argument(1)],
    [AND, 0, 0, 0xf],
    [JEQ, 0, 1, SOCK_STREAM],
    [RET, 0, 0, ALLOW],
    [LD, 0, 0, NR],
  ];
}

/** The filter as `struct sock_filter[]`, little endian, 8 bytes an instruction. Null where no filter is known for the machine. */
export function seccompFilter(arch: string, { brokered = false } = {}): Uint8Array | null {
  if (arch !== "x86_64" && arch !== "aarch64") return null;
  const instructions = seccompInstructions(arch, brokered);
  const bytes = new Uint8Array(8 * instructions.length);
  const view = new DataView(bytes.buffer);
  for (const [i, [code, jt, jf, k]] of instructions.entries()) {
    view.setUint16(8 * i, code, true);
    view.setUint8(8 * i + 2, jt);
    view.setUint8(8 * i + 3, jf);
    view.setUint32(8 * i + 4, k >>> 0, true);
  }
  return bytes;
}

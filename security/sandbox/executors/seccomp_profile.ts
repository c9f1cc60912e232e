/**
 * The filter of `seccomp.ts` in the words of the OCI runtime specification, for engines that make the program themselves.
 * A comparison there is of 64 bits where the kernel looks at 32, so a test for equality is masked, and what may pass is
 * what is left when all else is refused. Pure.
 */
import { ABSENT, REFUSED } from "../seccomp.ts";

type Argument = { index: number; value: number; valueTwo?: number; op: string };
type Rule = { names: string[]; action: string; errnoRet?: number; args?: Argument[] };

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const LOW = 0xffffffff;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, linux/sched.h. */
const NAMESPACES = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];
/** TIOCSTI, TIOCLINUX, asm-generic/ioctls.h. */
const OF_TERMINALS = [0x5412, 0x541c];
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
/** Of `socketpair`: every type but SOCK_STREAM (1) and SOCK_SEQPACKET (5). */
const OTHER_TYPES = Array.from({ length: 16 }, (_, i) => i).filter((type) => type !== 1 && type !== 5);

const masked = (index: number, mask: number, value: number): Argument => ({
  index,
  value: mask,
  valueTwo: value,
  op: "SCMP_CMP_MASKED_EQ",
});

/**
 * `linux.seccomp` of an OCI configuration, and a profile of podman and docker. Null where no filter is known for the machine.
 * Without `absent` the calls that should look as if they did not exist are refused, all but clone3: gVisor knows no error
 * but EPERM there (runsc 20221219), which a caller of clone3 does not fall back from, and its own kernel has no clone3.
 */
export function seccompProfile(
  arch: string,
  { absent }: { absent: boolean },
): { defaultAction: string; architectures: string[]; syscalls: Rule[] } | null {
  if (arch !== "x86_64" && arch !== "aarch64") return null;
  const refuse = (names: string[], errnoRet: number, args?: Argument[]): Rule => ({
    names,
    action: "SCMP_ACT_ERRNO",
    errnoRet,
    ...(args === undefined ? {} : { args }),
  });
  const families = [
    { index: 0, value: AF_INET, op: "SCMP_CMP_LT" },
    ...Array.from(
      { length: AF_INET6 - AF_INET - 1 },
      (_, i) => ({ index: 0, value: AF_INET + 1 + i, op: "SCMP_CMP_EQ" }),
    ),
    { index: 0, value: AF_INET6, op: "SCMP_CMP_GT" },
  ];
  return {
    defaultAction: "SCMP_ACT_ALLOW",
    architectures: [arch === "x86_64" ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64"],
    syscalls: [
      refuse(
        Object.entries(REFUSED).filter(([, [x86, arm]]) => (arch === "x86_64" ? x86 : arm) !== null).map(([n]) => n),
        EPERM,
      ),
      absent
        ? refuse(Object.keys(ABSENT), ENOSYS)
        : refuse(Object.keys(ABSENT).filter((name) => name !== "clone3"), EPERM),
      ...NAMESPACES.map((bit) => refuse(["clone"], EPERM, [masked(0, bit, bit)])),
      ...OF_TERMINALS.map((code) => refuse(["ioctl"], EPERM, [masked(1, LOW, code)])),
      ...families.map((family) => refuse(["socket"], EAFNOSUPPORT, [family])),
      refuse(["socketpair"], EAFNOSUPPORT, [{ index: 0, value: AF_UNIX, op: "SCMP_CMP_LT" }]),
      refuse(["socketpair"], EAFNOSUPPORT, [{ index: 0, value: AF_UNIX, op: "SCMP_CMP_GT" }]),
      ...OTHER_TYPES.map((type) => refuse(["socketpair"], EAFNOSUPPORT, [masked(1, 0xf, type)])),
    ],
  };
}

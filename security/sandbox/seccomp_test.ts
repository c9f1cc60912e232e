import assert from "node:assert/strict";
import { ABSENT, type Arch, REFUSED, seccompFilter } from "./seccomp.ts";

const AUDIT: Record<Arch, number> = { x86_64: 0xc000003e, aarch64: 0xc00000b7 };
const NAMES: Record<number, string> = {
  0x80000000: "kill",
  0x7fff0000: "allow",
  0x00050001: "EPERM",
  0x00050026: "ENOSYS",
  0x00050061: "EAFNOSUPPORT",
};

/** Runs the filter's bytes as the kernel would, on one call. */
function verdict(arch: Arch, call: { nr: number; args?: number[]; audit?: number }): string {
  const bytes = seccompFilter(arch)!;
  const program = new DataView(bytes.buffer);
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.nr, true);
  data.setUint32(4, call.audit ?? AUDIT[arch], true);
  for (const [i, value] of (call.args ?? []).entries()) data.setBigUint64(16 + 8 * i, BigInt(value), true);
  let accumulator = 0;
  for (let at = 0; at < bytes.length / 8; at++) {
    const [code, jt, jf, k] = [
      program.getUint16(8 * at, true),
      program.getUint8(8 * at + 2),
      program.getUint8(8 * at + 3),
      program.getUint32(8 * at + 4, true),
    ];
    const jump = (met: boolean) => at += met ? jt : jf;
    switch (code) {
      case 0x20:
        accumulator = data.getUint32(k, true);
        break;
      case 0x54:
        accumulator = (accumulator & k) >>> 0;
        break;
      case 0x15:
        jump(accumulator === k);
        break;
      case 0x35:
        jump(accumulator >= k);
        break;
      case 0x45:
        jump((accumulator & k) !== 0);
        break;
      case 0x06:
        return NAMES[k] ?? `unknown ${k}`;
      default:
        throw new Error(`Cannot run the instruction: ${code}`);
    }
  }
  return "ran off the end";
}

Deno.test("every refused call is refused and every absent one is absent on both machines", () => {
  for (const [column, arch] of (["x86_64", "aarch64"] as const).entries()) {
    for (const [name, numbers] of Object.entries(REFUSED)) {
      const nr = numbers[column];
      if (nr !== null) assert.deepEqual([arch, name, verdict(arch, { nr })], [arch, name, "EPERM"]);
    }
    for (const [name, numbers] of Object.entries(ABSENT)) {
      assert.deepEqual([arch, name, verdict(arch, { nr: numbers[column] })], [arch, name, "ENOSYS"]);
    }
  }
});

Deno.test("calls are judged by their arguments where their arguments matter", () => {
  const cases: [Arch, string, { nr: number; args?: number[]; audit?: number }, string][] = [
    ["x86_64", "read", { nr: 0 }, "allow"],
    ["x86_64", "execve", { nr: 59 }, "allow"],
    ["x86_64", "i386 call", { nr: 11, audit: 0x40000003 }, "kill"],
    ["x86_64", "x32 call", { nr: 0x40000000 + 59 }, "kill"],
    ["x86_64", "call -1", { nr: 0xffffffff }, "kill"],
    ["aarch64", "32-bit arm call", { nr: 11, audit: 0x40000028 }, "kill"],
    ["x86_64", "clone of a thread", { nr: 56, args: [0x3d0f00] }, "allow"],
    ["x86_64", "clone as fork does", { nr: 56, args: [0x1200011] }, "allow"],
    ["x86_64", "clone NEWUSER", { nr: 56, args: [0x10000011] }, "EPERM"],
    ["x86_64", "clone NEWNS", { nr: 56, args: [0x00020011] }, "EPERM"],
    ["x86_64", "clone NEWNET", { nr: 56, args: [0x40000011] }, "EPERM"],
    ["x86_64", "clone NEWCGROUP", { nr: 56, args: [0x02000011] }, "EPERM"],
    ["aarch64", "clone NEWUSER", { nr: 220, args: [0x10000011] }, "EPERM"],
    ["x86_64", "ioctl TCGETS", { nr: 16, args: [0, 0x5401] }, "allow"],
    ["x86_64", "ioctl TIOCSTI", { nr: 16, args: [0, 0x5412] }, "EPERM"],
    ["x86_64", "ioctl TIOCSTI with high bits", { nr: 16, args: [0, 0x7_0000_5412] }, "EPERM"],
    ["x86_64", "ioctl TIOCLINUX", { nr: 16, args: [0, 0x541c] }, "EPERM"],
    ["aarch64", "ioctl TIOCSTI", { nr: 29, args: [0, 0x5412] }, "EPERM"],
    ["x86_64", "socket INET", { nr: 41, args: [2, 1] }, "allow"],
    ["x86_64", "socket INET6", { nr: 41, args: [10, 2] }, "allow"],
    ["x86_64", "socket UNIX", { nr: 41, args: [1, 1] }, "EAFNOSUPPORT"],
    ["x86_64", "socket VSOCK", { nr: 41, args: [40, 1] }, "EAFNOSUPPORT"],
    ["aarch64", "socket NETLINK", { nr: 198, args: [16, 3] }, "EAFNOSUPPORT"],
    ["x86_64", "pair of UNIX streams, close on exec", { nr: 53, args: [1, 0x80801] }, "allow"],
    ["x86_64", "pair of UNIX seqpackets", { nr: 53, args: [1, 5] }, "allow"],
    ["x86_64", "pair of UNIX datagrams", { nr: 53, args: [1, 2] }, "EAFNOSUPPORT"],
    ["x86_64", "pair of another family", { nr: 53, args: [2, 1] }, "EAFNOSUPPORT"],
  ];
  assert.deepEqual(
    cases.map(([arch, name, call]) => [arch, name, verdict(arch, call)]),
    cases.map(([arch, name, , expected]) => [arch, name, expected]),
  );
});

Deno.test("there is no filter for a machine whose calls are not known", () => {
  assert.equal(seccompFilter("riscv64"), null);
});

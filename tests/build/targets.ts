/** The machines that a release is built for, and the Deno that goes with it. */

/**
 * The newest Deno that npm has for every target (looked up 2026-11-20: 2.9.6 is there for linux-x64 alone). It runs the
 * released program; the sources are bundled by the Deno that builds.
 */
export const DENO = "2.9.5";

export type Target = "linux-x64" | "linux-arm64" | "darwin-arm64" | "darwin-x64" | "windows-x64";

export type Platform = {
  /** The npm package of Deno's binary, which lies in it as `package/BINARY`. */
  package: string;
  binary: "deno" | "deno.exe";
  /** Of the package's tarball, as the registry published it (`npm view PACKAGE@VERSION dist.integrity`, 2026-11-20). */
  integrity: string;
  /** What `uname -sm` prints there; null where there is no uname. */
  uname: string | null;
  /** The name that `deno compile --target` knows it by. */
  triple: string;
  /** The dynamic loader that the binary names (its ELF PT_INTERP); null where it needs none. */
  loader: string | null;
};

export const TARGETS: Readonly<Record<Target, Platform>> = {
  "linux-x64": {
    package: "@deno/linux-x64-glibc",
    binary: "deno",
    integrity: "sha512-TDqcnoLe3jlgqYEQm7H7MK6q0JOth+o8iSZzknRODnVkJfPiNnjVn1M1Zc6vnp+ipkyb6Av1/CUlHgHtlq59Gw==",
    uname: "Linux x86_64",
    triple: "x86_64-unknown-linux-gnu",
    loader: "/lib64/ld-linux-x86-64.so.2",
  },
  "linux-arm64": {
    package: "@deno/linux-arm64-glibc",
    binary: "deno",
    integrity: "sha512-IuYjsz9PGl7CJcNXMuN27KNDB8Q40brK3SG3l+TXMDVW61ZKwcn0fQHBHnXFiiygEwI8by/fKnASEluhZB1atw==",
    uname: "Linux aarch64",
    triple: "aarch64-unknown-linux-gnu",
    loader: "/lib/ld-linux-aarch64.so.1",
  },
  "darwin-arm64": {
    package: "@deno/darwin-arm64",
    binary: "deno",
    integrity: "sha512-SX98qSdBT1lw9x6NwGwx2xIayl1kRimdRnFohYlJ6nt3mLKzTKHHKQwQs5D2pEY7mbUGGbYe9brM2kfN75pPkg==",
    uname: "Darwin arm64",
    triple: "aarch64-apple-darwin",
    loader: null,
  },
  "darwin-x64": {
    package: "@deno/darwin-x64",
    binary: "deno",
    integrity: "sha512-gbdlxWZuAZFiJiZtTT00Mv/aC7f/31+pyqJGQKlZr5X33WeTo5B0GG+efcX3P1UZceRKHuPEAQ1B/M2oRt8r9Q==",
    uname: "Darwin x86_64",
    triple: "x86_64-apple-darwin",
    loader: null,
  },
  "windows-x64": {
    package: "@deno/win32-x64",
    binary: "deno.exe",
    integrity: "sha512-LkcERsH0olOgevg9L9eootSr1U8ydyfnX1bS3mFqU+lGBeTYtlec5b/QF473WUOGVgPlWECrkxi4As5kEaFOzg==",
    uname: null,
    triple: "x86_64-pc-windows-msvc",
    loader: null,
  },
};

/** True if `name` is a target. */
export function isTarget(name: string): name is Target {
  return Object.hasOwn(TARGETS, name);
}

/** The target of the machine that this runs on. Throws `RangeError` if there is none for it. */
export function targetHere(): Target {
  const os = { linux: "linux", darwin: "darwin", windows: "windows" }[Deno.build.os as string];
  const name = `${os}-${Deno.build.arch === "aarch64" ? "arm64" : "x64"}`;
  if (!isTarget(name)) throw new RangeError(`Cannot build for this machine: ${Deno.build.os} ${Deno.build.arch}`);
  return name;
}

/** Mounted file systems by `df -Pk` (POSIX.1: 1024-byte blocks, six columns). Pure. */
import * as z from "zod";

export const Disk = z.object({
  filesystem: z.string(),
  mount: z.string(),
  bytes: z.number(),
  usedBytes: z.number(),
  /** What an ordinary user may still write. */
  freeBytes: z.number(),
});
export type Disk = z.infer<typeof Disk>;

/** File systems that are no place to keep files in. */
const PSEUDO =
  /^(?:tmpfs|devtmpfs|devfs|udev|none|shm|efivarfs|ramfs|squashfs|overlay|fuse|portal|gvfsd-fuse|map .*|cgroup.*|\/dev\/loop\d+)$/;

/** True for a file system that people keep files in: no pseudo file system, but for the one at the root of a container. */
export function keepsFiles({ filesystem, mount }: Disk): boolean {
  return mount === "/" || !PSEUDO.test(filesystem);
}

/** The lines that read as file systems with room, in df's order. */
export function parseDf(text: string): Disk[] {
  return text.split("\n").flatMap((line): Disk[] => {
    const found = /^(\S.*?) +(\d{1,16}) +(\d{1,16}) +(-?\d{1,16}) +(?:\d+%|-) +(\/.*)$/.exec(line.slice(0, 1000));
    if (found === null) return [];
    const [, filesystem, blocks, used, free, mount] = found;
    if (blocks === "0") return [];
    const bytes = (count: string) => Math.max(0, Number(count)) * 1024;
    return [{ filesystem, mount, bytes: bytes(blocks), usedBytes: bytes(used), freeBytes: bytes(free) }];
  });
}

/** The file system of `disks` that holds the absolute `path`: the longest mount above it. The last of two mounts at one place counts. */
export function diskOf(disks: readonly Disk[], path: string): Disk | null {
  const above = disks.filter(({ mount }) => mount === "/" || path === mount || path.startsWith(`${mount}/`));
  return above.reduce<Disk | null>(
    (best, disk) => best !== null && best.mount.length > disk.mount.length ? best : disk,
    null,
  );
}

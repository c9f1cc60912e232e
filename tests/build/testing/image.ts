/** Machine images from Debian packages, and programs that run in them as on a machine of their own. */
import { join } from "node:path";
import { canMount, type Started } from "./fixture_file.ts";

/** Why images cannot be made here, or null. */
export async function imageMissing(): Promise<string | null> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return "unverified on this kind of machine";
  if (Deno.uid() !== 0 || !await canMount()) return "the tests do not run as root, or may not mount";
  for (const name of ["debootstrap", "dpkg-deb", "apt-get"]) {
    const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${name}`], stdout: "null" }).output();
    if (!success) return `unavailable: install ${name === "debootstrap" ? name : "Debian 12"}`;
  }
  return null;
}

async function run(program: string, args: string[], cwd?: string): Promise<string> {
  const command = new Deno.Command(program, { args, cwd, stdin: "null", env: { DEBIAN_FRONTEND: "noninteractive" } });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout);
  if (!success) {
    throw new Error(`Cannot run ${program} ${args[0]}: ${`${text}${new TextDecoder().decode(stderr)}`.slice(-800)}`);
  }
  return text;
}

/** Installs Debian's smallest system, of the release and from the mirror that this machine uses, into `root`. */
export async function minimalDebian(root: string): Promise<void> {
  const said = await run("apt-get", [
    ...["indextargets", "--format", "$(REPO_URI) $(CODENAME)"],
    ...["Created-By: Packages", "Component: main", "Origin: Debian", "Label: Debian"],
  ]);
  const [mirror, suite] = said.split("\n")[0].split(" ");
  await run("debootstrap", ["--variant=minbase", suite, root, mirror]);
}

/** Fetches Debian packages by apt into `directory`, a fresh one; their files. */
export async function fetchPackages(names: readonly string[], directory: string): Promise<string[]> {
  await Deno.mkdir(directory);
  await run("apt-get", ["download", "-q", ...names], directory);
  return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => join(directory, name)).sort();
}

/** Installs package files in the image `root`. */
export async function installPackages(root: string, files: readonly string[]): Promise<void> {
  await run("dpkg", [`--root=${root}`, "-i", ...files]);
}

/** Unpacks package files into `root` without installing them; then every applet of its busybox has a name. */
export async function busyboxImage(root: string, files: readonly string[]): Promise<void> {
  for (const name of ["bin", "sbin", "usr/bin", "usr/sbin", "lib64", "root", "var/cache"]) {
    await Deno.mkdir(join(root, name), { recursive: true });
  }
  for (const file of files) await run("dpkg-deb", ["-x", file, root]);
  await run("chroot", [root, "/bin/busybox", "--install", "-s"]);
}

/** Makes `$1` the root of everything, with its own /proc and this machine's /dev and /sys, then runs the rest. */
const ENTER = 'cd "$1" && shift && mount --bind . "$PWD" && cd "$PWD" && mkdir -p proc dev sys tmp mnt && ' +
  "mount -t proc proc proc && mount --rbind /dev dev && mount --rbind /sys sys && " +
  'pivot_root . mnt && umount -l /mnt && exec "$@"';

/** Runs `args` in the image at `root`, in namespaces of mounts and processes of its own; the network is this machine's. */
export async function inImage(root: string, args: string[], env: Record<string, string> = {}): Promise<Started> {
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: ["-m", "-p", "-f", "sh", "-c", ENTER, "sh", root, ...args],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: "/root", NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

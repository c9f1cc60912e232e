/** What the launcher finds on the machine, once, before anything is confined. */
import type { Hidden, Machine, SystemPath } from "./bubblewrap.ts";
import { OF_THE_KERNEL, SETTINGS_OF_THE_KERNEL } from "./bubblewrap.ts";
import { hiddenPaths } from "./folder.ts";
import { ask } from "./spawn.ts";

const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
/** What programs need of /etc to load, to check certificates and to tell the time. Never /etc itself. */
const ETC = [
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/alternatives",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/ca-certificates",
  "/etc/pki/ca-trust",
  "/etc/pki/tls/certs",
  "/etc/crypto-policies",
  "/etc/localtime",
  "/etc/mime.types",
  "/etc/services",
  "/etc/protocols",
  "/etc/os-release",
];

const GENERATED: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\nagent:x:1000:1000:agent:/home/agent:/bin/sh\n",
  group: "root:x:0:\nagent:x:1000:\n",
  hosts: "127.0.0.1 localhost harombe\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
};

async function kindOf(path: string): Promise<"file" | "directory" | null> {
  try {
    return (await Deno.stat(path)).isDirectory ? "directory" : "file";
  } catch {
    return null;
  }
}

async function systemPath(path: string): Promise<SystemPath[]> {
  try {
    const info = await Deno.lstat(path);
    return [info.isSymlink ? { path, link: await Deno.readLink(path) } : { path }];
  } catch {
    return [];
  }
}

/**
 * Looks at the machine and writes the generated files into `runtime`, a directory of the launcher's own.
 * `toolchains` are absolute paths of the owner's choice; those that do not exist are left out.
 */
export async function lookAtMachine(
  runtime: string,
  options: { toolchains: readonly string[] },
  signal: AbortSignal,
): Promise<Machine> {
  const cover = `${runtime}/covered`;
  await Deno.writeTextFile(cover, "", { mode: 0o000, signal });
  const generated: Record<string, string> = {};
  for (const [name, text] of Object.entries(GENERATED)) {
    generated[name] = `${runtime}/${name}`;
    await Deno.writeTextFile(generated[name], text, { mode: 0o644, signal });
  }
  const system = (await Promise.all(SYSTEM.map(systemPath))).flat();
  const etc = await Promise.all(ETC.map(async (path) => await kindOf(path) === null ? [] : [path]));
  const tools = await Promise.all(options.toolchains.map(async (path) => await kindOf(path) === null ? [] : [path]));
  const root = Deno.uid() === 0;
  const proc = Deno.build.os === "linux" ? (await ask("/bin/ls", ["/proc"], signal)).stdout.split("\n") : [];
  return {
    system,
    etc: etc.flat(),
    generated,
    toolchains: tools.flat(),
    cover: { file: cover },
    root,
    kernelFiles: OF_THE_KERNEL.filter((name) => root && proc.includes(name)),
    kernelTrees: SETTINGS_OF_THE_KERNEL.filter((name) => proc.includes(name)),
  };
}

/** The paths of `folder` that must be covered, as they exist now. */
export async function hiddenIn(
  folder: string,
  places: { home: string; state: string },
  signal: AbortSignal,
): Promise<Hidden[]> {
  const found = await Promise.all(
    hiddenPaths(folder, places).map(async (path): Promise<Hidden[]> => {
      const kind = await kindOf(path);
      return kind === null ? [] : [{ path, kind }];
    }),
  );
  signal.throwIfAborted();
  return found.flat();
}

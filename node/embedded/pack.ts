/**
 * The engine of embedded models, as it is fetched: for each platform the one native package of node-llama-cpp from the npm
 * registry, pinned by its hash, and `llama.js`, its JavaScript in one file, which harombe brings along (`tests/build/engine_pack.ts`).
 * Version, integrity and size as the registry told them on 2026-11-20; 3.21.1 is the newest that it has for all platforms.
 */
import { createHash } from "node:crypto";
import { SCRIPT } from "./llama.ts";
import { unpack } from "./tarball.ts";

export const ENGINE_VERSION = "3.21.1";

export type EnginePack = {
  /** As Deno names it: `linux-x86_64`, `darwin-aarch64` … */
  platform: string;
  device: "cpu" | "metal" | "vulkan" | "cuda";
  /** npm package; its version is `ENGINE_VERSION`. */
  package: string;
  /** Of the tarball, as npm writes it. */
  integrity: string;
  /** Of the tarball. */
  bytes: number;
  licence: "MIT";
};

const pack = (
  [platform, device]: [string, EnginePack["device"]],
  [name, integrity, bytes]: [string, string, number],
): EnginePack => ({
  platform,
  device,
  package: `@node-llama-cpp/${name}`,
  integrity: `sha512-${integrity}`,
  bytes,
  licence: "MIT",
});

/** The first for a platform is the one to take where nothing else is asked for. */
export const ENGINE_PACKS: readonly EnginePack[] = [
  pack(["linux-x86_64", "cpu"], [
    "linux-x64",
    "Totj6RTDMGo3FoK2yNUaz/oGmZD0olAqTrRluFUWmu0kW2i9TOzHSW0OWCAiGkzRCVX0WsU2CyUQo/W2NYtdPA==",
    10_582_760,
  ]),
  pack(["linux-x86_64", "vulkan"], [
    "linux-x64-vulkan",
    "flEeSzONQ6OIm5bYKLQf4eEnBzcC5WugFbyPUwkCqyyOFZ8pH0H9ulQ7ZNDLSIczeKneMRJornlyY1Hq7d3GDA==",
    27_476_121,
  ]),
  pack(["linux-x86_64", "cuda"], [
    "linux-x64-cuda",
    "idsE55VoD/FbvLhnBC9krUJaUoC0XnebseAAnCpm/brKf61HEbu+idgbb5eN6mxkjLSrHtILprJ0nDcUJjVrFg==",
    142_850_036,
  ]),
  pack(["linux-aarch64", "cpu"], [
    "linux-arm64",
    "eI3anSEGzJiwF2rpMpZVTdHzw47LztbvfvuRzlu/fPO18ROnBOd+75RPUBlV6qENPpmNtbov85+3VODwEwBurg==",
    7_213_055,
  ]),
  pack(["darwin-aarch64", "metal"], [
    "mac-arm64-metal",
    "6MIDAZV7DXD9R1+jEXWJkFuolni3GATGE6mmuyFYc6ZmtOh9djAy15df0T0AXK3sCmVKL+fQcOAWZezxx4MvQQ==",
    4_858_447,
  ]),
  pack(["darwin-x86_64", "cpu"], [
    "mac-x64",
    "Q4nyNmbcNiKygBZQZjX+qLk2w3YzoiFpLWsxNURQN7xjyUi2p2rWxjRa7Otg0FrjGf/ri4aQ+X3Uj5Y0zD06eg==",
    10_809_280,
  ]),
  pack(["windows-x86_64", "cpu"], [
    "win-x64",
    "JcIpCnra7bAd7JNWA8ehdn2DIRaTMuj+fBC8bw+5rKSNzszWFbuj2XA05c5QHovonDMBLN1ePXE/hcfZtzXoUQ==",
    9_787_045,
  ]),
  pack(["windows-x86_64", "vulkan"], [
    "win-x64-vulkan",
    "HJ237Azh5m4Sz+w3A1IU/fYLaSDOocskcfn2ILTgqTuuORCB86EMnu3Yt/XsNhRHTtEiwz1Q/E0mO4PLIbZLAA==",
    26_619_567,
  ]),
];

/** The packs for a platform (`Deno.build.os` and `.arch`), the usual one first; empty = none is made for it. */
export function packsFor({ os, arch }: { os: string; arch: string }): EnginePack[] {
  return ENGINE_PACKS.filter(({ platform }) => platform === `${os}-${arch}`);
}

/** The directory of `pack` below the directory of engines. */
export function packName(pack: EnginePack): string {
  return `node-llama-cpp-${ENGINE_VERSION}-${pack.package.slice(pack.package.indexOf("/") + 1)}`;
}

/** Where the tarball lies below the address of an npm registry. */
export function tarballPath(pack: EnginePack): string {
  const name = pack.package.slice(pack.package.indexOf("/") + 1);
  return `${pack.package}/-/${name}-${ENGINE_VERSION}.tgz`;
}

/** Files and unpacked bytes of the largest pack, with room. */
const MOST = { files: 128, bytes: 2 ** 30 };

/** Where in an engine's directory a file of the package goes: the native part and its licence, nothing that would be run as JavaScript. */
export function placeOf(name: string): string | null {
  if (name === "package/LICENSE") return "LICENSE";
  const native = /^package\/(bins\/[a-z0-9-]+\/(?:fallback\/)?[A-Za-z0-9._+-]+)$/.exec(name);
  return native === null ? null : native[1];
}

export type InstallOptions = {
  pack: EnginePack;
  /** The text of `llama.js`. */
  script: Uint8Array;
  /** The tarball's bytes; they are believed only once they were hashed whole. */
  readTarball(pack: EnginePack, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
};

/**
 * Puts an engine below `engines`, the directory of engines, and resolves to its name there. It appears whole or not at
 * all; one that is there already is left as it is. Throws `TypeError` if the tarball is not the pinned one, or what `unpack` throws.
 */
export async function installPack(engines: string, options: InstallOptions, signal: AbortSignal): Promise<string> {
  const { pack, script, readTarball } = options;
  const name = packName(pack);
  if (await isInstalled(engines, name)) return name;
  await Deno.mkdir(engines, { recursive: true, mode: 0o700 });
  const part = await Deno.makeTempDir({ dir: engines, prefix: ".part-" });
  try {
    const hash = createHash("sha512");
    const counted = { bytes: 0 };
    const hashed = (await readTarball(pack, signal)).pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          counted.bytes += bytes.length;
          if (counted.bytes > pack.bytes) {
            throw new TypeError(`Cannot use the engine ${name}: more than ${pack.bytes} bytes`);
          }
          hash.update(bytes);
          controller.enqueue(bytes);
        },
      }),
    );
    await unpack(hashed, part, { place: placeOf, most: MOST }, signal);
    const found = `sha512-${hash.digest("base64")}`;
    if (found !== pack.integrity) throw new TypeError(`Cannot use the engine ${name}: its hash is ${found}`);
    await Deno.writeFile(`${part}/${SCRIPT}`, script, { createNew: true, mode: 0o600 });
    await Deno.rename(part, `${engines}/${name}`);
    return name;
  } catch (error) {
    await Deno.remove(part, { recursive: true }).catch(() => {});
    if (await isInstalled(engines, name)) return name;
    throw error;
  }
}

/** Whether the engine `name` lies below `engines`. */
export async function isInstalled(engines: string, name: string): Promise<boolean> {
  return await Deno.lstat(`${engines}/${name}/${SCRIPT}`).then(({ isFile }) => isFile, () => false);
}

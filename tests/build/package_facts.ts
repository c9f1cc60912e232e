/** What is known of the packages whose code is in a bundle: licence, hash, and what they depend on. */
import { join } from "node:path";
import * as z from "zod";

export type PackageFacts = {
  name: string;
  version: string;
  /** As the package declares it, an SPDX expression; null if it declares none. */
  license: string | null;
  author: string | null;
  /** `sha512-BASE64` of the package's tarball, from deno.lock. */
  integrity: string;
  /** `name@version` of those that it depends on and that are in the bundle too, sorted. */
  dependencies: string[];
  /** Its licence files and notices, whole; empty if it has none. */
  text: string;
};

const Lock = z.object({
  npm: z.record(
    z.string(),
    z.object({
      integrity: z.string(),
      dependencies: z.array(z.string()).optional(),
      optionalDependencies: z.array(z.string()).optional(),
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
    }),
  ),
});

const Declared = z.object({
  license: z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]).nullish(),
  author: z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]).nullish(),
});

const LICENCE_FILE = /^(?:licen[sc]e|copying|notice|unlicense)(?:[.-][a-z0-9.-]*)?$/i;

/**
 * The facts of `packages` (`name@version`) from the lock file `lock` and the package cache `cache` of Deno, in their
 * order. Throws `Error` for one that the lock does not pin, and for one that is made for some machines only: the same
 * bundles go into the files of all.
 */
export async function packageFacts(
  packages: readonly string[],
  places: { lock: string; cache: string },
  signal: AbortSignal,
): Promise<PackageFacts[]> {
  const { npm } = Lock.parse(JSON.parse(await Deno.readTextFile(places.lock)));
  // A key may end in the versions of peers: `@bomb.sh/tab@0.0.22_commander@15.1.0`.
  const pinned = new Map(Object.entries(npm).map(([key, entry]) => [key.replace(/_.*$/, ""), entry]));
  const registries = (await Array.fromAsync(Deno.readDir(places.cache))).map(({ name }) => name);
  const facts: PackageFacts[] = [];
  for (const id of packages) {
    signal.throwIfAborted();
    const entry = pinned.get(id);
    if (!entry) throw new Error(`Cannot bundle a package that deno.lock does not pin: ${id}`);
    if (entry.os || entry.cpu) throw new Error(`Cannot bundle a package that is made for some machines only: ${id}`);
    const at = id.lastIndexOf("@");
    const [name, version] = [id.slice(0, at), id.slice(at + 1)];
    const directory = await firstDirectory(registries.map((host) => join(places.cache, host, name, version)));
    const wanted = [...entry.dependencies ?? [], ...entry.optionalDependencies ?? []];
    facts.push({
      name,
      version,
      ...await declaredIn(directory),
      integrity: entry.integrity,
      dependencies: packages.filter((other) => wanted.some((one) => meant(one, other))),
    });
  }
  return facts;
}

/** What the package in `directory` says of itself. */
export async function declaredIn(directory: string): Promise<Pick<PackageFacts, "license" | "author" | "text">> {
  const { license, author } = Declared.parse(JSON.parse(await Deno.readTextFile(join(directory, "package.json"))));
  return { license: license ?? null, author: author ?? null, text: await licenceText(directory) };
}

/**
 * `one` and `other` by name and version, each once. What both have must come from the same tarball: throws `Error` otherwise.
 */
export function mergedFacts(one: readonly PackageFacts[], other: readonly PackageFacts[]): PackageFacts[] {
  const byId = new Map<string, PackageFacts>();
  for (const facts of [...one, ...other]) {
    const id = `${facts.name}@${facts.version}`;
    const known = byId.get(id);
    if (known !== undefined && known.integrity !== facts.integrity) {
      throw new Error(`Cannot bundle two packages that are called ${id}: ${known.integrity}, ${facts.integrity}`);
    }
    const dependencies = [...new Set([...known?.dependencies ?? [], ...facts.dependencies])].sort();
    byId.set(id, { ...facts, dependencies });
  }
  return [...byId.keys()].sort().map((id) => byId.get(id)!);
}

/** True if `wanted` of a lock file (`name` where there is one version, else `name@version`, peers behind it) is `id`. */
function meant(wanted: string, id: string): boolean {
  const bare = wanted.replace(/_.*$/, "");
  return bare === id || bare === id.slice(0, id.lastIndexOf("@"));
}

async function firstDirectory(paths: readonly string[]): Promise<string> {
  for (const path of paths) if ((await Deno.stat(path).catch(() => null))?.isDirectory) return path;
  throw new Error(`Cannot find a package in Deno's cache: ${paths.join(", ")}`);
}

async function licenceText(directory: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(directory)))
    .filter(({ name, isFile }) => isFile && LICENCE_FILE.test(name)).map(({ name }) => name).sort();
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(join(directory, name))));
  return texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
}

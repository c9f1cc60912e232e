/** What is known of the packages whose code is in `llama.js`, for the licences and the bill of materials. */
import { join } from "node:path";
import * as z from "zod";
import { declaredIn, type PackageFacts } from "./package_facts.ts";

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      dependencies: z.record(z.string(), z.string()).default({}),
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
    }),
  ),
});

/** The folders of packages, `node_modules/…`, that the bundler's notes in `text` name; sorted. Pure. */
export function foldersIn(text: string): string[] {
  const found = text.matchAll(/^[ \t]*\/\/ ((?:node_modules\/(?:@[^/\s]+\/)?[^/\s]+\/)+)/gm);
  return [...new Set(Array.from(found, ([, path]) => path.slice(0, -1)))].sort();
}

/**
 * The facts of the packages that `text`, a bundle with its notes, was made from. `folder` has `package-lock.json` and
 * `node_modules`. Throws `Error` for one that the lock does not pin, or that is made for some machines only.
 */
export async function engineFacts(text: string, folder: string, signal: AbortSignal): Promise<PackageFacts[]> {
  const { packages } = Lock.parse(JSON.parse(await Deno.readTextFile(join(folder, "package-lock.json"))));
  const folders = foldersIn(text);
  const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const idOf = (path: string) => `${nameOf(path)}@${packages[path]?.version}`;
  const facts: PackageFacts[] = [];
  for (const path of folders) {
    signal.throwIfAborted();
    const entry = packages[path];
    if (entry?.version === undefined || entry.integrity === undefined) {
      throw new Error(`Cannot bundle a package that package-lock.json does not pin: ${path}`);
    }
    if (entry.os || entry.cpu) throw new Error(`Cannot bundle a package that is made for some machines only: ${path}`);
    facts.push({
      name: nameOf(path),
      version: entry.version,
      integrity: entry.integrity,
      ...await declaredIn(join(folder, path)),
      dependencies: Object.keys(entry.dependencies).flatMap((name) => {
        const found = resolved(name, path, folders);
        return found === null ? [] : [idOf(found)];
      }).sort(),
    });
  }
  return facts;
}

/** The folder that `name` means for the package at `from`, by Node's order: the nearest `node_modules` above; null if it is not among `folders`. */
function resolved(name: string, from: string, folders: readonly string[]): string | null {
  for (let at = from; at !== "";) {
    const path = `${at}/node_modules/${name}`;
    if (folders.includes(path)) return path;
    at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")));
  }
  return folders.includes(`node_modules/${name}`) ? `node_modules/${name}` : null;
}

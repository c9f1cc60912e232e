/**
 * What a bundler writes, without the machine that it ran on: it puts the path of the package cache into its output, and
 * hashes paths into the names of its files.
 */
import { createHash } from "node:crypto";

/** File name → text. */
export type Texts = ReadonlyMap<string, string>;

/** A name that ends in the bundler's hash, as `chunk-32BHFMMC.js`. */
const HASHED = /^(.+)-[A-Z0-9]{8}\.js$/;

/**
 * `files` with every path below `cache` (as the bundler writes it) as `npm/PACKAGE/VERSION/…`, and with names that
 * follow from their content alone. Throws if two files differ in nothing but their names.
 */
export function canonical(files: Texts, cache: string): Map<string, string> {
  const prefix = new RegExp(`${cache.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}/[^/\\s"']+/`, "g");
  const clean = new Map([...files].map(([name, text]) => [name, text.replace(prefix, "npm/")]));
  const hashed = [...clean.keys()].filter((name) => HASHED.test(name));
  const every = new RegExp(hashed.map((name) => name.replace(/[.+]/g, "\\$&")).join("|") || "(?!)", "g");
  const renamed = new Map<string, string>();
  for (const name of hashed) {
    const masked = clean.get(name)!.replace(every, (found) => `${HASHED.exec(found)![1]}.js`);
    const hash = createHash("sha256").update(masked).digest("hex").slice(0, 8);
    const to = `${HASHED.exec(name)![1]}-${hash}.js`;
    if ([...renamed.values()].includes(to)) throw new Error(`Cannot tell two files of a bundle apart: ${to}`);
    renamed.set(name, to);
  }
  return new Map(
    [...clean].map(([name, text]) => [
      renamed.get(name) ?? name,
      text.replace(every, (found) => renamed.get(found)!),
    ]),
  );
}

/** The packages whose code is in canonical, not minified `files`, as `name@version`, sorted: by the bundler's own notes. */
export function packagesIn(files: Texts): string[] {
  const found = new Set<string>();
  for (const text of files.values()) {
    for (
      const [, name, version] of text.matchAll(/^[ \t]*\/\/ npm\/((?:@[^/\s]+\/)?[^/\s]+)\/([^/\s_]+)(?:_\d+)?\//gm)
    ) {
      found.add(`${name}@${version}`);
    }
  }
  return [...found].sort();
}

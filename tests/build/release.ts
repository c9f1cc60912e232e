/**
 * The files of a release.
 *
 *     deno run -A tests/build/release.ts [--target TARGET]… [--all] [--out DIRECTORY] [--level 1-9]
 *
 * Without a target, for this machine; by default into `dist/`. Beside the files: `manifest.json`, `SHA256SUMS`, and what
 * is in them as `harombe-VERSION.cdx.json`. `harombe update FOLDER` takes what lies there.
 */
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { MANIFEST, Release, SUMS } from "../../cli/update/release.ts";
import engine from "./engine/package.json" with { type: "json" };
import type { PackageFacts } from "./package_facts.ts";
import { pack, sha256 } from "./portable.ts";
import { fetchRuntime } from "./runtime.ts";
import { sbom } from "./sbom.ts";
import { isTarget, type Target, targetHere, TARGETS } from "./targets.ts";
import { buildTree, PROGRAMS } from "./tree.ts";

const Config = z.object({ version: z.string(), imports: z.record(z.string(), z.string()) });

/** The targets that `words` ask for, in the order of `TARGETS`. Throws `RangeError` on one that is none. */
export function targetsOf(words: readonly string[], all: boolean): Target[] {
  const wrong = words.find((word) => !isTarget(word));
  if (wrong !== undefined) {
    throw new RangeError(`Cannot build for the target ${wrong}: known are ${Object.keys(TARGETS).join(", ")}`);
  }
  const names = Object.keys(TARGETS) as Target[];
  return all ? names : words.length === 0 ? [targetHere()] : names.filter((name) => words.includes(name));
}

/** The name of a target's file. */
export function fileName(version: string, target: Target): string {
  return `harombe-${version}-${target}${TARGETS[target].binary === "deno.exe" ? ".zip" : ""}`;
}

/** Builds `targets` into `out`; the same sources give the same bytes in every file. */
export async function release(
  out: string,
  options: { root: string; targets: readonly Target[]; level: number },
  signal: AbortSignal,
): Promise<Release> {
  const { root, targets, level } = options;
  const { version, imports } = Config.parse(JSON.parse(await Deno.readTextFile(join(root, "deno.json"))));
  const work = await Deno.makeTempDir({ prefix: "harombe-release-" });
  try {
    const tree = join(work, "tree");
    const packages = await buildTree(tree, { root, programs: PROGRAMS }, signal);
    const files: Release["files"] = [];
    for (const target of targets) {
      const deno = await fetchRuntime(target, join(work, target), signal);
      const path = join(out, fileName(version, target));
      const made = await pack(path, { tree, target, deno, version, level }, signal);
      files.push({ target, name: basename(path), bytes: made.bytes, sha256: made.sha256 });
      await Deno.remove(deno);
    }
    const manifest = Release.parse({ version, ...await commitOf(root, signal), files });
    const bill = sbom(version, { packages, direct: directNames(imports, packages), targets });
    const beside: Record<string, string> = {
      [MANIFEST]: json(manifest),
      [`harombe-${version}.cdx.json`]: json(bill),
    };
    const sums = [
      ...files.map((file) => `${file.sha256}  ${file.name}\n`),
      ...Object.entries(beside).map(([name, text]) => `${sha256(new TextEncoder().encode(text))}  ${name}\n`),
    ];
    for (const [name, text] of Object.entries({ ...beside, [SUMS]: sums.join("") })) {
      await Deno.writeTextFile(join(out, name), text);
    }
    return manifest;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The names of `packages` that deno.json itself imports, or that the engine is made from. */
function directNames(imports: Record<string, string>, packages: readonly PackageFacts[]): string[] {
  const named = [
    ...Object.values(imports).map((value) => value.replace(/^npm:/, "").replace(/(.)@.*$/, "$1")),
    ...Object.keys(engine.dependencies),
  ];
  return packages.map(({ name }) => name).filter((name) => named.includes(name));
}

/** The commit of a working tree without changes; nothing where there is none, or no git. */
async function commitOf(root: string, signal: AbortSignal): Promise<{ commit?: string }> {
  const git = async (...args: string[]) => {
    const command = new Deno.Command("git", { args: ["-C", root, ...args], signal, stderr: "null" });
    const { success, stdout } = await command.output().catch(() => ({ success: false, stdout: new Uint8Array() }));
    return success ? new TextDecoder().decode(stdout).trim() : null;
  };
  const changed = await git("status", "--porcelain");
  const commit = await git("rev-parse", "HEAD");
  return changed === "" && commit !== null ? { commit } : {};
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      target: { type: "string", multiple: true, default: [] },
      all: { type: "boolean", default: false },
      out: { type: "string" },
      level: { type: "string", default: "9" },
    },
  });
  const root = resolve(import.meta.dirname!, "../..");
  const out = resolve(values.out ?? join(root, "dist"));
  const options = { root, targets: targetsOf(values.target, values.all), level: Number(values.level) };
  const { files } = await release(out, options, AbortSignal.timeout(1_800_000));
  for (const { name, bytes, sha256 } of files) {
    console.log(`${join(out, name)}\n  ${(bytes / 1e6).toFixed(1)} MB, SHA-256 ${sha256}`);
  }
}

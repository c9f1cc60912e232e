/** Releases made by the real builder from changed sources, and a server that has them, a model and the engine. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { packsFor, tarballPath } from "../../../node/embedded/pack.ts";
import { tinyModel } from "../../fakes/gguf.ts";
import { type Hub, type Page, serveHub } from "../../fakes/hub.ts";
import { fetchTarball } from "../engine_pack.ts";
import { release } from "../release.ts";
import { targetHere } from "../targets.ts";
import { changedSources, withVersion } from "./changed_sources.ts";

/** The one model of the catalogue of these releases; it calls tools more often than not. */
export const TINY = tinyModel({ seed: 3, weights: "Q8_0", contextLength: 32_768, favours: 't"}' });

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Builds `version` into `work`/VERSION; the folder and this machine's file in it. */
export async function released(
  work: string,
  version: string,
  signal: AbortSignal,
): Promise<{ folder: string; file: string }> {
  const [root, folder] = [join(work, `sources-${version}`), join(work, version)];
  const entry = `q4("tiny", ["own/tiny-GGUF", "tiny-Q8_0.gguf"], { sha256: "${sha256(TINY)}", parameters: 1e8 })`;
  await changedSources(root, {
    "deno.json": withVersion(version),
    "node/catalogue.ts": (text) =>
      text.replace(/(CATALOGUE: readonly CatalogueModel\[\] = \[)[^]*?\n\];/, `$1${entry}];`),
  });
  const { files } = await release(folder, { root, targets: [targetHere()], level: 1 }, signal);
  return { folder, file: join(folder, files[0].name) };
}

/** `GET /npm/…` is npm's registry, `/VERSION/…` the folder of a release; the rest a model hub that has the tiny model. */
export async function serveReleases(folders: Record<string, string>, signal: AbortSignal): Promise<Hub> {
  const [pack] = packsFor(Deno.build);
  const work = await Deno.makeTempDir({ prefix: "harombe-tarball-" });
  try {
    const pages: Record<string, Page> = {
      [`/npm/${tarballPath(pack)}`]: { body: await Deno.readFile(await fetchTarball(pack, work, signal)) },
    };
    for (const [version, folder] of Object.entries(folders)) {
      for (const { name } of Deno.readDirSync(folder)) {
        pages[`/${version}/${name}`] = { body: await Deno.readFile(join(folder, name)) };
      }
    }
    return await serveHub({ files: { "own/tiny-GGUF/tiny-Q8_0.gguf": TINY }, pages });
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

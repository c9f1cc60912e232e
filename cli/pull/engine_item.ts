/** The engine of embedded models as something to fetch and install: a tarball of the npm registry, pinned by its hash. */
import {
  ENGINE_VERSION,
  type EnginePack,
  installPack,
  packName,
  packsFor,
  tarballPath,
} from "../../node/embedded/pack.ts";
import { embeddedPaths, installedEngine } from "../embedded.ts";
import { EXIT, Exit } from "../failure.ts";
import type { Item } from "./item.ts";

/** npm's own registry; `NPM_CONFIG_REGISTRY` names another. */
const REGISTRY = "https://registry.npmjs.org/";

/** `script` is the text of `llama.js`, which a release brings along. */
export function engineItem(
  pack: EnginePack,
  { engines, registry, script }: { engines: string; registry: string | undefined; script: Uint8Array },
): Item {
  const base = registry === undefined || registry === "" ? REGISTRY : registry;
  return {
    what: `engine ${packName(pack)}`,
    name: `${packName(pack)}.tgz`,
    url: `${base.replace(/\/*$/, "/")}${tarballPath(pack)}`,
    bytes: pack.bytes,
    sha256: null,
    pinned: pack.integrity,
    checked: "catalogue",
    licence: pack.licence,
    facts: [["runs on", `${pack.platform}, ${pack.device}`], ["version", `node-llama-cpp ${ENGINE_VERSION}`]],
    async install({ path }, signal) {
      const readTarball = async () => (await Deno.open(path)).readable;
      try {
        const name = await installPack(engines, { pack, script, readTarball }, signal);
        return `installed the engine ${name}`;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        throw new Exit(EXIT.failed, `${error.message}. It was removed`, { cause: error });
      } finally {
        await Deno.remove(path).catch(() => {});
      }
    },
  };
}

/**
 * What is fetched with a model so that it can be run: the engine, unless one is installed. `missing` says why it cannot
 * be offered.
 */
export async function engineFor(
  state: string,
  { gpu, registry, script }: { gpu: "auto" | "off"; registry: string | undefined; script: Uint8Array | null },
): Promise<{ items: Item[]; missing: string | null }> {
  const { engines } = embeddedPaths(state);
  if (await installedEngine(engines, gpu) !== null) return { items: [], missing: null };
  const [pack] = packsFor(Deno.build);
  if (pack === undefined) return { items: [], missing: `no engine is made for ${Deno.build.os} ${Deno.build.arch}` };
  if (script === null) return { items: [], missing: NO_SCRIPT };
  return { items: [engineItem(pack, { engines, registry, script })], missing: null };
}

const NO_SCRIPT =
  "this build does not bring the engine's llama.js along; for the sources, deno task engine script dist/llama.js makes it";

/** `llama.js` beside the bundle that runs, or below `dist` where that is source text; null = it is not there. */
export async function engineScript(here: string, signal: AbortSignal): Promise<Uint8Array | null> {
  const path = new URL(here.endsWith(".js") ? "./llama.js" : "../../dist/llama.js", here);
  try {
    return await Deno.readFile(path, { signal });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}

/**
 * The engine of embedded models, from the npm registry that npm is configured for.
 *
 *     deno run -A tests/build/engine_pack.ts script FILE       writes llama.js, which a release brings along;
 *                                                              `script dist/llama.js` lets the sources install engines
 *     deno run -A tests/build/engine_pack.ts install DIRECTORY installs this machine's engine below DIRECTORY (STATE/engines)
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { engineFacts } from "./engine_facts.ts";
import type { PackageFacts } from "./package_facts.ts";
import { ENGINE_VERSION, type EnginePack, installPack, packName, packsFor } from "../../node/embedded/pack.ts";

const HERE = dirname(fileURLToPath(import.meta.url));

/** What llama.js exports: the classes below node-llama-cpp's own entry, which would also bring its builder and downloader. */
const ENTRY = [
  ["Llama", "bindings/Llama.js"],
  ["LlamaChat", "evaluator/LlamaChat/LlamaChat.js"],
  ["resolveChatWrapper", "chatWrappers/utils/resolveChatWrapper.js"],
].map(([name, path]) => `export { ${name} } from "./node_modules/node-llama-cpp/dist/${path}";\n`).join("");

/** Modules that would build or download an engine, and what stands in their place: the bundle can only load one. */
const REPLACED: Record<string, string> = {
  "bindings/getLlama.js": `const gone = () => { throw new Error("Cannot build or download an engine"); };
export const getLlamaFunctionName = "getLlama";
export { gone as getLlama, gone as getLlamaForOptions };
`,
  "bindings/utils/binariesGithubRelease.js": `export const builtinLlamaCppRelease = "prebuilt";
export const defaultLlamaCppRelease = builtinLlamaCppRelease;
export const getBinariesGithubRelease = () => builtinLlamaCppRelease;
export const setBinariesGithubRelease = () => {};
`,
};

/** Never there: another runtime's modules, which the library looks for. */
const EXTERNAL = ["--external", "node:sea", "--external", "electron"];

/**
 * `use` gets a folder with the packages as the lock file pins them, the replaced modules in their places, and `entry.js`; it is
 * removed afterwards. Throws `Error` with what npm said.
 */
export async function withEnginePackages<T>(use: (folder: string) => Promise<T>, signal: AbortSignal): Promise<T> {
  const work = await Deno.makeTempDir({ prefix: "harombe-engine-" });
  try {
    for (const name of ["package.json", "package-lock.json"]) {
      await Deno.copyFile(join(HERE, "engine", name), join(work, name));
    }
    const ci = ["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    await command("npm", ci, work, signal);
    const dist = join(work, "node_modules/node-llama-cpp/dist");
    for (const [path, text] of Object.entries(REPLACED)) await Deno.writeTextFile(join(dist, path), text);
    await Deno.writeTextFile(join(work, "entry.js"), ENTRY);
    return await use(work);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The words that bundle `entry.js` in such a folder, without `-o`. */
export const BUNDLE = ["bundle", "-q", "--platform", "deno", "--node-modules-dir=manual", ...EXTERNAL];

/** `llama.js`, and the packages whose code is in it. */
export type EngineScript = { script: Uint8Array; packages: PackageFacts[] };

/** Bundles llama.js. The same lock file and Deno give the same bytes. Throws `Error` with what a program said. */
export async function engineScript(signal: AbortSignal): Promise<EngineScript> {
  return await withEnginePackages(async (work) => {
    // Two passes: see bundle.ts.
    await command(Deno.execPath(), [...BUNDLE, "-o", "first.js", "entry.js"], work, signal);
    const packages = await engineFacts(await Deno.readTextFile(join(work, "first.js")), work, signal);
    await command(Deno.execPath(), [...BUNDLE, "--minify", "-o", "llama.js", "first.js"], work, signal);
    return { script: await Deno.readFile(join(work, "llama.js")), packages };
  }, signal);
}

/** The tarball of `pack`, fetched by npm into `directory`. */
export async function fetchTarball(pack: EnginePack, directory: string, signal: AbortSignal): Promise<string> {
  const said = await command("npm", ["pack", `${pack.package}@${ENGINE_VERSION}`, "--silent"], directory, signal);
  return join(directory, said.trim().split("\n").at(-1)!);
}

/**
 * A directory of engines that holds this machine's, made at the first use and kept for later ones; and the engine's name.
 * Null where no engine is made for this machine.
 */
export async function testEngine(signal: AbortSignal): Promise<{ engines: string; name: string } | null> {
  const [pack] = packsFor(Deno.build);
  if (pack === undefined) return null;
  const lock = await Deno.readFile(join(HERE, "engine/package-lock.json"));
  const made = await Deno.readFile(fileURLToPath(import.meta.url));
  const key = createHash("sha256").update(lock).update(made).digest("hex").slice(0, 16);
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "/tmp", ".cache");
  const engines = join(cache, "harombe-tests", `engines-${key}`);
  await Deno.mkdir(engines, { recursive: true, mode: 0o700 });
  const name = packName(pack);
  if (await exists(join(engines, name))) return { engines, name };
  const { script } = await engineScript(signal);
  await installPack(engines, {
    pack,
    script,
    readTarball: async () => {
      const work = await Deno.makeTempDir({ prefix: "harombe-engine-" });
      const file = await Deno.open(await fetchTarball(pack, work, signal));
      await Deno.remove(work, { recursive: true });
      return file.readable;
    },
  }, signal);
  return { engines, name };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

async function command(program: string, args: string[], cwd: string, signal: AbortSignal): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd, signal }).output();
  if (!success) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const signal = new AbortController().signal;
  const [verb, path] = Deno.args;
  if (path === undefined || !["script", "install"].includes(verb)) {
    throw new TypeError("Usage: script FILE | install DIRECTORY");
  }
  if (verb === "script") {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, (await engineScript(signal)).script);
  } else {
    const kept = await testEngine(signal);
    if (kept === null) throw new Error(`Cannot install an engine: none is made for ${Deno.build.target}`);
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    await command("cp", ["-R", join(kept.engines, kept.name), path], ".", signal);
    console.log(join(path, kept.name));
  }
}

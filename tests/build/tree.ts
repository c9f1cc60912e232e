/** The files of the program that are the same on every machine: bundles, the engine's JavaScript, and licence texts. */
import { basename, join } from "node:path";
import { SCRIPT } from "../../node/embedded/llama.ts";
import { bundle, packageCache } from "./bundle.ts";
import { engineScript } from "./engine_pack.ts";
import { thirdPartyLicenses } from "./licenses.ts";
import { mergedFacts, type PackageFacts, packageFacts } from "./package_facts.ts";
import { DENO } from "./targets.ts";

/** Source of the main process, then of the programs that look for each other beside themselves. */
export const PROGRAMS: readonly string[] = [
  "main.ts",
  "cli/launch.ts",
  "security/sandbox/files/files_server.ts",
  "security/egress/fetch_process.ts",
  "security/egress/proxy/proxy_process.ts",
  "security/egress/proxy/relay_process.ts",
  "security/alerts/mail_process.ts",
  "security/sandbox/broker/broker_process.ts",
  "node/embedded/engine_process.ts",
];

/** What must be there; the rest is bundled where its source is. */
const REQUIRED = ["main.js", "launch.js", "files_server.js"];

/**
 * Bundles `programs` (sources relative to `root`; the first is code-split, of the others each is one file) into
 * `directory`, with `THIRD_PARTY_LICENSES`, and with `llama.js` where the engine's process is one of them; the packages whose
 * code is in all that. The same sources give the same bytes.
 */
export async function buildTree(
  directory: string,
  options: { root: string; programs: readonly string[] },
  signal: AbortSignal,
): Promise<PackageFacts[]> {
  const { root, programs } = options;
  await Deno.mkdir(directory, { recursive: true });
  const names: string[] = [];
  const packages = new Set<string>();
  for (const source of programs) {
    const path = source.startsWith("/") ? source : join(root, source);
    if (!await Deno.stat(path).catch(() => null)) continue;
    const split = basename(source) === "main.ts";
    const bundled = await bundle(source, directory, { split, cwd: root }, signal);
    names.push(bundled.name);
    for (const one of bundled.packages) packages.add(one);
  }
  const lacking = REQUIRED.filter((name) => !names.includes(name));
  if (lacking.length > 0 || new Set(names).size < names.length) {
    throw new Error(`Cannot build without each of ${REQUIRED.join(", ")} once: ${names.join(", ")}`);
  }
  const places = { lock: join(root, "deno.lock"), cache: await packageCache(root, signal) };
  const own = await packageFacts([...packages].sort(), places, signal);
  const engine = names.includes("engine_process.js") ? await engineScript(signal) : null;
  if (engine !== null) await Deno.writeFile(join(directory, SCRIPT), engine.script);
  const facts = mergedFacts(own, engine?.packages ?? []);
  await Deno.writeTextFile(join(directory, "THIRD_PARTY_LICENSES"), thirdPartyLicenses(facts, DENO));
  return facts;
}

/** `harombe models pull NAME|URL|engine`: what it is and costs is shown first; nothing moves until somebody agreed. Without a name: the engine. */
import { join } from "node:path";
import { fetchOver } from "../../security/egress/fetch_client.ts";
import { ollamaPull } from "../../node/backends/ollama_admin.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { loadConfig, stateDirectory } from "../config.ts";
import { EXIT, Exit, short, unavailable } from "../failure.ts";
import type { Io } from "../io.ts";
import { launcherOfThisProcess } from "../machine.ts";
import { engineFor, engineScript } from "../pull/engine_item.ts";
import { fetchItems } from "../pull/fetch_items.ts";
import { installedModel } from "../pull/installed.ts";
import type { Item } from "../pull/item.ts";
import { modelItem } from "../pull/model_item.ts";
import { modelFile, readName } from "../pull/named.ts";
import { measuredPace } from "../pull/pace.ts";
import { type OllamaPull, ollamaServer, pullByOllama } from "../pull/ollama.ts";
import { openStores } from "../state/stores.ts";
import type { Args } from "../talk.ts";

/** In place of a model's name: the engine alone, for models that lie there already. */
const ENGINE = "engine";

/** Runs the command; its exit code. Throws `Exit`. */
export async function modelsPull(args: Args, io: Io): Promise<number> {
  const state = stateDirectory(io.env);
  const { config } = await loadConfig(state, io.harombeVariables(), io.signal);
  const text = String(args.name ?? "");
  const scrub = createScrub({ known: [] }).text;
  const hub = config.models.hub.replace(/\/+$/, "");
  const named = text === "" || text === ENGINE ? null : readName(text, hub);
  if (named?.kind === "ollama") {
    const server = ollamaServer(config);
    const pull: OllamaPull = (name, signal) => ollamaPull(server, name, signal);
    const stores = openStores(state, io.now, scrub);
    try {
      const what = { name: named.name, base: server.base, audit: stores.audit, yes: args.yes === true };
      return await pullByOllama(pull, what, io);
    } finally {
      stores.close();
    }
  }
  const started = launcherOfThisProcess();
  if (started === null) throw unavailable("no launcher started this process; start it by the harombe file");
  const fetching = fetchOver((grant, signal) => started.launcher.run(grant, signal));
  const option = (name: string) => typeof args[name] === "string" ? args[name] : null;
  const checks = { sha256: option("sha256"), unverified: args.unverified === true, name: option("as") };
  const options = { hub, quantization: config.model.quantization, checks, fetching };
  const wanted = named === null ? [] : await wantedModel(state, { named, options }, io);
  const engine = await engineFor(state, {
    gpu: config.inference.embedded.gpu,
    registry: io.env("NPM_CONFIG_REGISTRY"),
    script: await engineScript(import.meta.url, io.signal),
  });
  if (named === null && engine.items.length === 0) {
    if (engine.missing !== null) throw unavailable(`the engine of embedded models: ${engine.missing}`);
    if (text === "") throw new Exit(EXIT.usage, "name a model: harombe models show lists those that can be fetched");
    io.stderr.write("the engine is there already\n");
  }
  if (engine.missing !== null) {
    io.stderr.write(`warning: the engine that runs it cannot be fetched: ${engine.missing}\n`);
  }
  const items = [...wanted, ...engine.items];
  if (items.length === 0) return 0;
  const stores = openStores(state, io.now, scrub);
  try {
    const pulling = { state, fetching, audit: stores.audit, again: `harombe models pull ${short(text)}`.trimEnd() };
    return await fetchItems(items, { ...pulling, yes: args.yes === true, json: args.json === true }, io);
  } finally {
    stores.close();
  }
}

/** The model as something to fetch; none where it is there already, which is said. Throws `Exit`. */
async function wantedModel(
  state: string,
  { named, options }: { named: Parameters<typeof modelFile>[0]; options: Parameters<typeof modelFile>[1] },
  io: Io,
): Promise<Item[]> {
  const model = await modelFile(named, options, io.signal).catch((error) => {
    throw error instanceof RangeError ? new Exit(EXIT.failed, error.message, { cause: error }) : error;
  });
  const directory = join(state, "models");
  const there = await installedModel(directory, model.name, io.signal);
  if (there === null) {
    return [modelItem(model, { directory, pace: await measuredPace(state, io.now, io.signal), now: io.now })];
  }
  if (model.sha256 === null || there.record?.sha256 !== model.sha256) {
    throw new Exit(
      EXIT.failed,
      `Cannot pull ${model.name}: another file has that name. Remove it by: harombe models rm ${model.name}, or choose a name by --as`,
    );
  }
  io.stderr.write(`${model.name} is there already: ${there.path}\n`);
  return [];
}

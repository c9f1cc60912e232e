/** `harombe models rm NAME`: a model that was fetched, with its record and with what of it lies in the downloads; `ollama:NAME` is Ollama's. */
import { join } from "node:path";
import { ModelName } from "../../node/model_record.ts";
import { ollamaDelete } from "../../node/backends/ollama_admin.ts";
import { loadConfig, stateDirectory } from "../config.ts";
import { diskReason } from "../disk_reason.ts";
import { EXIT, Exit, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { installedModel } from "../pull/installed.ts";
import { size } from "../pull/offer.ts";
import { ollamaServer } from "../pull/ollama.ts";
import type { Args } from "../talk.ts";

/** Removes it; 0. Throws `Exit` 1 if there is nothing of that name. */
export async function modelsRm(args: Args, io: Io): Promise<number> {
  const state = stateDirectory(io.env);
  const name = String(args.name ?? "");
  const ollama = /^ollama:([\w./:-]{1,200})$/.exec(name)?.[1];
  if (ollama !== undefined) return await removeFromOllama(ollama, args, io);
  const installed = await installedModel(join(state, "models"), name, io.signal);
  const plain = ModelName.safeParse(name).success;
  if (installed === null && !plain) {
    const served = /^[\w./-]{1,100}:[\w.-]{1,100}$/.test(name) && !name.includes("..");
    const why = served ? `its server keeps it; with Ollama run: ollama rm ${short(name)}` : "it is no model's name";
    throw new Exit(EXIT.usage, `Cannot remove ${short(name)}: ${why}`);
  }
  const paths = [...installed?.files ?? [], ...plain ? fetchedPaths(state, name) : []];
  const removed: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    try {
      const found = await Deno.lstat(path);
      await Deno.remove(path);
      bytes += found.size;
      removed.push(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw new Exit(EXIT.failed, `Cannot remove ${path}: ${diskReason(error) ?? String(error)}`, { cause: error });
    }
  }
  if (removed.length === 0) throw new Exit(EXIT.failed, `Cannot remove ${short(name)}: it is not installed`);
  if (args.json) io.stdout.write(`${jsonText({ name, bytes, removed })}\n`);
  else io.stderr.write(`removed ${name}, ${size(bytes)}\n`);
  return 0;
}

/** What fetching a model of that name writes, beside the model's file. */
function fetchedPaths(state: string, name: string): string[] {
  return [
    join(state, "models", `${name}.json`),
    join(state, "downloads", `${name}.gguf.part`),
    ...["part.json", "whole"].map((end) => join(state, "pulls", `${name}.gguf.${end}`)),
  ];
}

async function removeFromOllama(name: string, args: Args, io: Io): Promise<number> {
  const { config } = await loadConfig(stateDirectory(io.env), io.harombeVariables(), io.signal);
  const server = ollamaServer(config);
  await ollamaDelete(server, name, io.signal);
  if (args.json) io.stdout.write(`${jsonText({ name, server: server.base })}\n`);
  else io.stderr.write(`removed ${short(name)} from Ollama at ${server.base}\n`);
  return 0;
}

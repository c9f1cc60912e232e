/** `harombe models list|ps|test`: the models on the servers that are there, and how to get one where there is none. */
import { minuteText } from "../../agent/tools/shown.ts";
import { candidates, findModel, type Seen, survey } from "../../node/backends/auto.ts";
import { ollamaPs } from "../../node/backends/ollama.ts";
import { ChatError } from "../../node/chat.ts";
import { type Model, modelRow } from "../../node/models.ts";
import { printable } from "../../security/display.ts";
import { type Config, loadConfig, stateDirectory } from "../config.ts";
import { openEmbedded } from "../embedded.ts";
import { EXIT, Exit, plainLines } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { statePaths } from "../state/stores.ts";
import type { Args } from "../talk.ts";
import { filledConfig } from "../secrets/usable.ts";
import { type Measure, measuredOf } from "../trial/measures.ts";
import { shortScore } from "../trial/score.ts";

/** Runs the verb; its exit code. */
export async function modelsCommand(verb: string, args: Args, io: Io): Promise<number> {
  if (verb === "test") return await (await import("../trial/command.ts")).modelTest(args, io);
  const directory = stateDirectory(io.env);
  const { config: written } = await loadConfig(directory, io.harombeVariables(), io.signal);
  const config = await filledConfig({ directory, config: written, launcher: () => null }, io);
  if (verb === "ps") return await listRunning(config, args, io);
  const embedded = await openEmbedded(config, { state: directory, launcher: null }, io.signal);
  const options = { privacyMode: config.privacy.mode, embedded };
  const seen = await survey(config, options, io.signal);
  const models = seen.flatMap((s) => "models" in s ? s.models : []);
  const measured = measuredHere(statePaths(directory).measures, models, io);
  if (args.json) {
    io.stdout.write(`${jsonText(models.map((model, at) => ({ ...model, measured: measured[at] })))}\n`);
    return models.length > 0 ? 0 : EXIT.unavailable;
  }
  if (models.length > 0) {
    io.stdout.write(`${models.map((model, at) => modelLine(model, measured[at], seen)).join("\n")}\n`);
    return 0;
  }
  const found = await findModel(config, options, io.signal);
  throw new Exit(EXIT.unavailable, found.kind === "none" ? found.text : found.reason);
}

/** What was measured of `models`; where that cannot be read, a warning says so, and the models are listed without. */
function measuredHere(path: string, models: readonly Model[], io: Io): (Measure | null)[] {
  try {
    return measuredOf(path, models, io.now);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    io.stderr.write(
      `${plainLines(`warning: ${why}. Only results of models test are in it; remove it to begin anew`)}\n`,
    );
    return models.map(() => null);
  }
}

function modelLine(model: Model, measured: Measure | null, seen: readonly Seen[]): string {
  const { name, ...facts } = modelRow(model);
  const label = seen.find((s) => "models" in s && s.models.includes(model))?.candidate.label;
  const kind = model.software ?? (model.kind === "ollama" ? "Ollama" : label ?? model.kind);
  const what = Object.entries(facts).map(([key, value]) => `${key} ${value}`).join(", ");
  const result = measured ? shortScore(measured.score) : "not measured (harombe models test)";
  return plainLines(printable(`${name}  ${kind}, ${what}, ${result}  ${model.base}`));
}

/** What Ollama has in memory; the other servers say in their list whether a model is loaded, or have just the one. */
async function listRunning(config: Config, args: Args, io: Io): Promise<number> {
  const { list } = candidates(config, { privacyMode: config.privacy.mode });
  const servers = list.filter((candidate) => candidate.kind === "ollama");
  const running = await Promise.all(servers.map(async ({ server }) => {
    try {
      const found = await ollamaPs(server, io.signal);
      return found.map((one) => ({ ...one, base: server.base }));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      io.stderr.write(`harombe: ${plainLines(error.message)}\n`);
      return null;
    }
  }));
  const answered = running.filter((one) => one !== null);
  const all = answered.flat();
  if (args.json) io.stdout.write(`${jsonText(all)}\n`);
  else {
    const lines = all.map(({ name, base, bytes, videoBytes, contextLength, until }) => {
      const facts = [
        bytes === undefined ? "size unknown" : `${(bytes / 1e9).toFixed(1)} GB`,
        videoBytes === undefined ? "" : `${(videoBytes / 1e9).toFixed(1)} GB of it on the graphics card`,
        contextLength === undefined ? "context unknown" : `context ${contextLength}`,
        until === undefined ? "" : `until ${minuteText(until)}`,
      ];
      return plainLines(printable(`${name}  ${facts.filter((fact) => fact !== "").join(", ")}  ${base}`));
    });
    if (answered.length > 0) io.stdout.write(`${lines.length > 0 ? lines.join("\n") : "No model is in memory."}\n`);
  }
  return answered.length > 0 ? 0 : EXIT.unavailable;
}

/** `harombe models list`: the models on the servers that are there, and how to get one where there is none. */
import { findModel, survey } from "../../node/backends/auto.ts";
import { modelRow } from "../../node/models.ts";
import { loadConfig, stateDirectory } from "../config.ts";
import { openEmbedded } from "../embedded.ts";
import { EXIT, plainLines } from "../failure.ts";
import type { Io } from "../io.ts";
import type { Args } from "../talk.ts";
import { jsonText } from "../json_text.ts";

/** Prints the list; 0, or 4 if no server has a model. */
export async function modelsCommand(_verb: string, args: Args, io: Io): Promise<number> {
  const state = stateDirectory(io.env);
  const { config } = await loadConfig(state, io.harombeVariables(), io.signal);
  const embedded = await openEmbedded(config, { state, launcher: null }, io.signal);
  const options = { privacyMode: config.privacy.mode, embedded };
  const seen = await survey(config, options, io.signal);
  const models = seen.flatMap((s) => "models" in s ? s.models : []);
  if (args.json) {
    io.stdout.write(`${jsonText(models)}\n`);
    return models.length > 0 ? 0 : EXIT.unavailable;
  }
  if (models.length > 0) {
    const lines = models.map((model) => {
      const { name, ...facts } = modelRow(model);
      return `${name}  ${Object.entries(facts).map(([key, value]) => `${key} ${value}`).join(", ")}  ${model.base}`;
    });
    io.stdout.write(`${plainLines(lines.join("\n"))}\n`);
    return 0;
  }
  const found = await findModel(config, options, io.signal);
  io.stderr.write(`${plainLines(found.kind === "none" ? found.text : found.reason)}\n`);
  return EXIT.unavailable;
}

/** `harombe connect ADDRESS`: the model server at an address, asked at once and then used. */
import { loadConfig, stateDirectory } from "../config.ts";
import { plainLines } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { modelNamed } from "../../node/models.ts";
import { serverAt, serverLine, settingsFor } from "../setup/servers.ts";
import { overruled, writeSettings } from "../setup/written.ts";

/** Writes the address once its server has listed its models; else throws `Exit` and changes nothing. */
export async function connect(address: string, options: { json?: boolean }, io: Io): Promise<number> {
  const directory = stateDirectory(io.env);
  const { config } = await loadConfig(directory, io.harombeVariables(), io.signal);
  const found = await serverAt(address, { privacyMode: config.privacy.mode }, io.signal);
  const settings = settingsFor(found);
  const { path } = await writeSettings(directory, { settings, replace: false, now: io.now() }, io.signal);
  const named = config.model.name === "auto" || modelNamed(found.models, config.model.name) !== undefined;
  const { candidate, models } = found;
  if (options.json) {
    const { label, kind, server } = candidate;
    io.stdout.write(
      `${jsonText({ label, kind, base: server.base, models, path, settings: Object.fromEntries(settings) })}\n`,
    );
  } else {
    io.stdout.write(
      `${
        plainLines(
          `${serverLine(found)}\n${
            settings.map(([name, value]) => `${name} = ${value}`).join("\n")
          }\nwritten to ${path}`,
        )
      }\n`,
    );
  }
  const warnings = await overruled(directory, { settings, variables: io.harombeVariables() }, io.signal);
  if (!named) warnings.push(`warning: model.name is ${config.model.name}, which this server does not have`);
  for (const warning of warnings) io.stderr.write(`${plainLines(warning)}\n`);
  return 0;
}

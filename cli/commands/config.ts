/** `harombe config show|validate|schema|set`. */
import * as z from "zod";
import { Config, configPath, loadConfig, readConfigText, stateDirectory } from "../config.ts";
import { editConfig } from "../config/edit.ts";
import { showText, withoutSecrets } from "../config/show.ts";
import { isSecret } from "../config/leaf.ts";
import { writePrivately } from "../config/write.ts";
import { EXIT, Exit, plainLines } from "../failure.ts";
import type { Io } from "../io.ts";
import { readAll } from "../read_all.ts";

/** The configuration that holds now, with sources; secrets only as `[set]`. */
export async function show(options: { json?: boolean }, io: Io): Promise<number> {
  const loaded = await loadConfig(stateDirectory(io.env), io.harombeVariables(), io.signal);
  for (const warning of loaded.warnings) io.stderr.write(`warning: ${plainLines(warning)}\n`);
  const { config, path, exists, sources } = loaded;
  if (options.json) {
    io.stdout.write(`${JSON.stringify({ path, exists, config: withoutSecrets(config), sources }, null, 2)}\n`);
  } else {
    io.stdout.write(`# ${path}${exists ? "" : " (not there: all defaults)"}\n${showText(config, sources)}`);
  }
  return 0;
}

/** Says whether file and variables are valid; 0 if they are, else 1 with every complaint. */
export async function validate(options: { json?: boolean }, io: Io): Promise<number> {
  try {
    const { path, exists, warnings } = await loadConfig(stateDirectory(io.env), io.harombeVariables(), io.signal);
    if (options.json) io.stdout.write(`${JSON.stringify({ valid: true, complaints: [], path, exists, warnings })}\n`);
    else {
      for (const warning of warnings) io.stderr.write(`warning: ${plainLines(warning)}\n`);
      io.stdout.write(exists ? `valid: ${path}\n` : `valid: ${path} is not there, so all defaults hold\n`);
    }
    return 0;
  } catch (error) {
    if (!options.json || !(error instanceof Exit)) throw error;
    io.stdout.write(`${JSON.stringify({ valid: false, complaints: error.message.split("\n") })}\n`);
    return error.code;
  }
}

/** The JSON Schema (draft 2020-12) of the file, for editors. */
export function schema(io: Io): number {
  const described = z.toJSONSchema(Config, { io: "input", unrepresentable: "any" });
  io.stdout.write(`${JSON.stringify(described, null, 2)}\n`);
  return 0;
}

/** Sets one value in the file, or changes nothing. The value `-` is read from standard input, for secrets. */
export async function set(name: string, value: string, io: Io): Promise<number> {
  const path = configPath(stateDirectory(io.env));
  if (value === "-" && io.stdin.isTerminal) {
    throw new Exit(EXIT.usage, "Cannot read the value from standard input: it is a terminal");
  }
  const given = value === "-" ? (await readAll(io.stdin.readable, 64 * 1024, io.signal)).trimEnd() : value;
  const text = await readConfigText(path, io.signal) ?? "";
  await writePrivately(path, editConfig(text, name, given), io.signal);
  io.stderr.write(`${name} = ${isSecret(name.split(".")) ? "[set]" : plainLines(given)} in ${path}\n`);
  return 0;
}

/** `harombe init`: what this machine has, a model that suits it, and the configuration that says so. */
import { chooseModel, modelNamed } from "../../node/models.ts";
import { recommend } from "../../node/recommend.ts";
import { configPath, stateDirectory } from "../config.ts";
import { readConfig } from "../config/read.ts";
import { EXIT, Exit, plainLines, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { hardwareOf, openObserving } from "../observing.ts";
import { FETCHING } from "../setup/fetching.ts";
import { offer } from "../setup/offer.ts";
import { withQuestions } from "../setup/question.ts";
import { type Answered, answering, serverLine } from "../setup/servers.ts";
import { sayTo } from "../setup/say.ts";
import { overruled, type Setting, writeSettings } from "../setup/written.ts";
import { hardwareLines } from "../status_text.ts";
import { exists } from "../exists.ts";
import { isInteractive } from "./chat.ts";

export type InitFlags = { yes?: boolean; force?: boolean; model?: string };

/** Writes what was chosen; 0, also where a configuration was there and nothing was done. */
export async function init(flags: InitFlags, io: Io): Promise<number> {
  const directory = stateDirectory(io.env);
  const path = configPath(directory);
  if (exists(path) && !flags.force) {
    io.stdout.write(
      `There is a configuration, so nothing was changed: ${path}\n--force replaces it and keeps a copy.\n`,
    );
    return 0;
  }
  if (!flags.yes && !isInteractive(io)) {
    throw new Exit(EXIT.usage, "Cannot ask anything: this is no terminal; use -y to take the defaults");
  }
  const say = sayTo(io);
  const config = defaults(io);
  const observing = await openObserving(io.signal);
  const [hardware, servers] = await Promise.all([
    hardwareOf(observing?.ask ?? null, directory, io.signal),
    answering(config, { privacyMode: config.privacy.mode, state: directory }, io.signal),
  ]);
  const advice = recommend(hardware, FETCHING.catalogue);
  say(hardwareLines(hardware).join("\n"));
  say(`\n${advice.reason}`);
  say(servers.length === 0 ? "\nNo model answers here." : `\n${servers.map(serverLine).join("\n")}`);
  const settings = flags.model !== undefined
    ? [modelSetting(flags.model, servers)]
    : flags.yes
    ? byDefault(servers)
    : await withQuestions(
      io,
      (ask, signal) => asked({ servers, say, ask, advice, config, fetching: FETCHING }, io, signal),
      io.signal,
    );
  if (settings === null) throw new DOMException("interrupted", "AbortError");
  const written = await writeSettings(directory, { settings, replace: true, now: io.now() }, io.signal);
  if (written.backup !== null) say(`The old configuration is kept: ${written.backup}`);
  const chosen = settings.map(([name, value]) => `${name} = ${value}`).join("\n");
  say(chosen === "" ? `All defaults hold: ${written.path}` : `${chosen}\nwritten to ${written.path}`);
  const none = servers.every(({ models }) => models.length === 0);
  if (none && (settings.length === 0 || flags.model !== undefined)) say(nextStep(advice.model?.name, flags.model));
  const variables = io.harombeVariables();
  for (const warning of await overruled(directory, { settings, variables }, io.signal)) {
    io.stderr.write(`${plainLines(warning)}\n`);
  }
  return 0;
}

/** How to get a model where none is there: `named` by the person, or the one that fits. */
function nextStep(fits: string | undefined, named: string | undefined): string {
  const pull = named !== undefined
    ? `${short(named)} is not here yet. If it is one of harombe models show, fetch it: harombe models pull ${
      short(named)
    }.`
    : fits === undefined
    ? "No model of the catalogue fits this machine."
    : `To fetch a model that fits: harombe models pull ${fits}.`;
  return `${pull} To use a server of yours: harombe connect ADDRESS.`;
}

/** What holds without a file. Throws `Exit` for a variable that is wrong. */
function defaults(io: Io) {
  const read = readConfig("", io.harombeVariables());
  if ("complaints" in read) throw new Exit(EXIT.failed, read.complaints.map(({ message }) => message).join("\n"));
  return read.config;
}

/** The model that the person named. Throws `Exit` if servers answer and none has it. */
function modelSetting(name: string, servers: readonly Answered[]): Setting {
  const models = servers.flatMap((server) => server.models);
  const found = modelNamed(models, name);
  if (models.length > 0 && found === undefined) {
    throw new Exit(
      EXIT.failed,
      `Cannot use the model ${short(name)}: it is on no server found; there is ${models.map((m) => m.name).join(", ")}`,
    );
  }
  return ["model.name", found?.name ?? name];
}

/** The best model of the first server that has one; nothing where none has, so that each start looks again. */
function byDefault(servers: readonly Answered[]): Setting[] {
  for (const { models } of servers) {
    const { model } = chooseModel(models, {});
    if (model !== null) return [["model.name", model.name]];
  }
  return [];
}

type Asked = Parameters<typeof offer>[0] & { servers: readonly Answered[] };

/** Asks for one of the models that are there, or makes the three offers where there is none. Null: the person left. */
async function asked(given: Asked, io: Io, signal: AbortSignal): Promise<Setting[] | null> {
  const { servers, say, ask } = given;
  const models = servers.flatMap(({ models }) => models).filter((model) => !model.embeddingsOnly && !model.remote);
  if (models.length === 0) {
    const made = await offer(given, io, signal);
    return made === "left" ? null : made;
  }
  const best = byDefault(servers)[0]?.[1] ?? models[0].name;
  const shown = models.slice(0, 20);
  say(
    `\n${
      shown.map(({ name }, at) => `${at + 1}) ${name}${name === best ? "  (Enter)" : ""}`).join("\n")
    }\na) decide at each start`,
  );
  for (;;) {
    const typed = await ask("model: ", signal);
    if (typed === null) return null;
    if (typed === "") return [["model.name", best]];
    if (typed === "a") return [];
    const found = /^\d{1,2}$/.test(typed) ? shown[Number(typed) - 1] : modelNamed(models, typed);
    if (found !== undefined) return [["model.name", found.name]];
    say(`There is no model ${short(typed)}.`);
  }
}

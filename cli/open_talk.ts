/** Opens what a conversation stands on: launcher, configuration, stores, models of this machine. */
import type { Observe } from "../security/sandbox/observe.ts";
import { openPlaceholderKey } from "../security/secrets/placeholder_key.ts";
import { createScrub } from "../security/secrets/scrub.ts";
import { createVault } from "../security/secrets/vault.ts";
import { loadConfig, type Loaded, stateDirectory, withModel } from "./config.ts";
import { secretsOf } from "./config/secrets.ts";
import type { Launcher } from "../security/sandbox/grant.ts";
import type { Config } from "./config.ts";
import type { OpenedEmbedded } from "./embedded.ts";
import { exists } from "./exists.ts";
import { EXIT, plainLines, unavailable } from "./failure.ts";
import type { Io } from "./io.ts";
import { note } from "./log/note.ts";
import { launcherOfThisProcess, openMachine } from "./machine.ts";
import { excessPowers } from "./powers.ts";
import type { AskLine } from "./setup/question.ts";
import { openStores, statePaths } from "./state/stores.ts";
import type { Person, Talk, TalkOptions } from "./talk.ts";
import { talkIn } from "./talk/joined.ts";

/** Everything opened for one `chat` or `ask`. Whatever was opened is closed again if a later part fails. */
export async function openTalk(options: TalkOptions, person: Person, io: Io, signal: AbortSignal): Promise<Talk> {
  const excess = excessPowers();
  if (excess.length > 0) {
    throw unavailable(`this process may ${excess.join(", ")}; start it by \`deno task chat\` or the harombe file`);
  }
  const directory = stateDirectory(io.env);
  const warn = (what: string) => io.stderr.write(`${plainLines(`warning: ${what}`)}\n`);
  // Asked at once, heard when it is needed: the launcher measures meanwhile.
  const started = launcherOfThisProcess();
  started?.lost.then(() => leave(io, directory));
  const asked = openMachine(started?.launcher ?? null, signal);
  asked.catch(() => {});
  const before = await loadConfig(directory, io.harombeVariables(), signal);
  before.warnings.forEach(warn);
  const machine = await asked;
  const loaded = options.offer === undefined || options.model !== null || before.exists
    ? before
    : await offered(before, { ask: options.offer, observe: machine.sandbox.observe }, io, signal);
  const config = options.model === null ? loaded.config : withModel(loaded.config, options.model);
  const vault = createVault(openPlaceholderKey(statePaths(directory).placeholderKey));
  const scrub = createScrub({ known: secretsOf(config), vault });
  const stores = openStores(directory, io.now, scrub.text);
  let embedded: OpenedEmbedded | null = null;
  try {
    await stores.audit.prune(config.security.audit.retention_days, signal);
    embedded = await embeddedIn(directory, { config, launcher: started?.launcher ?? null }, signal);
    for (const { file, reason } of embedded?.broken ?? []) warn(`${file}: ${reason}`);
    const house = { directory, config, sources: loaded.sources, machine, stores, embedded, scrub, vault, now: io.now };
    return await talkIn(house, { options, person }, signal);
  } catch (error) {
    await embedded?.close();
    await machine.close();
    stores.close();
    throw error;
  }
}

/** The models in files, or null where there are none: their code is large. */
async function embeddedIn(
  directory: string,
  { config, launcher }: { config: Config; launcher: Launcher | null },
  signal: AbortSignal,
): Promise<OpenedEmbedded | null> {
  if (!exists(`${directory}/models`)) return null;
  return await (await import("./embedded.ts")).openEmbedded(config, { state: directory, launcher }, signal);
}

/** The configuration after the offer to a person who has no model yet. */
async function offered(
  before: Loaded,
  given: { ask: AskLine; observe: Observe },
  io: Io,
  signal: AbortSignal,
): Promise<Loaded> {
  const { firstOffer } = await import("./setup/first_run.ts");
  return await firstOffer(before, given, io, signal);
}

/** Without its launcher nothing can run, and nothing may: what was shown is kept, `--resume` goes on with it. */
function leave(io: Io, directory: string): never {
  note(directory, { level: "error", part: "main", what: "The launcher is gone; this process ended." });
  io.stdin.setRaw(false);
  io.stderr.write("\nharombe: the launcher is gone; this process ends. Nothing that was shown is lost.\n");
  return Deno.exit(EXIT.failed);
}

/** Opens what a conversation stands on: launcher, configuration, stores, models of this machine. */
import type { Observe } from "../security/sandbox/observe.ts";
import { boundSecrets, NONE_BOUND } from "../security/secrets/bound.ts";
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
import { useEntry } from "./secrets/audited.ts";
import { expectSecrets, usableConfig } from "./secrets/usable.ts";
import type { AskLine } from "./setup/question.ts";
import type { Shipping } from "./alerts/shipping.ts";
import { openStores, statePaths, type Stores } from "./state/stores.ts";
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
  expectSecrets(directory);
  const before = await loadConfig(directory, io.harombeVariables(), signal);
  before.warnings.forEach(warn);
  const machine = await asked;
  const loaded = options.offer === undefined || options.model !== null || before.exists
    ? before
    : await offered(before, { ask: options.offer, observe: machine.sandbox.observe }, io, signal);
  const chosen = options.model === null ? loaded.config : withModel(loaded.config, options.model);
  const { config, used, known, kept, warnings } = await usableConfig(
    { directory, config: chosen, launcher: started?.launcher ?? null, askHidden: person.askHidden },
    io,
    signal,
  ).catch(async (error) => {
    await machine.close();
    throw error;
  });
  warnings.forEach(warn);
  const key = openPlaceholderKey(statePaths(directory).placeholderKey);
  const vault = createVault(key);
  // By the owner's names first: what is met anywhere has the placeholder that its proxy fills.
  const names = Array.from(kept.values, ([name, value]) => ({ name, value }));
  const scrub = createScrub({ known: [...names, ...secretsOf(config), ...known], vault });
  const bound = names.length === 0 ? NONE_BOUND : boundSecrets({ ...kept, known }, key);
  const stores = openStores(directory, io.now, scrub.text);
  let embedded: OpenedEmbedded | null = null;
  try {
    await Promise.all(used.map((one) => stores.audit.append(useEntry(one), signal)));
    const shipping = await shippingOf(directory, { config, launcher: started?.launcher ?? null, stores, now: io.now });
    await stores.audit.prune(
      { days: config.security.audit.retention_days, through: await shipping?.deliveredTo(signal) },
      signal,
    );
    embedded = await embeddedIn(directory, { config, launcher: started?.launcher ?? null }, signal);
    for (const { file, reason } of embedded?.broken ?? []) warn(`${file}: ${reason}`);
    const notify = started === null || config.security.hitl.notification_method === "cli"
      ? () => Promise.resolve()
      : (await import("./alerts/notifying.ts")).notifying(directory, {
        ...{ config, launcher: started.launcher, stores, scrub, warn },
        now: io.now,
      });
    const house = {
      ...{ directory, notify, config, sources: loaded.sources, machine, stores, embedded, scrub, vault, bound },
      now: io.now,
    };
    const talk = await talkIn(house, { options, person }, signal);
    return shipping === null ? talk : shipping.during(talk);
  } catch (error) {
    await embedded?.close();
    await machine.close();
    stores.close();
    throw error;
  }
}

/** Who is told of the audit log, or null where the settings name nobody. */
async function shippingOf(
  directory: string,
  given: { config: Config; launcher: Launcher | null; stores: Stores; now: () => number },
): Promise<Shipping | null> {
  const { export: { otlp_url }, alerts: { ntfy_url, webhook_url, email_url } } = given.config.security;
  if ([otlp_url, ntfy_url, webhook_url, email_url].every((url) => url === null) || given.launcher === null) return null;
  return (await import("./alerts/shipping.ts")).shippingOver(directory, { ...given, launcher: given.launcher });
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

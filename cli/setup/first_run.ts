/** The offer of the first conversation on a machine without a model: made once, at a terminal, never with a pipe. */
import { join } from "node:path";
import type { Ask } from "../../node/hardware/ask.ts";
import { loadConfig, type Loaded, stateDirectory } from "../config.ts";
import { sayTo } from "./say.ts";
import type { Io } from "../io.ts";
import { exists } from "../exists.ts";
import type { AskLine } from "./question.ts";

/** Its presence means that the offer was made. */
function markerPath(directory: string): string {
  return join(directory, "first-offer");
}

/**
 * Makes the three offers if there is no configuration, no model answers and they were never made; what was chosen is written.
 * The configuration that holds afterwards: `before`, unless something was written.
 */
export async function firstOffer(
  before: Loaded,
  { ask, observe }: { ask: AskLine; observe: Ask },
  io: Io,
  signal: AbortSignal,
): Promise<Loaded> {
  const directory = stateDirectory(io.env);
  const marker = markerPath(directory);
  const { config } = before;
  if (before.exists || config.model.name !== "auto" || exists(marker)) return before;
  const { answering, unusable } = await import("./servers.ts");
  const [servers, idle] = await Promise.all([
    answering(config, { privacyMode: config.privacy.mode, state: directory }, signal),
    unusable(config, directory, signal),
  ]);
  // The greeting says what they lack.
  if (idle) return before;
  if (servers.some(({ models }) => models.length > 0)) return before;
  const [{ hardwareOf }, { recommend }, { FETCHING }, { offer }, { writeSettings }] = await Promise.all([
    import("../observing.ts"),
    import("../../node/recommend.ts"),
    import("./fetching.ts"),
    import("./offer.ts"),
    import("./written.ts"),
  ]);
  const advice = recommend(await hardwareOf(observe, directory, signal), FETCHING.catalogue);
  const say = sayTo(io);
  // Before the question: whatever becomes of it, it is asked once.
  await Deno.writeTextFile(marker, `${new Date(io.now()).toISOString()}\n`, { mode: 0o600, signal });
  say(`No model answers on this machine yet. ${advice.reason}`);
  const settings = await offer({ say, ask, advice, config, fetching: FETCHING }, io, signal);
  if (settings === "left" || settings.length === 0) {
    say("harombe init makes this offer again.");
    return before;
  }
  const { path } = await writeSettings(directory, { settings, replace: false, now: io.now() }, signal);
  say(`${settings.map(([name, value]) => `${name} = ${value}`).join("\n")}\nwritten to ${path}`);
  return await loadConfig(directory, io.harombeVariables(), signal);
}

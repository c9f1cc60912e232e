/** The three offers to a person who has no model: fetch one, name a server, stay with commands. */
import { weightBytes } from "../../node/model_sizes.ts";
import type { Recommendation } from "../../node/recommend.ts";
import type { Config } from "../config.ts";
import { Exit, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { sizeText } from "../status_text.ts";
import type { Fetchable, Fetching } from "./fetching.ts";
import { type AskLine, inputBy } from "./question.ts";
import { serverAt, serverLine, settingsFor } from "./servers.ts";
import type { Setting } from "./written.ts";

export type Offering = {
  say(text: string): void;
  ask: AskLine;
  advice: Recommendation<Fetchable>;
  config: Config;
  fetching: Fetching;
};

/** The settings that follow from the choice, none where the person stays with commands; `left` = Ctrl-C or Ctrl-D. */
export async function offer(given: Offering, io: Io, signal: AbortSignal): Promise<Setting[] | "left"> {
  const { say, ask, advice } = given;
  say(
    `\n1) ${fetchLine(advice)}\n2) use the model server at an address\n3) stay with commands, without a model  (Enter)`,
  );
  for (;;) {
    const typed = await ask("1, 2 or 3: ", signal);
    if (typed === null) return "left";
    if (typed === "" || typed === "3") return [];
    const made = typed === "1"
      ? await fetched(given, io, signal)
      : typed === "2"
      ? await connected(given, signal)
      : undefined;
    if (made === undefined) say(`Cannot choose ${short(typed)}: 1, 2 or 3.`);
    if (made === "left" || Array.isArray(made)) return made;
  }
}

function fetchLine({ model }: Recommendation<Fetchable>): string {
  if (model === null) return "a model for this machine: unavailable, none of the catalogue fits";
  const bytes = model.bytes ?? weightBytes(model.parameters, model.quantization);
  const size = `${model.bytes === null ? "about " : ""}${sizeText(bytes)}`;
  return `fetch ${model.name}, which fits this machine: ${size}, licence ${model.licence}`;
}

/** Null: nothing was fetched, ask again. */
async function fetched(
  { say, ask, fetching, advice: { model } }: Offering,
  io: Io,
  signal: AbortSignal,
): Promise<Setting[] | null> {
  if (model === null) {
    say("That cannot be had here.");
    return null;
  }
  try {
    const { name } = await fetching.pull(model, { ...io, stdin: inputBy(ask, signal), signal });
    return [["model.name", name]];
  } catch (error) {
    signal.throwIfAborted();
    io.stdout.write("\n");
    say(error instanceof Error ? error.message : String(error));
    return null;
  }
}

async function connected({ say, ask, config }: Offering, signal: AbortSignal): Promise<Setting[] | null | "left"> {
  const typed = await ask("address (such as http://192.168.1.5:11434): ", signal);
  if (typed === null) return "left";
  if (typed === "") return null;
  try {
    const found = await serverAt(typed, { privacyMode: config.privacy.mode }, signal);
    say(serverLine(found));
    return settingsFor(found);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Exit)) throw error;
    say(error.message);
    return null;
  }
}

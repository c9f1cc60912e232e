/** The three offers to a person who has no model: fetch one, name a server, stay with commands. */
import type { Recommendation } from "../../node/recommend.ts";
import type { Config } from "../config.ts";
import { Exit, plainLines, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { sizeText } from "../status_text.ts";
import { type Fetchable, FETCHING, type Fetching } from "./fetching.ts";
import type { AskLine } from "./question.ts";
import { serverAt, serverLine, settingsFor } from "./servers.ts";
import type { Setting } from "./written.ts";

export type Offering = {
  say(text: string): void;
  ask: AskLine;
  advice: Recommendation<Fetchable>;
  config: Config;
  /** Another way to fetch, for tests; null where this version cannot. */
  fetching?: Fetching | null;
};

/** The settings that follow from the choice, none where the person stays with commands; `left` = Ctrl-C or Ctrl-D. */
export async function offer(given: Offering, io: Io): Promise<Setting[] | "left"> {
  const { say, ask, advice } = given;
  const fetching = given.fetching === undefined ? FETCHING : given.fetching;
  say(
    `\n1) ${
      fetchLine(advice, fetching)
    }\n2) use the model server at an address\n3) stay with commands, without a model  (Enter)`,
  );
  for (;;) {
    const typed = await ask("1, 2 or 3: ", io.signal);
    if (typed === null) return "left";
    if (typed === "" || typed === "3") return [];
    const made = typed === "1"
      ? await fetched(given, fetching, io)
      : typed === "2"
      ? await connected(given, io)
      : undefined;
    if (made === undefined) say(`Cannot choose ${short(typed)}: 1, 2 or 3.`);
    if (made === "left" || Array.isArray(made)) return made;
  }
}

function fetchLine({ model }: Recommendation<Fetchable>, fetching: Fetching | null): string {
  if (fetching === null) {
    return "a model for this machine: unavailable in this version; install Ollama (https://ollama.com)";
  }
  if (model === null) return "a model for this machine: unavailable, none of the catalogue fits";
  return `fetch ${model.name}, which fits this machine: ${
    sizeText(model.bytes)
  }, licence ${model.licence}, from ${model.source}`;
}

/** Null: nothing was fetched, ask again. */
async function fetched(
  { say, advice: { model } }: Offering,
  fetching: Fetching | null,
  io: Io,
): Promise<Setting[] | null> {
  if (fetching === null || model === null) {
    say("That cannot be had here.");
    return null;
  }
  try {
    const { name } = await fetching.pull(model, io, io.signal);
    return [["model.name", name]];
  } catch (error) {
    io.signal.throwIfAborted();
    say(plainLines((error as Error).message));
    return null;
  }
}

async function connected({ say, ask, config }: Offering, io: Io): Promise<Setting[] | null | "left"> {
  const typed = await ask("address (such as http://192.168.1.5:11434): ", io.signal);
  if (typed === null) return "left";
  if (typed === "") return null;
  try {
    const found = await serverAt(typed, { privacyMode: config.privacy.mode }, io.signal);
    say(serverLine(found));
    return settingsFor(found);
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof Exit)) throw error;
    say(error.message);
    return null;
  }
}

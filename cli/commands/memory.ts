/** `harombe memory list|show|add|rm|search`: what was asked to be remembered. */
import { type Fact, type Facts, openFacts } from "../../agent/memory/facts.ts";
import { printable } from "../../security/display.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { stateDirectory } from "../config.ts";
import { EXIT, Exit, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { jsonText } from "../json_text.ts";
import { show } from "../stored.ts";
import { statePaths } from "../state/stores.ts";
import type { Args } from "../talk.ts";
import { done, failed, type Outcome, usage } from "./outcome.ts";
import { oneLine, showTime } from "./when.ts";

/** Runs `memory VERB`; the exit code. */
export async function memoryCommand(verb: string, args: Args, io: Io): Promise<number> {
  const scrub = createScrub({ known: [] });
  const facts = openFacts(statePaths(stateDirectory(io.env)).memory, { now: io.now, scrub: scrub.text });
  try {
    return show(await runMemory(verb, args, facts, io.signal), io);
  } finally {
    facts.close();
  }
}

/** One verb over `facts`. Rejects only on abort or if the store cannot be used. */
async function runMemory(verb: string, args: Args, facts: Facts, signal: AbortSignal): Promise<Outcome> {
  const limit = args.limit === undefined ? 50 : Number(args.limit) || undefined;
  const one = (fact: Fact, text: string) => done(args.json ? jsonText(fact) : text);
  const many = (found: Fact[], none: string) =>
    done(args.json ? jsonText(found) : found.length === 0 ? none : found.map(lineOf).join("\n"));
  try {
    switch (verb) {
      case "list":
        return many(await facts.list({ limit }, signal), "Nothing is kept.");
      case "search":
        return many(await facts.search(String(args.words), { limit }, signal), "Nothing found.");
      case "show": {
        const fact = await facts.find(numberOf(args.id), signal);
        return one(fact, pageOf(fact));
      }
      case "add": {
        const fact = await facts.add({ text: String(args.text), session: "", toldBy: "person" }, signal);
        return one(fact, `Kept as ${fact.id}.`);
      }
      case "rm": {
        const fact = await facts.remove(numberOf(args.id), signal);
        return one(fact, `Removed ${lineOf(fact)}`);
      }
      default:
        return usage(`Cannot run memory ${JSON.stringify(verb)}: the verbs are list, show, add, rm, search`);
    }
  } catch (error) {
    if (error instanceof RangeError) return failed(error.message);
    throw error;
  }
}

function numberOf(id: unknown): number {
  if (typeof id !== "string" || !/^[1-9]\d{0,14}$/.test(id)) {
    throw new Exit(EXIT.usage, `Cannot use as the number of a fact: ${short(String(id))}`);
  }
  return Number(id);
}

function lineOf({ id, at, text }: Fact): string {
  return `${String(id).padStart(4)}  ${showTime(at)}  ${oneLine(printable(text), 160)}`;
}

function pageOf({ id, at, text, session, toldBy }: Fact): string {
  const from = toldBy === "person" ? "typed on the command line" : `kept in session ${printable(session)}`;
  return `fact ${id}, ${showTime(at)} UTC, ${from}\n\n${printable(text)}`;
}

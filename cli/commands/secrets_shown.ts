/** `harombe secrets list|get`. */
import { printable } from "../../security/display.ts";
import { bindingText } from "../../security/secrets/binding.ts";
import type { FoundEntry } from "../../security/secrets/stores/chain.ts";
import { EXIT, Exit, plainLines } from "../failure.ts";
import { jsonText } from "../json_text.ts";
import { secretEntry } from "../secrets/audited.ts";
import type { Args } from "../talk.ts";
import { done, type Outcome } from "./outcome.ts";
import type { SecretsDesk } from "./secrets.ts";

/** Names, stores, dates and bindings. A store that could not be read is told, and makes the exit code 1. */
export async function secretsList(args: Args, desk: SecretsDesk): Promise<Outcome> {
  const { io, chain } = desk;
  const { entries, unread } = await chain.list(io.signal);
  const now = io.now();
  const shown = entries.filter((entry) => !args.due || isDue(entry, now));
  const rolled = unread.some(({ store }) => store === "local") ? null : await rolledBack(desk);
  const warnings = [...unread.map(({ reason }) => reason), ...(rolled === null ? [] : [rolled])];
  if (args.json) {
    const data = shown.map((entry) => ({ ...entry, due: isDue(entry, now) }));
    return { out: jsonText({ secrets: data, unread, warnings }), err: "", code: unread.length > 0 ? 1 : 0 };
  }
  const none = args.due ? "No secret is due." : "There are no secrets.";
  const nothing = unread.length > 0 ? "" : none;
  const out = shown.length === 0 ? nothing : shown.map((entry) => lineOf(entry, now)).join("\n");
  for (const warning of warnings.slice(1)) io.stderr.write(`harombe: ${plainLines(warning)}\n`);
  return { out, err: warnings[0] ?? "", code: unread.length > 0 ? 1 : 0 };
}

export function isDue({ rotateAt }: Pick<FoundEntry, "rotateAt">, now: number): boolean {
  return rotateAt !== undefined && rotateAt <= now;
}

/** The sentence that the local store was put back to an older state, or null. */
async function rolledBack({ local, io, generationSaid }: SecretsDesk): Promise<string | null> {
  const [is, said] = [await local.generation(io.signal), await generationSaid()];
  if (is >= said) return null;
  return `The local secrets were put back to an older state: the audit log knows change ${said}, the file is at ${is}`;
}

function lineOf(entry: FoundEntry, now: number): string {
  const { name, store, hidden, bindings, changedAt, rotateAt, previous } = entry;
  const parts = [
    store + (hidden.length > 0 ? ` (before ${hidden.join(", ")})` : ""),
    ...(changedAt === undefined ? [] : [`set ${day(changedAt)}`]),
    ...(rotateAt === undefined ? [] : [isDue(entry, now) ? `DUE since ${day(rotateAt)}` : `due ${day(rotateAt)}`]),
    ...(previous ? ["previous value kept"] : []),
    ...bindings.map(bindingText),
  ];
  return printable(`${name}  ${parts.join("; ")}`);
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** What is known of one; with `--show` its value, after the audit log has it that it was shown. */
export async function secretsGet(args: Args, desk: SecretsDesk): Promise<Outcome> {
  const { io, chain } = desk;
  const name = String(args.name);
  if (!args.show) {
    if (args.previous) throw new Exit(EXIT.usage, "--previous needs --show");
    const entry = (await chain.list(io.signal)).entries.find((one) => one.name === name);
    if (entry === undefined) throw new Exit(EXIT.failed, `Cannot find the secret ${name}: there is none`);
    return done(args.json ? jsonText(entry) : `${lineOf(entry, io.now())}\n--show prints its value`);
  }
  const { value, store } = args.previous ? await previousOf(name, desk) : await chain.get(name, io.signal);
  await desk.audited(secretEntry("read", { names: [name], store }));
  if (args.json) return done(jsonText({ name, store, value }));
  // A terminal would obey what a value may hold; a pipe gets it as it is.
  io.stdout.write(io.stdout.isTerminal ? `${printable(value)}\n` : value);
  return done("");
}

async function previousOf(name: string, { chain, io }: SecretsDesk): Promise<{ value: string; store: string }> {
  const { store } = await chain.get(name, io.signal);
  const of = chain.stores.find((one) => one.name === store)?.previous;
  if (!of) throw new Exit(EXIT.failed, `Cannot find the previous value of ${name}: ${store} keeps none`);
  return { value: await of.get(name, io.signal), store };
}

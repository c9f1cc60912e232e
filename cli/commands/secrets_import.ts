/** `harombe secrets import`: from standard input (dotenv or JSON) or from another store. */
import { parseEnv } from "node:util";
import { type NewSecret, SecretName, SecretValue } from "../../security/secrets/store.ts";
import { EXIT, Exit, short } from "../failure.ts";
import { jsonText } from "../json_text.ts";
import { readAll } from "../read_all.ts";
import { secretEntry } from "../secrets/audited.ts";
import type { Args } from "../talk.ts";
import type { Outcome } from "./outcome.ts";
import { dueAfter, put, type SecretsDesk, writable } from "./secrets.ts";

/** Bytes of standard input at most. */
const MOST_BYTES = 16 << 20;

/** Takes over what has a name and a value that can be kept; tells what was left out, by name and reason. */
export async function secretsImport(args: Args, desk: SecretsDesk): Promise<Outcome> {
  const { io } = desk;
  const store = writable(desk, args.store);
  const found = args.from === undefined ? await ofInput(args, desk) : await ofStore(args.from, desk);
  const taken = new Set((await store.list(io.signal)).map(({ name }) => name));
  const left: { name: string; reason: string }[] = [];
  const secrets = new Map<string, NewSecret>();
  for (const [name, secret] of found) {
    const fault = [SecretName.safeParse(name), SecretValue.safeParse(secret.value)].find((one) => !one.success);
    if (fault?.error) left.push({ name, reason: fault.error.issues[0].message });
    else if (taken.has(name) && !args.replace) {
      left.push({ name, reason: `${store.name} has it; --replace takes it over` });
    } else secrets.set(name, secret);
  }
  if (secrets.size > 0) await put(desk, { store, action: "add", secrets });
  const names = [...secrets.keys()];
  const err = [
    `${names.length} secrets taken over into ${store.name}`,
    ...left.map(({ name, reason }) => `left out ${short(name)}: ${reason}`),
  ].join("\n");
  if (!args.json) return { out: "", err, code: left.length > 0 ? 1 : 0 };
  return { out: jsonText({ store: store.name, imported: names, left }), err: "", code: left.length > 0 ? 1 : 0 };
}

async function ofStore(from: Args[string], { chain, io, audited }: SecretsDesk): Promise<Map<string, NewSecret>> {
  const store = chain.stores.find((one) => one.name === from);
  if (store === undefined) {
    const known = chain.stores.map((one) => one.name).join(", ");
    throw new Exit(EXIT.usage, `Cannot import from ${short(String(from))}: there are ${known}`);
  }
  const entries = await store.list(io.signal);
  const all = store.all === null ? null : await store.all(io.signal);
  const secrets = new Map<string, NewSecret>();
  for (const { name, bindings, rotateAt } of entries) {
    secrets.set(name, { value: all?.get(name) ?? await store.get(name, io.signal), bindings, rotateAt });
  }
  if (entries.length > 0) {
    await audited(secretEntry("read", { names: entries.map(({ name }) => name), store: store.name }));
  }
  return secrets;
}

async function ofInput({ file, format }: Args, { io, rotationDays }: SecretsDesk): Promise<Map<string, NewSecret>> {
  if (file || io.stdin.isTerminal) {
    throw new Exit(EXIT.usage, "Cannot read a file here: give it on standard input, `harombe secrets import < .env`");
  }
  const text = await readAll(io.stdin.readable, MOST_BYTES, io.signal);
  const read = format === "json" || format === undefined && text.trimStart().startsWith("{") ? ofJson : ofDotenv;
  if (format !== undefined && format !== "json" && format !== "dotenv") {
    throw new Exit(EXIT.usage, `Cannot import ${short(String(format))}: the format is dotenv or json`);
  }
  const rotateAt = dueAfter(rotationDays, io.now());
  return new Map([...read(text)].map(([name, value]) => [name, { value, bindings: [], rotateAt }]));
}

function ofDotenv(text: string): Map<string, string> {
  return new Map(Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? ""]));
}

/** Texts, numbers and truth values; what lies deeper has the path to it as its name, dotted. */
function ofJson(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string[]): void => {
    if (path.length > 20) throw new Exit(EXIT.usage, "Cannot import this JSON: it is nested too deeply");
    if (typeof value === "object" && value !== null) {
      for (const [key, below] of Object.entries(value)) walk(below, [...path, key]);
    } else if (value !== null) found.set(path.join("."), String(value));
  };
  walk(jsonOf(text), []);
  return found;
}

function jsonOf(text: string): unknown {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The message would quote the text, which is secrets.
  }
  throw new Exit(EXIT.usage, "Cannot import this JSON: it is no object of names and values");
}

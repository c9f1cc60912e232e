/** `harombe secrets list|add|get|rm|import|rotate`. No value is ever an argument, and only `get --show` prints one. */
import { fitsHeader, readBinding } from "../../security/secrets/binding.ts";
import { generated, type Generator, GENERATORS } from "../../security/secrets/generate.ts";
import {
  type Binding,
  type NewSecret,
  SecretName,
  type SecretStore,
  SecretValue,
} from "../../security/secrets/store.ts";
import { loadConfig, stateDirectory } from "../config.ts";
import { EXIT, Exit, plainLines, short } from "../failure.ts";
import type { Io } from "../io.ts";
import { launcherOfThisProcess } from "../machine.ts";
import { secretEntry, type SecretRecord } from "../secrets/audited.ts";
import { asking, type OpenSecrets, openSecrets } from "../secrets/open.ts";
import { openLog } from "../state/stores.ts";
import { show } from "../stored.ts";
import type { Args } from "../talk.ts";
import type { Outcome } from "./outcome.ts";
import { secretsGet, secretsList } from "./secrets_shown.ts";
import { secretsImport } from "./secrets_import.ts";
import { valueFor } from "./secrets_value.ts";

/** What a verb works with. */
export type SecretsDesk = OpenSecrets & {
  io: Io;
  /** Days after which a secret is due; 0 = never. */
  rotationDays: number;
  /** Appends to the audit log; resolves once it is durable. */
  audited(entry: SecretRecord): Promise<void>;
  /** Changes of the local store that the audit log knows of; 0 if none. */
  generationSaid(): Promise<number>;
};

const DAY_MS = 86_400_000;

/** Runs `secrets VERB`; the exit code. */
export async function secretsCommand(verb: string, args: Args, io: Io): Promise<number> {
  const directory = stateDirectory(io.env);
  const { config, warnings } = await loadConfig(directory, io.harombeVariables(), io.signal);
  for (const warning of warnings) io.stderr.write(`warning: ${plainLines(warning)}\n`);
  refuseWords(verb, args);
  const started = launcherOfThisProcess();
  const opening = { directory, config, launcher: started?.launcher ?? null, ask: asking(io) };
  const log = openLog(directory, io.now);
  try {
    let opened = await openSecrets(opening, io);
    if (config.security.credentials.unlock === "passphrase" && opened.keeper.name === "key file") {
      const { lockByPassphrase } = await import("./secrets_rekey.ts");
      await lockByPassphrase(directory, { keeper: opened.keeper, ask: opening.ask }, io);
      await log.audit.append(secretEntry("rekey", { names: ["all"], store: "local" }), io.signal);
      opened = await openSecrets(opening, io);
    }
    const desk: SecretsDesk = {
      ...opened,
      io,
      rotationDays: config.security.credentials.rotation_days,
      async audited(entry) {
        await log.audit.append(entry, io.signal);
      },
      async generationSaid() {
        const records = await log.reader.list({ kind: "secret", limit: 500 }, io.signal);
        return Math.max(0, ...records.map(({ entry }) => entry.kind === "secret" ? entry.generation ?? 0 : 0));
      },
    };
    return show(await runVerb(verb, args, desk), io);
  } catch (error) {
    throw readable(error);
  } finally {
    log.close();
  }
}

async function runVerb(verb: string, args: Args, desk: SecretsDesk): Promise<Outcome> {
  switch (verb) {
    case "list":
      return await secretsList(args, desk);
    case "get":
      return await secretsGet(args, desk);
    case "add":
      return await add(args, desk);
    case "rm":
      return await remove(args, desk);
    case "import":
      return await secretsImport(args, desk);
    case "rotate":
      return args.name ? await rotate(args, desk) : await secretsList({ ...args, due: true }, desk);
    default:
      throw new Exit(EXIT.usage, `Cannot run secrets ${short(verb)}: the verbs are list, add, get, rm, import, rotate`);
  }
}

/** A second word is most likely the value: it is refused, and not repeated. */
function refuseWords(verb: string, { name }: Args): void {
  if (typeof name !== "string" || name === "" || verb === "import") return;
  const [first] = name.split(" ");
  const checked = SecretName.safeParse(first);
  if (first === name && checked.success) return;
  if (first === name && !first.includes("=") && !checked.success) {
    throw new Exit(EXIT.usage, `Cannot use that name: ${checked.error.issues[0].message}`);
  }
  throw new Exit(
    EXIT.usage,
    "Cannot take a value from the command line: `ps` shows it and the shell keeps it; give the name alone, then type " +
      "the value or pipe it in. If that was a real value, replace it",
  );
}

async function add(args: Args, desk: SecretsDesk): Promise<Outcome> {
  const name = String(args.name);
  const { io, chain } = desk;
  const store = writable(desk, args.store);
  const bindings = bindingsOf(args.bind);
  const taken = await store.list(io.signal);
  if (taken.some((one) => one.name === name)) {
    throw new Exit(
      EXIT.failed,
      `Cannot add ${name}: ${store.name} has it; \`harombe secrets rotate ${name}\` replaces it`,
    );
  }
  const value = await newValue(name, args, desk);
  if (bindings.length > 0 && !fitsHeader(value)) {
    throw new Exit(
      EXIT.usage,
      `Cannot bind ${name} to a header: its value has line ends or letters that no header holds`,
    );
  }
  const rotateAt = dueAfter(args.days === undefined ? desk.rotationDays : Number(args.days), io.now());
  await put(desk, { store, action: "add", secrets: new Map([[name, { value, bindings, rotateAt }]]) });
  const first = chain.stores.find((one) => one.name === store.name || one.name === "env");
  const hidden = first === store ? "" : "; a variable of that name would be used before it";
  const due = rotateAt === undefined ? "" : `, to be replaced by ${new Date(rotateAt).toISOString().slice(0, 10)}`;
  const where = bindings.length === 0
    ? "It goes nowhere by itself; say `secret:" + name + "` in the settings, or bind it"
    : `It may go to ${bindings.map(({ host }) => host).join(", ")}`;
  return { out: "", err: `Kept ${name} in ${store.name}${due}. ${where}${hidden}.`, code: 0 };
}

async function rotate(args: Args, desk: SecretsDesk): Promise<Outcome> {
  const name = String(args.name);
  const { io } = desk;
  const found = (await desk.chain.list(io.signal)).entries.find((one) => one.name === name);
  const store = found && desk.chain.stores.find((one) => one.name === found.store);
  if (found === undefined || store === undefined) throw new Exit(EXIT.failed, `Cannot rotate ${name}: there is none`);
  if (args.forget) {
    if (store.previous === null) {
      throw new Exit(EXIT.failed, `Cannot forget in ${store.name}: it keeps no previous value`);
    }
    await store.previous.forget(name, io.signal);
    await desk.audited(secretEntry("forget", { names: [name], store: store.name, ...await generationOf(desk, store) }));
    return { out: "", err: `Forgot the previous value of ${name}.`, code: 0 };
  }
  if (store.put === null) {
    throw new Exit(EXIT.failed, `Cannot rotate ${name}: harombe may not write to ${store.name}; change it there`);
  }
  const value = await newValue(name, args, desk);
  if (found.bindings.length > 0 && !fitsHeader(value)) {
    throw new Exit(EXIT.usage, `Cannot rotate ${name}: it is bound to a header, and this value fits none`);
  }
  const span = found.rotateAt !== undefined && found.changedAt !== undefined ? found.rotateAt - found.changedAt : null;
  const rotateAt = span === null ? dueAfter(desk.rotationDays, io.now()) : io.now() + span;
  const secrets = new Map([[name, { value, bindings: found.bindings, rotateAt, keepPrevious: true }]]);
  await put(desk, { store, action: "rotate", secrets });
  return {
    out: "",
    err: `${name} has a new value; the old one is kept until \`harombe secrets rotate ${name} --forget\`. ` +
      "Whoever issued it does not know: change it there too, harombe cannot.",
    code: 0,
  };
}

async function remove(args: Args, desk: SecretsDesk): Promise<Outcome> {
  const name = String(args.name);
  const { io, chain } = desk;
  const wanted = args.store === undefined ? null : writable(desk, args.store).name;
  const { entries } = await chain.list(io.signal);
  const entry = entries.find((one) => one.name === name);
  const held = entry === undefined ? [] : [entry.store, ...entry.hidden];
  const store = chain.stores.find((one) => one.name === (wanted ?? held[0]));
  if (store === undefined || !held.includes(store.name)) {
    throw new Exit(
      EXIT.failed,
      `Cannot remove ${name}: ${wanted ?? "no store"} has it`.replace("no store has it", "there is none"),
    );
  }
  if (store.remove === null) {
    throw new Exit(EXIT.failed, `Cannot remove ${name}: harombe may not write to ${store.name}`);
  }
  await store.remove(name, io.signal);
  await desk.audited(secretEntry("remove", { names: [name], store: store.name, ...await generationOf(desk, store) }));
  const left = held.filter((one) => one !== store.name);
  const still = left.length === 0 ? "" : ` ${left.join(", ")} still has it.`;
  const vault = store.name === "vault" ? " Vault keeps deleted versions until they are destroyed there." : "";
  return { out: "", err: `Removed ${name} from ${store.name}.${still}${vault}`, code: 0 };
}

/** Writes and records it: the record comes after, because it says what was done. */
export async function put(
  desk: SecretsDesk,
  { store, action, secrets }: { store: SecretStore; action: "add" | "rotate"; secrets: ReadonlyMap<string, NewSecret> },
): Promise<void> {
  if (store.put === null) throw new Exit(EXIT.failed, `Cannot write to ${store.name}`);
  await store.put(secrets, desk.io.signal);
  const names = [...secrets.keys()];
  await desk.audited(secretEntry(action, { names, store: store.name, ...await generationOf(desk, store) }));
}

async function generationOf({ local, io }: SecretsDesk, store: SecretStore): Promise<{ generation?: number }> {
  return store === local ? { generation: await local.generation(io.signal) } : {};
}

/** The store that was named, or the first that can be written. */
export function writable({ chain }: SecretsDesk, named: Args[string]): SecretStore {
  const store = chain.stores.find((one) => typeof named === "string" ? one.name === named : one.put !== null);
  if (store === undefined) {
    const known = chain.stores.map((one) => one.name).join(", ");
    throw new Exit(EXIT.usage, `Cannot use the store ${short(String(named))}: there are ${known}`);
  }
  if (store.put === null) throw new Exit(EXIT.usage, `Cannot write to ${store.name}: harombe only reads it`);
  return store;
}

async function newValue(name: string, { generate }: Args, { io }: SecretsDesk): Promise<string> {
  if (generate !== undefined) {
    if (!GENERATORS.includes(generate as Generator)) {
      throw new Exit(EXIT.usage, `Cannot generate ${short(String(generate))}: it is ${GENERATORS.join(", ")}`);
    }
    return generated(generate as Generator);
  }
  const value = SecretValue.safeParse(await valueFor(name, io));
  if (!value.success) throw new Exit(EXIT.usage, `Cannot keep ${name}: ${value.error.issues[0].message}`);
  return value.data;
}

function bindingsOf(texts: Args[string]): Binding[] {
  if (typeof texts !== "string") return [];
  try {
    return texts.split("\n").map(readBinding);
  } catch (error) {
    if (error instanceof TypeError) throw new Exit(EXIT.usage, error.message, { cause: error });
    throw error;
  }
}

/** Absent for 0 days. */
export function dueAfter(days: number, now: number): number | undefined {
  return days === 0 ? undefined : now + days * DAY_MS;
}

/** What a store says, as an outcome of the command. */
function readable(error: unknown): unknown {
  const said = error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound ||
    error instanceof TypeError || error instanceof RangeError;
  return said && error.message.startsWith("Cannot") ? new Exit(EXIT.failed, error.message, { cause: error }) : error;
}

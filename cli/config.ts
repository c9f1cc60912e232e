/** The configuration: each room's slice joined, read from one file, overridden by `HAROMBE_…` variables. */
import * as z from "zod";
import { AgentConfig } from "../agent/config.ts";
import { NodeConfig } from "../node/config.ts";
import { ServerConfig } from "../security/api/config.ts";
import { SecurityConfig } from "../security/config.ts";
import { PrivacyConfig } from "../security/privacy/config.ts";
import type { Complaint, Parsed } from "./config/document.ts";
import { type Leaf, leavesOf } from "./config/leaf.ts";
import { namesSetting, overrides } from "./config/environment.ts";
import { diskReason } from "./disk_reason.ts";
import { EXIT, Exit, short } from "./failure.ts";
import { nearest } from "../security/nearest.ts";
import { UpdateConfig } from "./update/config.ts";

export const Config = z.strictObject({
  ...NodeConfig.shape,
  ...SecurityConfig.shape,
  ...PrivacyConfig.shape,
  ...ServerConfig.shape,
  ...AgentConfig.shape,
  ...UpdateConfig.shape,
});
export type Config = z.infer<typeof Config>;

const known: { leaves?: readonly Leaf[] } = {};

/** Every setting there is; found when it is first asked for. */
export function leaves(): readonly Leaf[] {
  return known.leaves ??= leavesOf(Config);
}

/** Where a value comes from: the file, the variable named, or the default (absent here). Keys are dotted paths. */
export type Sources = Record<string, "file" | `HAROMBE_${string}`>;

export type Loaded = { config: Config; path: string; exists: boolean; sources: Sources; warnings: string[] };

/** Where harombe keeps its state. Throws if neither HAROMBE_HOME nor HOME says so. */
export function stateDirectory(env: (name: string) => string | undefined): string {
  const named = env("HAROMBE_HOME");
  if (named && !named.startsWith("/")) {
    throw new Exit(EXIT.failed, `Cannot use a relative HAROMBE_HOME: ${short(named)}`);
  }
  if (named) return named;
  const home = env("HOME") ?? env("USERPROFILE");
  if (home) return `${home}/.harombe`;
  throw new Exit(EXIT.failed, "Cannot find the state directory: neither HAROMBE_HOME nor HOME is set");
}

/** A configuration is a page; 256 KiB is far above any real one. */
const MOST_BYTES = 256 * 1024;

/** `config` with another model named. */
export function withModel(config: Config, name: string): Config {
  return { ...config, model: { ...config.model, name } };
}

/** The configuration file of a state directory. */
export function configPath(directory: string): string {
  return `${directory}/harombe.yaml`;
}

/**
 * The configuration as it holds now. A missing file is all defaults. Anything wrong in the file or in a variable
 * throws one `Exit` that lists every complaint as `path:line:column: …`: a broken configuration starts nothing.
 */
export async function loadConfig(
  directory: string,
  variables: Record<string, string>,
  signal: AbortSignal,
): Promise<Loaded> {
  const path = configPath(directory);
  const text = await readConfigText(path, signal);
  // The parser of the file is loaded where there is something to parse.
  const read = (text ?? "").trim() === ""
    ? settled(NOTHING, variables)
    : (await import("./config/read.ts")).readConfig(text!, variables);
  if ("complaints" in read) throw new Exit(EXIT.failed, complain(path, read.complaints));
  return { ...read, path, exists: text !== null };
}

/** Complaints as lines, each with its place. */
export function complain(path: string, complaints: Complaint[]): string {
  return complaints.map(({ line, column, message }) =>
    line !== null
      ? `${path}:${line}:${column}: ${message}`
      : message.startsWith("HAROMBE_")
      ? `Cannot use the variable ${message}`
      : `${path}: ${message}`
  ).join("\n");
}

/** What a file's text became: its value, and where each part of it stands. */
type Written = Pick<Extract<Parsed, { ok: true }>, "value" | "at">;

/** A file that is not there or empty: all defaults. */
const NOTHING: Written = { value: {}, at: () => ({ line: null, column: null }) };

export type Settled = { config: Config; sources: Sources; warnings: string[] } | { complaints: Complaint[] };

/** A file and variables → configuration, or everything that is wrong with them. Pure. */
export function settled(parsed: Written, variables: Record<string, string>): Settled {
  const value = parsed.value ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    return { complaints: [{ ...parsed.at([]), message: "it must be a list of `section:` entries" }] };
  }
  const fromFile = withoutEmptySections(value as Record<string, unknown>);
  const fileResult = Config.safeParse(fromFile);
  const complaints = fileResult.success ? [] : fileResult.error.issues.flatMap((issue) => {
    const key = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    return key.map((name) => ({ ...parsed.at(issue.path, name), message: describe(issue, name) }));
  });
  // Most starts have neither a file nor a variable: then no list of settings is needed.
  const bare = Object.keys(fromFile).length === 0;
  const env = namesSetting(variables) ? overrides(variables, leaves()) : { values: [], warnings: [], faults: [] };
  complaints.push(...env.faults.map((message) => ({ line: null, column: null, message })));
  const sources: Sources = {};
  if (!bare) { for (const { path } of leaves()) if (hasIn(fromFile, path)) sources[path.join(".")] = "file"; }
  const joined = structuredClone(fromFile);
  for (const { path, value, variable } of env.values) {
    const alone = Config.safeParse(setIn({}, path, value));
    if (alone.success) {
      setIn(joined, path, value);
      sources[path.join(".")] = variable as `HAROMBE_${string}`;
    } else {
      const message = `${variable}: ${alone.error.issues[0].message.replace(/^Invalid input: /, "")}`;
      complaints.push({ line: null, column: null, message });
    }
  }
  if (complaints.length > 0) {
    return { complaints: complaints.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity)) };
  }
  const whole = Config.safeParse(joined);
  if (!whole.success) {
    return {
      complaints: whole.error.issues.map((issue) => ({ line: null, column: null, message: describe(issue) })),
    };
  }
  return { config: whole.data, sources, warnings: env.warnings };
}

/** The keys that may stand below `path`. */
function keysBelow(path: readonly PropertyKey[]): string[] {
  const below = leaves().filter((leaf) =>
    path.every((key, at) => leaf.path[at] === key) && leaf.path.length > path.length
  );
  return [...new Set(below.map((leaf) => leaf.path[path.length]))];
}

function describe(issue: z.core.$ZodIssue, key?: string): string {
  const where = issue.path.join(".");
  if (key === undefined) return `${where || "it"}: ${issue.message.replace(/^Invalid (input|option): /, "")}`;
  const known = keysBelow(issue.path);
  const near = nearest(key, known);
  const elsewhere = leaves().find((leaf) => leaf.path.at(-1) === key)?.path.join(".");
  const hint = near ?? elsewhere;
  const list = known.length === 0 ? "no keys" : known.join(", ");
  return `unknown key "${short(key)}"${where ? ` in ${where}` : ""}; ${
    hint ? `did you mean "${hint}"?` : `known: ${list}`
  }`;
}

/** `model:` with nothing below it means the defaults, not null. */
function withoutEmptySections(value: Record<string, unknown>, at: readonly string[] = []): Record<string, unknown> {
  const isSection = (key: string) =>
    leaves().some(({ path }) => path.length > at.length + 1 && startsWith(path, [...at, key]));
  const kept = Object.entries(value).filter(([key, below]) => below !== null || !isSection(key));
  return Object.fromEntries(kept.map(([key, below]) => {
    const deeper = typeof below === "object" && below !== null && !Array.isArray(below) && isSection(key);
    return [key, deeper ? withoutEmptySections(below as Record<string, unknown>, [...at, key]) : below];
  }));
}

function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((key, at) => path[at] === key);
}

function hasIn(value: unknown, path: readonly string[]): boolean {
  if (path.length === 0) return true;
  return typeof value === "object" && value !== null && Object.hasOwn(value, path[0]) &&
    hasIn((value as Record<string, unknown>)[path[0]], path.slice(1));
}

/** Sets `path` in `target` (changed and returned). The path comes from the schema, never from a file. */
function setIn(target: Record<string, unknown>, path: readonly string[], value: unknown): Record<string, unknown> {
  const [key, ...rest] = path;
  if (rest.length === 0) target[key] = value;
  else {
    const below = typeof target[key] === "object" && target[key] !== null ? target[key] : {};
    target[key] = setIn(below as Record<string, unknown>, rest, value);
  }
  return target;
}

/** The file's text, or null if there is none. Refuses what is no plain, small text file that only its owner can change. */
export async function readConfigText(path: string, signal: AbortSignal): Promise<string | null> {
  const fail = (why: string, cause?: unknown) => new Exit(EXIT.failed, `Cannot read config ${path}: ${why}`, { cause });
  try {
    const stat = await Deno.stat(path);
    if (stat.isDirectory) throw fail("it is a directory");
    if (!stat.isFile) throw fail("it is no regular file");
    if (stat.size > MOST_BYTES) throw fail(`it has ${stat.size} bytes, the most is ${MOST_BYTES}`);
    if (stat.mode !== null && (stat.mode & 0o002) !== 0) throw fail("everybody may change it; run chmod 600 on it");
    const bytes = await Deno.readFile(path, { signal });
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof TypeError) throw fail("it is not UTF-8 text", error);
    if (error instanceof Exit || signal.aborted) throw error;
    throw fail(diskReason(error) ?? (error as Error).message, error);
  }
}

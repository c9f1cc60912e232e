/**
 * The launcher: fixes the folder and the powers, starts the main process, runs what it may ask for, ends with it.
 *
 * `deno run --allow-run --allow-read --allow-write --allow-env --allow-sys cli/launch.ts [--folder DIR] ARGUMENTS`
 */
import { type ChildProcess, spawn } from "node:child_process";
import { ipcChannel, type IpcEnd } from "../security/sandbox/channel.ts";
import { openHouse } from "../security/sandbox/house.ts";
import { serveLauncher } from "../security/sandbox/launcher.ts";
import type { OwnModule } from "../security/sandbox/program.ts";
import { diskReason } from "./disk_reason.ts";
import { EXIT, Exit, report, short } from "./failure.ts";
import {
  alone,
  aloneFlags,
  fetchHosts,
  mainEnvironment,
  mainFlags,
  namedHosts,
  privacyOf,
  typedHosts,
} from "./powers.ts";
import { cacheOf, ownFiles } from "./own_files.ts";
import { VERSION } from "./commands/version.ts";
import { note, noteFailure } from "./log/note.ts";
import { stateFrom, useStateDirectory } from "./state_directory.ts";
import { isTrial, scratchFolder } from "./trial/scratch.ts";

/** Where harombe's code lies: as source text, or as bundles beside this one. */
export type Code = { main: string; flags: string[]; read: string[] } & Modules;

/** The processes of ours beside main: null where the file is missing. */
type Modules = { files: OwnModule | null; fetch?: OwnModule | null; engine?: OwnModule | null };

/** Each by the room that its source lies in, and its path there. */
const MODULES = {
  files: { room: "security", path: "sandbox/files_server" },
  fetch: { room: "security", path: "egress/fetch_process" },
  engine: { room: "node", path: "embedded/engine_process" },
} satisfies Record<keyof Modules, { room: string; path: string }>;

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** `--folder DIR` taken out of `args`, wherever it stands before `--`. Throws `Exit` 2 if DIR is missing. */
export function folderArgument(args: readonly string[]): { folder: string | null; rest: string[] } {
  const end = args.indexOf("--") < 0 ? args.length : args.indexOf("--");
  const at = args.findIndex((arg, i) => i < end && (arg === "--folder" || arg.startsWith("--folder=")));
  if (at < 0) return { folder: null, rest: [...args] };
  const joined = args[at].startsWith("--folder=");
  const folder = joined ? args[at].slice("--folder=".length) : args[at + 1];
  if (folder === undefined || folder === "") throw new Exit(EXIT.usage, "Cannot use --folder: it names no directory");
  const rest = args.toSpliced(at, joined ? 1 : 2);
  const again = rest.findIndex((arg) => arg === "--folder" || arg.startsWith("--folder="));
  if (again >= 0 && (end === args.length || again < rest.indexOf("--"))) {
    throw new Exit(EXIT.usage, "Cannot use --folder twice: one folder at a time");
  }
  return { folder, rest };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}

/** The code that belongs to the module `here` (its `import.meta.url`). */
export async function codeOf(here: string, environment: Record<string, string>): Promise<Code> {
  const path = (relative: string) => decodeURIComponent(new URL(relative, here).pathname);
  if (here.endsWith(".js")) {
    return {
      main: path("./main.js"),
      flags: ["--no-config", "--no-lock", "--no-remote", "--no-npm", "--cached-only"],
      read: [path("./").replace(/\/$/, "")],
      ...await modulesOf((at) => ({ entry: path(`./${at.path.slice(at.path.lastIndexOf("/") + 1)}.js`) })),
    };
  }
  const root = path("../").replace(/\/$/, "");
  const cache = environment.DENO_DIR ??
    `${environment.XDG_CACHE_HOME ?? `${environment.HOME ?? "/nonexistent"}/.cache`}/deno`;
  const packages = `${cache}/npm`;
  const module = ({ room, path }: { room: string; path: string }) => ({
    entry: `${root}/${room}/${path}.ts`,
    source: { root: `${root}/${room}`, config: `${root}/deno.json`, packages },
  });
  return {
    main: `${root}/main.ts`,
    flags: [`--config=${root}/deno.json`],
    read: [root],
    ...await exists(packages) ? await modulesOf(module) : { files: null },
  };
}

async function modulesOf(module: (at: { room: string; path: string }) => OwnModule): Promise<Modules> {
  const found = await Promise.all(
    Object.entries(MODULES).map(async ([name, at]) => {
      const one = module(at);
      return [name, await exists(one.entry) ? one : null];
    }),
  );
  return Object.fromEntries(found);
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return "";
  }
}

/**
 * Starts the main process with `args` and serves it until it ends; resolves to its exit status. Everything that was
 * started is dead by then. Rejects with a sentence for the person if nothing could be started.
 */
export async function launch(
  args: readonly string[],
  code: Code,
  environment: Record<string, string>,
): Promise<number> {
  if (Deno.build.os === "windows") throw new Exit(EXIT.unavailable, "unavailable: use WSL2");
  const { folder, rest } = folderArgument(args);
  const home = environment.HOME || undefined;
  const state = environment.HAROMBE_HOME || (home === undefined ? undefined : `${home}/.harombe`);
  if (alone(rest)) {
    const place = { cwd: currentFolder(), home, file: environment.HAROMBE_FILE || null, cache: cacheOf(code.main) };
    const own = ownFiles(rest, place);
    const found: Record<string, string> = { HAROMBE_CACHE: place.cache ?? "" };
    const child = start(code, aloneFlags(state, own), own?.args ?? rest, {
      environment: { ...mainEnvironment(environment), ...found },
      ipc: false,
    });
    return await served(child, () => {});
  }
  if (rest[0] === "update") return await updateHere(rest.slice(1), state, environment);
  if (state === undefined) {
    throw new Exit(EXIT.failed, "Cannot find a home for harombe's files: set HOME or HAROMBE_HOME");
  }
  if (!state.startsWith("/")) throw new Exit(EXIT.failed, `Cannot use a relative HAROMBE_HOME: ${short(state)}`);
  await useStateDirectory(state);
  const stop = new AbortController();
  const trial = isTrial(rest);
  if (trial && folder !== null) {
    throw new Exit(EXIT.usage, "Cannot use --folder here: models test has a folder of its own");
  }
  const scratch = trial ? await scratchFolder() : null;
  const house = await openHouse({
    folder: scratch?.path ?? await workingFolder(folder),
    home: home ?? state,
    state,
    deno: Deno.execPath(),
    files: code.files,
    fetch: code.fetch ?? null,
    engine: code.engine ?? null,
    hosts: fetchHosts(await textOf(`${state}/harombe.yaml`), environment),
    toolchains: (environment.HAROMBE_TOOLCHAINS ?? "").split(":").filter((path) => path.startsWith("/")),
  }, stop.signal).catch(async (error) => {
    await scratch?.remove();
    const reason = diskReason(error);
    throw reason === null
      ? error
      : new Exit(EXIT.failed, `Cannot prepare a private directory: ${reason}`, { cause: error });
  });
  try {
    const config = await textOf(`${state}/harombe.yaml`);
    const flags = mainFlags({
      home: house.home,
      state: house.state,
      code: code.read,
      folder: house.powers.folder,
      confined: house.bwrap !== null,
      hosts: [...namedHosts(config, environment), ...typedHosts(rest)],
      privacy: privacyOf(config, environment),
    });
    const given = {
      HAROMBE_HOME: house.state,
      HAROMBE_FOLDER: house.powers.folder.path,
      HAROMBE_LAUNCHER: String(Deno.pid),
      HAROMBE_SCRATCH: scratch?.path ?? "",
    };
    const child = start(code, flags, rest, { environment: { ...mainEnvironment(environment), ...given }, ipc: true });
    const serving = serveLauncher(ipcChannel(child as unknown as IpcEnd), house, stop.signal);
    return await served(child, async () => {
      stop.abort("launcher");
      await serving;
    });
  } finally {
    await house.close();
    await scratch?.remove();
  }
}

/** The folder to work in. Throws `Exit` with the reason if it cannot be had. */
async function workingFolder(named: string | null): Promise<string> {
  const fail = (why: string, cause?: unknown) =>
    new Exit(EXIT.failed, `Cannot work in the folder ${short(named ?? ".")}: ${why}`, { cause });
  try {
    const path = await Deno.realPath(named ?? Deno.cwd());
    if (!(await Deno.stat(path)).isDirectory) throw fail("it is no directory");
    return path;
  } catch (error) {
    if (error instanceof Exit) throw error;
    throw fail(diskReason(error) ?? String(error), error);
  }
}

/** The folder that this process is in, or "/" where it is gone. */
function currentFolder(): string {
  try {
    return Deno.cwd();
  } catch {
    return "/";
  }
}

/** `update`, in this process: it alone may start the new file once before it takes this one's place. */
async function updateHere(
  args: readonly string[],
  state: string | undefined,
  environment: Record<string, string>,
): Promise<number> {
  const { update } = await import("./update/update.ts");
  const stop = new AbortController();
  const interrupt = () => stop.abort(new DOMException("interrupted", "AbortError"));
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.addSignalListener(name, interrupt);
  try {
    return await update(args, {
      file: environment.HAROMBE_FILE || null,
      version: VERSION,
      cwd: currentFolder(),
      tellVersion: (file, signal) => tellVersion(file, environment, signal),
      download: null,
      print: (text) => void Deno.stdout.writeSync(new TextEncoder().encode(text)),
      note: (what) => state === undefined ? undefined : note(state, { level: "info", part: "launcher", what }),
    }, stop.signal);
  } finally {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.removeSignalListener(name, interrupt);
  }
}

/** The longest that a new file may take to unpack itself and to tell its version, milliseconds. */
const FIRST_START_MS = 120_000;

/** What `file version` prints. It unpacks to a directory that is removed again, so that a file that is refused leaves nothing. */
async function tellVersion(file: string, environment: Record<string, string>, signal: AbortSignal): Promise<string> {
  const runtime = await Deno.makeTempDir({ prefix: "harombe-update-" });
  try {
    const { PATH = "/usr/bin:/bin", HOME, TMPDIR } = environment;
    const child = spawn(file, ["version"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH, ...(HOME ? { HOME } : {}), ...(TMPDIR ? { TMPDIR } : {}), HAROMBE_RUNTIME_DIR: runtime },
      signal: AbortSignal.any([signal, AbortSignal.timeout(FIRST_START_MS)]),
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (bytes) => said.out = `${said.out}${bytes}`.slice(0, 1000));
    child.stderr.on("data", (bytes) => said.err = `${said.err}${bytes}`.slice(0, 1000));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (code !== 0) throw new Error(`it ended with ${code ?? "a signal"}: ${said.err.trim() || "it said nothing"}`);
    return said.out;
  } finally {
    await Deno.remove(runtime, { recursive: true });
  }
}

/** The main process. */
function start(
  code: Code,
  flags: readonly string[],
  args: readonly string[],
  { environment, ipc }: { environment: Record<string, string>; ipc: boolean },
): ChildProcess {
  // By a shell and a variable: node:child_process adds `-A` to a command that names Deno's own path before `run`.
  const program = 'd=$HAROMBE_DENO; unset HAROMBE_DENO; exec "$d" "$@"';
  return spawn("/bin/sh", ["-c", program, "harombe", "run", ...code.flags, ...flags, code.main, ...args], {
    stdio: ["inherit", "inherit", "inherit", ...(ipc ? ["ipc" as const] : [])],
    env: { ...environment, HAROMBE_DENO: Deno.execPath() },
  });
}

/** The status of `child` once it and what `end` ends are gone. SIGTERM and SIGHUP go on to it. */
async function served(child: ChildProcess, end: () => void | Promise<void>): Promise<number> {
  const exited = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(status ?? 128 + (SIGNALS[signal ?? ""] ?? 9)));
  });
  // The terminal sends Ctrl-C to both processes: what it means is for the main process to say.
  const ignore = () => {};
  const forward = (["SIGTERM", "SIGHUP"] as const).map((name) => ({ name, send: () => pass(child, name) }));
  Deno.addSignalListener("SIGINT", ignore);
  Deno.addSignalListener("SIGQUIT", ignore);
  for (const { name, send } of forward) Deno.addSignalListener(name, send);
  try {
    const status = await exited;
    await end();
    return status;
  } finally {
    Deno.removeSignalListener("SIGINT", ignore);
    Deno.removeSignalListener("SIGQUIT", ignore);
    for (const { name, send } of forward) Deno.removeSignalListener(name, send);
  }
}

/** Sends a signal on. Not by the `kill` of `child`: Deno's also closes the channel, and the end would look like a kill. */
function pass(child: ChildProcess, signal: "SIGTERM" | "SIGHUP"): void {
  try {
    if (child.pid !== undefined) Deno.kill(child.pid, signal);
  } catch {
    // It has ended.
  }
}

if (import.meta.main) {
  const environment = Deno.env.toObject();
  const end = Deno.args.indexOf("--");
  const debug = Deno.args.slice(0, end < 0 ? undefined : end).includes("--debug");
  try {
    Deno.exit(await launch(Deno.args, await codeOf(import.meta.url, environment), environment));
  } catch (error) {
    noteFailure(error, stateFrom((name) => environment[name]), "launcher");
    Deno.exit(report(error, { debug }));
  }
}

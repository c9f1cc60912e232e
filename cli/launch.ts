/**
 * The launcher: fixes the folder and the powers, starts the main process, runs what it may ask for, ends with it.
 *
 * `deno run --allow-run --allow-read --allow-write --allow-env --allow-sys cli/launch.ts [--folder DIR] ARGUMENTS`
 */
import { type ChildProcess, spawn } from "node:child_process";
import { folderAccess } from "../security/sandbox/folder.ts";
import { diskReason } from "./disk_reason.ts";
import { EXIT, Exit, report, short } from "./failure.ts";
import {
  alone,
  aloneFlags,
  credentialFiles,
  fetchHosts,
  mailServerIn,
  mainEnvironment,
  mainFlags,
  namedForRuns,
  namedHosts,
  privacyOf,
  typedHosts,
  updateFrom,
} from "./powers.ts";
import { type Code, codeOf } from "./launch/code.ts";
import { ownedFrom } from "./launch/owned.ts";
import { currentFolder, folderArgument, workingFolder } from "./launch/folder.ts";
import { attend, type Attended } from "./launch/attended.ts";
import { confinedLastTime, noteConfined } from "./launch/last_start.ts";
import { cacheOf, ownFiles } from "./launch/own_files.ts";
import { VERSION } from "./commands/version.ts";
import { stateFrom, useStateDirectory } from "./state/directory.ts";
import { probesSandbox } from "./doctor/sandbox_line.ts";
import { isTrial } from "./trial/trial_line.ts";

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
  given: Record<string, string>,
): Promise<number> {
  if (Deno.build.os === "windows") throw new Exit(EXIT.unavailable, "unavailable: use WSL2");
  const { folder, rest } = folderArgument(args);
  const environment = await withRealFile(given);
  const home = environment.HOME || undefined;
  const state = environment.HAROMBE_HOME || (home === undefined ? undefined : `${home}/.harombe`);
  if (alone(rest)) {
    const place = { cwd: currentFolder(), home, file: environment.HAROMBE_FILE || null, cache: cacheOf(code.main) };
    const own = ownFiles(rest, place);
    const found: Record<string, string> = { HAROMBE_CACHE: place.cache ?? "" };
    const child = start(code, aloneFlags(state, { files: own, code: code.read }), own?.args ?? rest, {
      environment: { ...mainEnvironment(environment), ...found },
      ipc: false,
    });
    return await attend(child).ended(() => {});
  }
  if (rest[0] === "update") return await updateHere(rest.slice(1), { state, home: home ?? "/", code, environment });
  if (state === undefined) {
    throw new Exit(EXIT.failed, "Cannot find a home for harombe's files: set HOME or HAROMBE_HOME");
  }
  if (!state.startsWith("/")) throw new Exit(EXIT.failed, `Cannot use a relative HAROMBE_HOME: ${short(state)}`);
  await useStateDirectory(state);
  const trial = isTrial(rest);
  const own = trial || probesSandbox(rest);
  if (own && folder !== null) {
    throw new Exit(EXIT.usage, `Cannot use --folder here: ${trial ? "models test" : "doctor"} has a folder of its own`);
  }
  const scratch = trial
    ? await (await import("./trial/scratch.ts")).scratchFolder()
    : own
    ? await (await import("./doctor/probe_folder.ts")).probeFolder()
    : null;
  try {
    const path = scratch?.path ?? await workingFolder(folder);
    return await launchIn({ path, scratch: own }, { state, home: home ?? state, code, rest, environment });
  } finally {
    await scratch?.remove();
  }
}

type Launching = { state: string; home: string; code: Code; rest: string[]; environment: Record<string, string> };

/** Serves the main process in the folder `path`, which is a trial's own (`scratch`) or the person's. */
async function launchIn(
  { path, scratch }: { path: string; scratch: boolean },
  { state, home, code, rest, environment }: Launching,
): Promise<number> {
  const config = await textOf(`${state}/harombe.yaml`);
  const [realHome, realState, before] = await Promise.all([
    resolved(home),
    resolved(state),
    confinedLastTime(state),
  ]);
  const startMain = (confined: boolean): Attended => {
    const workspace = folderAccess(path, realHome);
    const flags = mainFlags({
      home: realHome,
      state: realState,
      code: [...code.read, ...credentialFiles(config, environment, realHome)],
      folder: workspace,
      confined,
      hosts: [...namedHosts(config, environment), ...typedHosts(rest)],
      privacy: privacyOf(config, environment),
    });
    const given = {
      HAROMBE_HOME: realState,
      HAROMBE_FOLDER: workspace.path,
      HAROMBE_LAUNCHER: String(Deno.pid),
      HAROMBE_SCRATCH: scratch ? path : "",
    };
    return attend(start(code, flags, rest, { environment: { ...mainEnvironment(environment), ...given }, ipc: true }));
  };
  const stop = new AbortController();
  // The main process starts while the machine is measured: it asks for the result before it does anything.
  const early = before ? startMain(true) : null;
  try {
    const [{ openHouse }, { serveLauncher }] = await Promise.all([
      import("../security/sandbox/house.ts"),
      import("../security/sandbox/launcher.ts"),
    ]);
    const house = await openHouse({
      folder: path,
      home,
      state,
      deno: Deno.execPath(),
      files: code.files,
      installed: code.installed ?? [],
      fetch: code.fetch ?? null,
      engine: code.engine ?? null,
      mail: code.mail ?? null,
      broker: code.broker ?? null,
      proxy: code.proxy ?? null,
      relay: code.relay ?? null,
      named: namedForRuns(config),
      certificates: environment.DENO_CERT?.startsWith("/") ? environment.DENO_CERT : null,
      mailServer: mailServerIn(config, environment),
      hosts: fetchHosts(config, environment),
      owned: ownedFrom(config, environment),
      toolchains: (environment.HAROMBE_TOOLCHAINS ?? "").split(":").filter((path) => path.startsWith("/")),
    }, stop.signal).catch((error) => {
      const reason = diskReason(error);
      throw reason === null
        ? error
        : new Exit(EXIT.failed, `Cannot prepare a private directory: ${reason}`, { cause: error });
    });
    try {
      const confined = house.bwrap !== null;
      if (confined !== before) await noteConfined(state, confined);
      if (early !== null && !confined) {
        throw new Exit(
          EXIT.unavailable,
          "unavailable: the sandbox of the last start does not work any more; start again",
        );
      }
      const main = early ?? startMain(confined);
      const serving = serveLauncher(main.channel, house, stop.signal);
      return await main.ended(async () => {
        stop.abort("launcher");
        await serving;
      });
    } finally {
      await house.close();
    }
  } catch (error) {
    await early?.kill();
    throw error;
  }
}

/** `environment` with the links of the portable file's path resolved: what is replaced or removed is the file itself. */
async function withRealFile(environment: Record<string, string>): Promise<Record<string, string>> {
  const { HAROMBE_FILE: file } = environment;
  return file ? { ...environment, HAROMBE_FILE: await resolved(file) } : environment;
}

async function resolved(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return path;
  }
}

/** `update`, in this process: it alone may start the new file once before it takes this one's place. */
async function updateHere(
  args: readonly string[],
  { state, home, code, environment }: Omit<Launching, "state" | "rest"> & { state: string | undefined },
): Promise<number> {
  const [{ update }, { note }] = await Promise.all([import("./update/update.ts"), import("./log/note.ts")]);
  const config = state?.startsWith("/") ? await textOf(`${state}/harombe.yaml`) : "";
  const from = updateFrom(config, environment);
  const write = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
  const stop = new AbortController();
  const interrupt = () => stop.abort(new DOMException("interrupted", "AbortError"));
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.addSignalListener(name, interrupt);
  try {
    return await update(args, {
      file: environment.HAROMBE_FILE || null,
      version: VERSION,
      cwd: currentFolder(),
      tellVersion: (file, signal) => tellVersion(file, environment, signal),
      configured: from.url,
      openDownloads: state?.startsWith("/")
        ? async (signal) => {
          await useStateDirectory(state);
          const { openDownloads } = await import("./update/fetching.ts");
          return await openDownloads({
            state,
            home,
            module: code.fetch ?? null,
            hosts: from.hosts,
            out: { isTerminal: Deno.stderr.isTerminal(), write },
          }, signal);
        }
        : null,
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
  // By a shell and a variable: node:child_process adds `-A` to a command that names Deno's own path before `run`. Main holds
  // secrets in its memory: where it crashes, no image of it is written.
  const program = 'ulimit -c 0 2>/dev/null; d=$HAROMBE_DENO; unset HAROMBE_DENO; exec "$d" "$@"';
  return spawn("/bin/sh", ["-c", program, "harombe", "run", ...code.flags, ...flags, code.main, ...args], {
    stdio: ["inherit", "inherit", "inherit", ...(ipc ? ["ipc" as const] : [])],
    env: { ...environment, HAROMBE_DENO: Deno.execPath() },
  });
}

if (import.meta.main) {
  const environment = Deno.env.toObject();
  const end = Deno.args.indexOf("--");
  const debug = Deno.args.slice(0, end < 0 ? undefined : end).includes("--debug");
  try {
    Deno.exit(await launch(Deno.args, await codeOf(import.meta.url, environment), environment));
  } catch (error) {
    const { noteFailure } = await import("./log/note.ts");
    noteFailure(error, stateFrom((name) => environment[name]), "launcher");
    Deno.exit(report(error, { debug }));
  }
}

/**
 * The launcher: fixes the folder and the powers, starts the main process, runs what it may ask for, ends with it.
 *
 * `deno run --allow-run --allow-read --allow-write --allow-env --allow-sys cli/launch.ts [--folder DIR] ARGUMENTS`
 */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { ipcChannel, type IpcEnd } from "../security/sandbox/channel.ts";
import { openHouse } from "../security/sandbox/house.ts";
import { serveLauncher } from "../security/sandbox/launcher.ts";
import type { FilesModule } from "../security/sandbox/program.ts";
import { diskReason } from "./disk_reason.ts";
import { EXIT, Exit, report, short } from "./failure.ts";
import { alone, aloneFlags, mainEnvironment, mainFlags, namedHosts, privacyOf } from "./powers.ts";
import { useStateDirectory } from "./state_directory.ts";

/** Where harombe's code lies: as source text, or as bundles beside this one. */
export type Code = {
  main: string;
  flags: string[];
  files: FilesModule | null;
  read: string[];
  /** Where installed code lies, other versions' too: no run may write there. Absent for sources, which are worked on. */
  installed?: string[];
};

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
    const entry = path("./files_server.js");
    return {
      main: path("./main.js"),
      flags: ["--no-config", "--no-lock", "--no-remote", "--no-npm", "--cached-only"],
      files: await exists(entry) ? { entry } : null,
      read: [path("./").replace(/\/$/, "")],
      // A code cache is code too.
      installed: [
        path("../"),
        path("./"),
        dirname(Deno.execPath()),
        ...environment.DENO_DIR ? [environment.DENO_DIR] : [],
      ],
    };
  }
  const root = path("../").replace(/\/$/, "");
  const cache = environment.DENO_DIR ??
    `${environment.XDG_CACHE_HOME ?? `${environment.HOME ?? "/nonexistent"}/.cache`}/deno`;
  const entry = `${root}/security/sandbox/files_server.ts`;
  const source = { root: `${root}/security`, config: `${root}/deno.json`, packages: `${cache}/npm` };
  const whole = await exists(entry) && await exists(source.packages);
  return {
    main: `${root}/main.ts`,
    flags: [`--config=${root}/deno.json`],
    files: whole ? { entry, source } : null,
    read: [root],
  };
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
    const child = start(code, aloneFlags(state), rest, { environment: mainEnvironment(environment), ipc: false });
    return await served(child, () => {});
  }
  if (state === undefined) {
    throw new Exit(EXIT.failed, "Cannot find a home for harombe's files: set HOME or HAROMBE_HOME");
  }
  if (!state.startsWith("/")) throw new Exit(EXIT.failed, `Cannot use a relative HAROMBE_HOME: ${short(state)}`);
  await useStateDirectory(state);
  const stop = new AbortController();
  const house = await openHouse({
    folder: await workingFolder(folder),
    home: home ?? state,
    state,
    deno: Deno.execPath(),
    files: code.files,
    installed: code.installed ?? [],
    toolchains: (environment.HAROMBE_TOOLCHAINS ?? "").split(":").filter((path) => path.startsWith("/")),
  }, stop.signal).catch((error) => {
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
      hosts: namedHosts(config, environment),
      privacy: privacyOf(config, environment),
    });
    const given = {
      HAROMBE_HOME: house.state,
      HAROMBE_FOLDER: house.powers.folder.path,
      HAROMBE_LAUNCHER: String(Deno.pid),
    };
    const child = start(code, flags, rest, { environment: { ...mainEnvironment(environment), ...given }, ipc: true });
    const serving = serveLauncher(ipcChannel(child as unknown as IpcEnd), house, stop.signal);
    return await served(child, async () => {
      stop.abort("launcher");
      await serving;
    });
  } finally {
    await house.close();
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
  const forward = (["SIGTERM", "SIGHUP"] as const).map((name) => ({ name, send: () => void child.kill(name) }));
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

if (import.meta.main) {
  const environment = Deno.env.toObject();
  const end = Deno.args.indexOf("--");
  const debug = Deno.args.slice(0, end < 0 ? undefined : end).includes("--debug");
  try {
    Deno.exit(await launch(Deno.args, await codeOf(import.meta.url, environment), environment));
  } catch (error) {
    Deno.exit(report(error, { debug }));
  }
}

/**
 * The launcher: fixes the folder and the powers, starts the main process, runs what it may ask for, ends with it.
 *
 * `deno run --allow-run --allow-read --allow-write --allow-env --allow-sys cli/launch.ts [--folder DIR] ARGUMENTS`
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type Channel, ipcChannel, type IpcEnd } from "../security/sandbox/channel.ts";
import { folderAccess } from "../security/sandbox/folder.ts";
import { openHouse } from "../security/sandbox/house.ts";
import { serveLauncher } from "../security/sandbox/launcher.ts";
import type { OwnModule } from "../security/sandbox/program.ts";
import { diskReason } from "./disk_reason.ts";
import { EXIT, Exit, report, short } from "./failure.ts";
import { alone, aloneFlags, mainEnvironment, mainFlags, namedHosts, privacyOf } from "./powers.ts";
import { confinedLastTime, noteConfined } from "./last_start.ts";
import { useStateDirectory } from "./state_directory.ts";

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
    const child = start(code, aloneFlags(state), rest, { environment: mainEnvironment(environment), ipc: false });
    return await attend(child).ended(() => {});
  }
  if (state === undefined) {
    throw new Exit(EXIT.failed, "Cannot find a home for harombe's files: set HOME or HAROMBE_HOME");
  }
  if (!state.startsWith("/")) throw new Exit(EXIT.failed, `Cannot use a relative HAROMBE_HOME: ${short(state)}`);
  await useStateDirectory(state);
  const path = await workingFolder(folder);
  const config = await textOf(`${state}/harombe.yaml`);
  const [realHome, realState, before] = await Promise.all([
    resolved(home ?? state),
    resolved(state),
    confinedLastTime(state),
  ]);
  const startMain = (confined: boolean): Attended => {
    const workspace = folderAccess(path, realHome);
    const flags = mainFlags({
      home: realHome,
      state: realState,
      code: code.read,
      folder: workspace,
      confined,
      hosts: namedHosts(config, environment),
      privacy: privacyOf(config, environment),
    });
    const given = {
      HAROMBE_HOME: realState,
      HAROMBE_FOLDER: workspace.path,
      HAROMBE_LAUNCHER: String(Deno.pid),
    };
    return attend(start(code, flags, rest, { environment: { ...mainEnvironment(environment), ...given }, ipc: true }));
  };
  const stop = new AbortController();
  // The main process starts while the machine is measured: it asks for the result before it does anything.
  const early = before ? startMain(true) : null;
  try {
    const house = await openHouse({
      folder: path,
      home: home ?? state,
      state,
      deno: Deno.execPath(),
      files: code.files,
      fetch: code.fetch ?? null,
      engine: code.engine ?? null,
      hosts: namedHosts(config, environment),
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

async function resolved(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return path;
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

/** A main process that is looked after from its first moment. */
type Attended = {
  /** What it says is kept until somebody listens. */
  channel: Channel;
  /** Its status once it and what `end` ends are gone. */
  ended(end: () => void | Promise<void>): Promise<number>;
  /** Resolves when it is dead. */
  kill(): Promise<void>;
};

/** SIGTERM and SIGHUP go on to `child`. */
function attend(child: ChildProcess): Attended {
  const exited = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(status ?? 128 + (SIGNALS[signal ?? ""] ?? 9)));
  });
  exited.catch(() => {});
  // The terminal sends Ctrl-C to both processes: what it means is for the main process to say.
  const ignore = () => {};
  const forward = (["SIGTERM", "SIGHUP"] as const).map((name) => ({ name, send: () => void child.kill(name) }));
  Deno.addSignalListener("SIGINT", ignore);
  Deno.addSignalListener("SIGQUIT", ignore);
  for (const { name, send } of forward) Deno.addSignalListener(name, send);
  const release = () => {
    Deno.removeSignalListener("SIGINT", ignore);
    Deno.removeSignalListener("SIGQUIT", ignore);
    for (const { name, send } of forward) Deno.removeSignalListener(name, send);
  };
  return {
    channel: typeof child.send === "function" ? kept(ipcChannel(child as unknown as IpcEnd)) : NO_CHANNEL,
    async ended(end) {
      try {
        const status = await exited;
        await end();
        return status;
      } finally {
        release();
      }
    },
    async kill() {
      child.kill("SIGKILL");
      await exited.catch(() => {});
      release();
    },
  };
}

/** Of a process that has none: it is never served. */
const NO_CHANNEL: Channel = { send: () => Promise.resolve(), listen: () => {}, closed: new Promise(() => {}) };

/** `channel`, whose messages wait for the first listener. */
function kept(channel: Channel): Channel {
  const waiting: unknown[] = [];
  const to: { heard?: (message: unknown) => void } = {};
  channel.listen((message) => to.heard ? to.heard(message) : void waiting.push(message));
  return {
    ...channel,
    listen(heard) {
      // Like a message from outside, not within the call: whoever listens may not be ready yet.
      queueMicrotask(() => {
        to.heard = heard;
        for (const message of waiting.splice(0)) heard(message);
      });
    },
  };
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

/** The launcher's end in this process: what the machine can confine, and the sandbox that tools get. */
import process from "node:process";
import { fetchOver } from "../security/egress/fetch_client.ts";
import { ipcChannel } from "../security/sandbox/channel.ts";
import type { Grant, Launcher, Powers } from "../security/sandbox/grant.ts";
import { DEFAULT_LIMITS } from "../security/sandbox/grant.ts";
import { launchedSandbox } from "../security/sandbox/launched.ts";
import { launcherOver } from "../security/sandbox/launcher_client.ts";
import { lazyFiles } from "../security/sandbox/files/lazy_files.ts";
import { PROTECTED_PATHS } from "../security/sandbox/protected.ts";
import type { Sandbox } from "../security/sandbox/sandbox.ts";
import { unavailable } from "./failure.ts";
import { parentGone } from "./parent_watch.ts";

export type Machine = { powers: Powers; sandbox: Sandbox; close(): Promise<void> };

/** The helper for files ends after so long without a call, milliseconds. */
const FILES_IDLE_MS = 20_000;
/** The longest that its end is waited for, milliseconds; it dies with this process. */
const FILES_LEAVE_MS = 5_000;

/** The launcher that started this process, and its death (everything that it ran is dead then); or null: `version`, `audit`, `config` and the like run without one. */
export function launcherOfThisProcess(): { launcher: Launcher; lost: Promise<void> } | null {
  if (typeof process.send !== "function") return null;
  const ipc = ipcChannel(process);
  const pid = Number(Deno.env.get("HAROMBE_LAUNCHER") ?? Deno.ppid);
  const channel = { ...ipc, closed: Promise.race([ipc.closed, parentGone(pid)]) };
  return { launcher: launcherOver(channel), lost: channel.closed };
}

/** Asks the launcher what it can do and builds the sandbox on it. Throws `unavailable` where there is no launcher. */
export async function openMachine(launcher: Launcher | null, signal: AbortSignal): Promise<Machine> {
  if (!launcher) {
    throw unavailable("no launcher started this process; start it by `deno task chat` or the harombe file");
  }
  const powers = await launcher.powers(signal);
  const { path, access } = powers.folder;
  const fetching = fetchOver((grant, of) => launcher.run(grant, of));
  if (powers.bubblewrap.state !== "ok") {
    const { openFolder } = await import("../security/sandbox/files/open_folder.ts");
    const files = openFolder(path, { writable: access === "rw", protectedPaths: PROTECTED_PATHS });
    return { powers, sandbox: launchedSandbox(launcher, { files, fetching }), close: () => Promise.resolve() };
  }
  const ended = new AbortController();
  const files = lazyFiles(
    () => launcher.run(filesGrant(access), ended.signal),
    { idleMs: FILES_IDLE_MS, leaveMs: FILES_LEAVE_MS },
  );
  const close = async () => {
    await files.end();
    ended.abort();
  };
  return { powers, sandbox: launchedSandbox(launcher, { files, fetching }), close };
}

function filesGrant(access: Powers["folder"]["access"]): Grant {
  return {
    program: "files",
    source: "",
    folder: access,
    cwd: "",
    env: {},
    limits: { ...DEFAULT_LIMITS, ms: 3_600_000, outputBytes: 64 << 20 },
  };
}

/** Measures what this machine can confine with, by running it. */
import { SEATBELT_LABEL } from "./seatbelt.ts";
import { bubblewrapOptions, type Confinement, type Machine } from "./bubblewrap.ts";
import { usablePlaces } from "./cgroup.ts";
import { diagnose, type Diagnosis, type Symptoms, SYSCTL } from "./diagnosis.ts";
import type { Folder } from "./folder.ts";
import { type Powers, Program } from "./grant.ts";
import { limitsHeld, type Place } from "./limits.ts";
import { behindPrelude, FD } from "./prelude.ts";
import { type Programs, unavailable } from "./program.ts";
import { seccompFilter } from "./seccomp.ts";
import { ask, start } from "./spawn.ts";

export type Measured = { bwrap: string | null; seccomp: Uint8Array | null; places: Place[]; powers: Powers };

const BWRAP = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"];

/** The first of `paths` that is a file. */
export async function firstFile(paths: readonly string[], signal: AbortSignal): Promise<string | null> {
  for (const path of paths) {
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch {
      signal.throwIfAborted();
    }
  }
  return null;
}

/** NUL-separated, as `bwrap --args` reads it. */
export function nulSeparated(args: readonly string[]): Uint8Array {
  const wrong = args.find((arg) => arg.includes("\0"));
  if (wrong !== undefined) throw new TypeError(`Cannot pass an argument with a NUL byte: ${JSON.stringify(wrong)}`);
  return new TextEncoder().encode(args.map((arg) => arg + "\0").join(""));
}

/** Runs `/bin/true` confined exactly as a run would be. Null if it worked, else what was printed. */
async function tryConfinement(
  bwrap: string,
  machine: Machine,
  options: { seccomp: Uint8Array | null },
  signal: AbortSignal,
): Promise<string | null> {
  const confinement: Confinement = {
    folder: { path: "/nonexistent", access: "none", hidden: [] },
    guarded: [],
    programs: [],
    env: {},
    cwd: "/",
    statusFd: FD.status,
    scratchBytes: 1 << 20,
    ...(options.seccomp === null ? {} : { seccompFd: FD.seccomp }),
  };
  const command = behindPrelude([bwrap, "--args", String(FD.args), "/bin/true"], { directories: [], values: [] });
  const run = start("/bin/bash", command, {
    env: {},
    cwd: "/",
    feeds: [
      nulSeparated(bubblewrapOptions(confinement, machine)),
      options.seccomp ?? new Uint8Array(),
      new Uint8Array(),
    ],
  });
  signal.addEventListener("abort", run.kill, { once: true });
  run.stdin.end();
  const decoder = new TextDecoder();
  const said: string[] = [];
  const drain = async () => {
    for await (const _ of run.stdout);
  };
  const listen = async () => {
    for await (const chunk of run.stderr) said.push(decoder.decode(chunk, { stream: true }));
  };
  const [code] = await Promise.all([run.exited, drain(), listen()]);
  signal.removeEventListener("abort", run.kill);
  signal.throwIfAborted();
  return code === 0 ? null : said.join("") || `exit status ${code}`;
}

async function symptoms(bwrap: string | null, stderr: string, signal: AbortSignal): Promise<Symptoms> {
  const read = async (path: string) => {
    const { code, stdout } = await ask("/bin/cat", [path], signal);
    return code === 0 ? stdout : undefined;
  };
  const [apparmor, clone, max, environ, dockerenv, containerenv, bash] = await Promise.all([
    read(SYSCTL.apparmor),
    read(SYSCTL.clone),
    read(SYSCTL.max),
    read("/proc/1/environ"),
    firstFile(["/.dockerenv"], signal),
    firstFile(["/run/.containerenv"], signal),
    firstFile(["/bin/bash"], signal),
  ]);
  const container = containerenv !== null
    ? "podman"
    : dockerenv !== null
    ? "docker"
    : environ?.split("\0").includes("container=lxc")
    ? "lxc"
    : null;
  return { bwrap, bash: bash !== null, stderr, sysctl: { apparmor, clone, max }, container, root: Deno.uid() === 0 };
}

/** One sentence for each program: `ok`, or why it cannot be had. Pure. */
function programPowers(
  programs: Programs,
  measured: { confined: boolean; pids: Powers["limits"]["pids"]; os: string },
): Powers["programs"] {
  const { confined, pids } = measured;
  const powers = Object.fromEntries(Program.options.map((name) => [name, "ok"])) as Record<Program, string>;
  if (programs.bash === null) powers.bash = unavailable("bash");
  if (programs.python === null) powers.python = unavailable("python");
  for (const name of ["files", "fetch", "engine"] as const) if (!programs[name]) powers[name] = unavailable(name);
  const without = confined
    ? pids === "none"
      ? "unavailable: nothing here bounds the number of processes; install a cgroup file system that the launcher may write"
      : null
    : measured.os === "windows"
    ? "unavailable: use WSL2"
    : "unavailable: install bubblewrap";
  if (without !== null) { for (const name of ["shell", "bash", "python"] as const) powers[name] = without; }
  if (!confined) powers.files = without!;
  // Native code is held by nothing but a sandbox.
  if (programs.mail === null) powers.mail = "unavailable: set security.alerts.email_url";
  if (!confined) powers.mail = without ?? "unavailable: install bubblewrap";
  if (!confined) powers.engine = without ?? "unavailable: install bubblewrap";
  if (measured.os === "windows") { for (const name of ["deno", "fetch", "observe"] as const) powers[name] = without!; }
  return powers as Powers["programs"];
}

/** Tries bubblewrap with the filter, and every cgroup that could be had. `name` begins the names of the groups tried. */
export async function probe(
  machine: Machine,
  options: { programs: Programs; folder: Folder; name: string },
  signal: AbortSignal,
): Promise<Measured> {
  const os = Deno.build.os;
  const seccomp = seccompFilter(Deno.build.arch);
  const bwrap = os === "linux" ? await firstFile(BWRAP, signal) : null;
  const trying = bwrap === null || options.programs.bash === null
    ? Promise.resolve("")
    : tryConfinement(bwrap, machine, { seccomp }, signal);
  const asking = bwrap === null ? Promise.resolve({ stdout: "" }) : ask(bwrap, ["--version"], signal);
  const [said, places, version] = await Promise.all([
    trying,
    os === "linux" ? usablePlaces(options.name, signal) : Promise.resolve([]),
    asking,
  ]);
  const failure: Diagnosis | null = said === null
    ? null
    : os === "linux"
    ? diagnose(await symptoms(bwrap, said, signal))
    : os === "windows"
    ? { cause: "Windows has no sandbox that harombe can drive.", cure: "unavailable: use WSL2." }
    : {
      cause: `The sandbox is ${SEATBELT_LABEL} (${os}) and is not driven there.`,
      cure: "unavailable: run harombe on Linux.",
    };
  const limits = limitsHeld(places, machine.root);
  const powers: Powers = {
    os,
    bubblewrap: failure === null
      ? { state: "ok", version: version.stdout.trim().replace(/^bubblewrap /, "") }
      : { state: "unavailable", ...failure },
    seccomp: failure === null && seccomp !== null,
    limits,
    programs: programPowers(options.programs, { confined: failure === null, pids: limits.pids, os }),
    folder: options.folder,
  };
  return { bwrap: failure === null ? bwrap : null, seccomp, places, powers };
}

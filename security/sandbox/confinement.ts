/** What surrounds one run, whoever puts it there. */
import type { Confinement, Hidden } from "./bubblewrap.ts";
import { OF_OTHERS, type Settled } from "./executors/executor.ts";
import { workingDirectory } from "./folder.ts";
import type { Grant, Program } from "./grant.ts";
import { hiddenNow, type House } from "./house.ts";
import { V8_RESERVES } from "./limits.ts";
import { FD, limitedInside } from "./prelude.ts";
import { commandOf } from "./program.ts";
import { secretsIn } from "./secrets_in.ts";
import { makeStores } from "./stores.ts";

const SCRATCH_BYTES = 256 * 2 ** 20;
/** Programs that Deno runs. */
const OF_DENO: readonly Program[] = ["deno", "files", "fetch", "engine", "mail"];

/**
 * The command of `grant` and all that may surround it, the same for every executor. What a run is given beside its own
 * (a socket, a variable) goes into `programs` and `env` here. Throws `TypeError` if the program is not here.
 */
export async function confinementOf(
  grant: Grant,
  house: House,
  settled: Settled,
  signal: AbortSignal,
): Promise<{ argv: string[]; confinement: Confinement }> {
  const { access, limits, wayOut } = settled;
  const folder = { path: house.powers.folder.path, access };
  const command = commandOf(grant, { folder, programs: house.programs, house });
  const v8 = OF_DENO.includes(grant.program) || wayOut !== null ? V8_RESERVES : 0;
  const beside = wayOut?.around(command.argv) ?? command.argv;
  await makeStores(grant, house);
  const argv = house.powers.limits.pids === "rlimit" || house.powers.limits.memory === "rlimit"
    ? limitedInside(beside, { dataBytes: limits.memoryBytes + v8, pids: limits.pids })
    : beside;
  const confinement: Confinement = {
    folder: { ...folder, hidden: access === "none" ? [] : await hiddenFrom(grant, house, signal) },
    guarded: settled.guarded,
    programs: [
      ...OF_OTHERS.includes(grant.program) ? house.owned.mounts : [],
      ...command.mounts,
      ...wayOut?.mounts ?? [],
    ],
    net: command.net ?? false,
    devices: command.devices ?? [],
    env: { ...command.env, ...wayOut?.env },
    cwd: workingDirectory(folder.path, grant.cwd),
    scratchBytes: Math.min(SCRATCH_BYTES, limits.memoryBytes),
    statusFd: FD.status,
    ...(house.seccomp === null ? {} : { seccompFd: FD.seccomp }),
    ...(command.source === undefined ? {} : { source: { path: command.source, fd: FD.source } }),
  };
  return { argv, confinement };
}

async function hiddenFrom(grant: Grant, house: House, signal: AbortSignal): Promise<Hidden[]> {
  const always = await hiddenNow(house, signal);
  if (!grant.withoutSecrets) return always;
  const known = new Set(always.map(({ path }) => path));
  return [...always, ...(await secretsIn(house.powers.folder.path, signal)).filter(({ path }) => !known.has(path))];
}

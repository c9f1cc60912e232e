/** All that the launcher has fixed before the main process exists. No message can change it. */
import { type Broker, createBroker } from "./broker/broker.ts";
import type { Machine } from "./bubblewrap.ts";
import { folderAccess, underInstalled, within } from "./folder.ts";
import { DEFAULT_LIMITS, type Executor, type Limits } from "./grant.ts";
import { hiddenIn, lookAtMachine } from "./machine.ts";
import { firstFile, type Measured, probe } from "./probe.ts";
import type { Fixed, OwnModule, Programs, Stores } from "./program.ts";
import { systemsHere } from "./systems.ts";
import { sweepGroups } from "./cgroup.ts";
import { sweepRuntimes } from "./sweep.ts";
import { NOT_OWNED, OF_OTHERS, type Owned } from "./executors/executor.ts";
import { chosenExecutor, type Offers, offersHere } from "./executors/offers.ts";

export type House = Measured & Fixed & {
  machine: Machine;
  programs: Programs;
  /** The person's home, whose secrets, and harombe's own directory, which as a whole, no run sees. */
  home: string;
  state: string;
  /** A private directory of this launcher, removed by `close`. */
  runtime: string;
  ceiling: Limits;
  named: readonly string[];
  certificates: string | null;
  /** Begins the name of every cgroup of this launcher. */
  name: string;
  /** Runs at once. */
  most: number;
  /** Judges what runs of code touch; null where it cannot be had. */
  broker: Broker | null;
  /** What the owner's configuration says of executors. */
  owned: Owned;
  /** The executor of runs that name none; null: none is good here, and there is Deno alone or nothing. */
  executor: Executor | null;
  offers: Offers;
  close(): Promise<void>;
};

export type HouseOptions = {
  /** As the person named it; links are resolved here. */
  folder: string;
  home: string;
  state: string;
  /** Deno's own binary. */
  deno: string;
  /** Directories of harombe's own code, absolute: a folder that holds one, or lies in one, is read-only. */
  installed?: readonly string[];
  files: OwnModule | null;
  fetch?: OwnModule | null;
  engine?: OwnModule | null;
  mail?: OwnModule | null;
  broker?: OwnModule | null;
  proxy?: OwnModule | null;
  relay?: OwnModule | null;
  /** Private places that the owner named for runs with a network: hosts, `host:port`, addresses, CIDRs. */
  named?: readonly string[];
  /** A file of certificate authorities that the owner trusts beside the system's, absolute. */
  certificates?: string | null;
  /** The owner's mail server, `host:port`. */
  mailServer?: string | null;
  /** Hosts that the owner named, as `host` or `host:port`: the process `fetch` may dial them though they are private. */
  hosts?: readonly string[];
  /** Further read-only directories of programs, absolute. */
  toolchains?: readonly string[];
  ceiling?: Limits;
  most?: number;
  owned?: Owned;
};

/** The most that any run may have unless the owner says otherwise: an hour, 64 MiB of output, 4 GiB, 512 processes, 8 cores. */
export const CEILING: Limits = {
  ms: 3_600_000,
  outputBytes: 64 << 20,
  memoryBytes: Math.max(DEFAULT_LIMITS.memoryBytes, 4 * 2 ** 30),
  pids: 512,
  cpuPercent: 800,
};

function storesOf(state: string): Stores {
  return { downloads: `${state}/downloads`, models: `${state}/models`, engines: `${state}/engines` };
}

/** The longest that removing what dead launchers left may take, milliseconds. */
const SWEEP_MS = 10_000;

async function resolved(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return path;
  }
}

/** A new directory that no run can see: what lies in it is mounted over secrets and in place of system files. */
async function privateDirectory(folder: string, state: string): Promise<string> {
  const prefix = `harombe-${Deno.pid}-`;
  const made = await Deno.makeTempDir({ prefix });
  if (!within(await Deno.realPath(made), folder)) return made;
  await Deno.remove(made);
  // A temporary directory inside the workspace, as TMPDIR may name one. Of the workspace only the state is hidden.
  return await Deno.makeTempDir({ dir: state, prefix });
}

/**
 * Measures the machine and fixes the folder. Throws `Deno.errors.NotFound` or `NotADirectory` if the folder cannot
 * be had. The caller must call `close`.
 */
export async function openHouse(options: HouseOptions, signal: AbortSignal): Promise<House> {
  const path = await Deno.realPath(options.folder);
  if (!(await Deno.stat(path)).isDirectory) throw new Deno.errors.NotADirectory(`Cannot work in the folder: ${path}`);
  const [home, state] = await Promise.all([resolved(options.home), resolved(options.state)]);
  const installed = await Promise.all((options.installed ?? []).map(resolved));
  const folder = underInstalled(folderAccess(path, home), installed);
  const runtime = await privateDirectory(path, state);
  await sweepRuntimes(runtime, signal);
  try {
    const [observed, machine, bash, python] = await Promise.all([
      systemsHere(home, signal),
      lookAtMachine(runtime, { toolchains: options.toolchains ?? [] }, signal),
      firstFile(["/bin/bash", "/usr/bin/bash"], signal),
      firstFile(["/usr/bin/python3", "/usr/local/bin/python3"], signal),
    ]);
    const programs: Programs = {
      deno: options.deno,
      bash,
      python,
      files: options.files,
      fetch: options.fetch ?? null,
      engine: options.engine ?? null,
      mail: options.mailServer ? options.mail ?? null : null,
      proxy: options.proxy ?? null,
      relay: options.relay ?? null,
      toolchains: machine.toolchains,
    };
    const name = `harombe-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
    const measured = await probe(machine, { programs, folder, name }, signal);
    // Nobody waits for what dead launchers left; it is gone when this house closes.
    const swept = sweepGroups(measured.places, AbortSignal.timeout(SWEEP_MS)).catch(() => {});
    const broker = options.broker && measured.bwrap !== null && measured.seccomp !== null
      ? createBroker({ bwrap: measured.bwrap, machine, deno: options.deno, module: options.broker, folder, runtime })
      : null;
    const owned = options.owned ?? NOT_OWNED;
    const offers = offersHere(owned);
    const house: House = {
      ...measured,
      broker,
      powers: { ...measured.powers, observed, brokered: broker !== null },
      machine,
      programs,
      home,
      state,
      stores: storesOf(state),
      hosts: options.hosts ?? [],
      mailServer: options.mailServer ?? null,
      named: options.named ?? [],
      certificates: options.certificates ?? null,
      runtime,
      ceiling: options.ceiling ?? CEILING,
      name,
      most: options.most ?? 8,
      owned,
      executor: null,
      offers,
      async close() {
        await broker?.stop();
        await swept;
        await Deno.remove(runtime, { recursive: true }).catch(() => {});
      },
    };
    return await withExecutor(house, signal);
  } catch (error) {
    await Deno.remove(runtime, { recursive: true }).catch(() => {});
    throw error;
  }
}

/**
 * `house` with the executor of runs that name none. Where the owner's own choice is not good, programs are unavailable
 * and nothing takes its place; with `auto` there is Deno alone, as before.
 */
async function withExecutor(house: House, signal: AbortSignal): Promise<House> {
  if (house.powers.os !== "linux") return house;
  const chosen = await chosenExecutor(house.owned, house, house.offers, signal);
  const { powers, programs, owned } = house;
  const executor = chosen.name;
  const changed = Object.fromEntries(OF_OTHERS.flatMap((program) => {
    const there = program === "bash" || program === "python" ? programs[program] !== null : true;
    if (executor === null) {
      return owned.executor === "auto"
        ? []
        : [[program, `unavailable: the sandbox of your configuration: ${chosen.why}`]];
    }
    return executor !== "bubblewrap" && house.bwrap === null && there && powers.limits.pids !== "none"
      ? [[program, "ok"]]
      : [];
  }));
  return { ...house, executor, powers: { ...powers, executor, programs: { ...powers.programs, ...changed } } };
}

/** What of the workspace must be covered now. */
export function hiddenNow(house: House, signal: AbortSignal): ReturnType<typeof hiddenIn> {
  return hiddenIn(house.powers.folder.path, { home: house.home, state: house.state }, signal);
}

/** One grant, run to its end. */
import { bubblewrapOptions, type Confinement, type Hidden } from "./bubblewrap.ts";
import { endGroups } from "./cgroup.ts";
import { lesserAccess, workingDirectory } from "./folder.ts";
import type {
  FolderAccess,
  Grant,
  Limits,
  Program,
  RunEvent,
  RunOutcome,
  RunQuestion,
  RunReply,
  Stop,
} from "./grant.ts";
import { commandFor, OBSERVING_PATH, Question } from "./observe.ts";
import { CEILING, hiddenNow, type House } from "./house.ts";
import { joiningOf, lesserLimits, V8_RESERVES } from "./limits.ts";
import { type Found, guardedMounts, planted, protectedPaths } from "./planted.ts";
import { behindPrelude, BY_VARIABLE, FD, type Joining, limitedInside } from "./prelude.ts";
import { nulSeparated } from "./probe.ts";
import { commandOf, denoOnly, fetchAlone, guardedSource, SAVES, unavailable, variables } from "./program.ts";
import { openUp, quarantine } from "./quarantine.ts";
import { secretsIn } from "./secrets_in.ts";
import { start, type Started } from "./spawn.ts";

export type RunIO = {
  /** Unique among the runs of this launcher. */
  id: string;
  input: ReadableStream<Uint8Array>;
  /** Awaited before more is read of the program. */
  output(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void>;
  /** Tells main what happened at the run's edge. */
  event(event: RunEvent): Promise<void>;
  /** Asks main; no while nobody answers. Rejects when the run is over. */
  question(about: RunQuestion): Promise<RunReply>;
  /** Held by a run from before it looks at what it protects until nobody can change that any more. */
  exclusive: { acquire(signal: AbortSignal): Promise<() => void> };
};

/** A run as it will be started: the program and what surrounds it. */
type Prepared = {
  args: string[];
  env: Record<string, string>;
  feeds: [Uint8Array, Uint8Array, Uint8Array];
  confined: RunOutcome["confined"];
};

const NOTHING = new Uint8Array();
const SCRATCH_BYTES = 256 * 2 ** 20;
const never = new AbortController().signal;
/** A model's weights and context are as large as they are; the machine is the bound. */
const ENGINE_CEILING: Limits = { ...CEILING, memoryBytes: Infinity, cpuPercent: Infinity };
const WITHOUT_FOLDER: readonly Program[] = ["fetch", "engine", "observe"];

/** Programs that Deno runs. */
const OF_DENO: readonly Program[] = ["deno", "files", "fetch", "engine"];
/** Processes of ours that live as long as main wants them and answer as much as they are asked. */
export const OF_OURS: readonly Program[] = ["files", "fetch", "engine"];

/** The directories of the state that `grant` mounts; links among them are refused. */
async function makeStores({ program, source }: Grant, { stores }: House): Promise<void> {
  const used = program === "fetch"
    ? source === SAVES ? [stores.downloads] : []
    : program === "engine"
    ? [stores.models, stores.engines]
    : [];
  for (const path of used) {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    if (!(await Deno.lstat(path)).isDirectory) throw new TypeError(`Cannot use ${path}: it is no directory of its own`);
  }
}

async function confinedRun(
  grant: Grant,
  house: House,
  settled: { access: FolderAccess; limits: Limits; joining: Joining; guarded: Confinement["guarded"] },
  signal: AbortSignal,
): Promise<Prepared> {
  const { access, limits, joining } = settled;
  const folder = { path: house.powers.folder.path, access };
  const command = commandOf(grant, { folder, programs: house.programs, house });
  const v8 = OF_DENO.includes(grant.program) ? V8_RESERVES : 0;
  await makeStores(grant, house);
  const argv = house.powers.limits.pids === "rlimit" || house.powers.limits.memory === "rlimit"
    ? limitedInside(command.argv, { dataBytes: limits.memoryBytes + v8, pids: limits.pids })
    : command.argv;
  const options = bubblewrapOptions({
    folder: { ...folder, hidden: access === "none" ? [] : await hiddenFrom(grant, house, signal) },
    guarded: settled.guarded,
    programs: command.mounts,
    net: command.net ?? false,
    devices: command.devices ?? [],
    env: command.env,
    cwd: workingDirectory(folder.path, grant.cwd),
    scratchBytes: Math.min(SCRATCH_BYTES, limits.memoryBytes),
    statusFd: FD.status,
    ...(house.seccomp === null ? {} : { seccompFd: FD.seccomp }),
    ...(command.source === undefined ? {} : { source: { path: command.source, fd: FD.source } }),
  }, house.machine);
  return {
    args: behindPrelude([house.bwrap!, "--args", String(FD.args), ...argv], joining),
    env: {},
    feeds: [nulSeparated(options), house.seccomp ?? NOTHING, new TextEncoder().encode(grant.source)],
    confined: "bubblewrap",
  };
}

async function hiddenFrom(grant: Grant, house: House, signal: AbortSignal): Promise<Hidden[]> {
  const always = await hiddenNow(house, signal);
  if (!grant.withoutSecrets) return always;
  const known = new Set(always.map(({ path }) => path));
  return [...always, ...(await secretsIn(house.powers.folder.path, signal)).filter(({ path }) => !known.has(path))];
}

/**
 * A question to the machine: its command is fixed, so nothing is around it but the limits. Nothing of the launcher's environment
 * reaches it. Podman alone gets the person's home, for an ordinary user's containers lie there.
 */
function observing(grant: Grant, house: House, joining: Joining): Prepared {
  const question = Question.parse(JSON.parse(grant.source));
  const podman = "engine" in question && question.engine === "podman";
  const uid = Deno.uid();
  return {
    args: behindPrelude(commandFor(question), joining, "keep"),
    env: {
      PATH: OBSERVING_PATH,
      LANG: "C.UTF-8",
      LC_ALL: "C.UTF-8",
      TERM: "dumb",
      HOME: podman ? house.home : "/nonexistent",
      ...(podman && uid ? { XDG_RUNTIME_DIR: `/run/user/${uid}` } : {}),
    },
    feeds: [NOTHING, NOTHING, NOTHING],
    confined: "nothing",
  };
}

async function denoOnlyRun(grant: Grant, house: House, options: { id: string; joining: Joining }): Promise<Prepared> {
  if (grant.program === "fetch") return await fetchOnlyRun(grant, house, options.joining);
  const module = `${house.runtime}/${options.id}.ts`;
  await Deno.writeTextFile(module, guardedSource(grant.source), { mode: 0o600 });
  const { args, env } = denoOnly(module);
  return {
    args: behindPrelude([...BY_VARIABLE, ...args], options.joining, "keep"),
    env: {
      ...variables(grant, { ours: env }),
      HOME: "/nonexistent",
      DENO_DIR: `${house.runtime}/deno`,
      HAROMBE_PROGRAM: house.programs.deno,
    },
    feeds: [NOTHING, NOTHING, NOTHING],
    confined: "deno only",
  };
}

async function fetchOnlyRun(grant: Grant, house: House, joining: Joining): Promise<Prepared> {
  if (!house.programs.fetch) throw new TypeError(unavailable("fetch"));
  await makeStores(grant, house);
  const { args, cache } = fetchAlone(house.programs.fetch, { ...house, saves: grant.source === SAVES });
  return {
    args: behindPrelude([...BY_VARIABLE, ...args], joining, "keep"),
    env: {
      ...variables(grant, { ours: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", DENO_TLS_CA_STORE: "mozilla,system" } }),
      HOME: "/nonexistent",
      DENO_DIR: cache ?? `${house.runtime}/deno`,
      HAROMBE_PROGRAM: house.programs.deno,
    },
    feeds: [NOTHING, NOTHING, NOTHING],
    confined: "deno only",
  };
}

/** Passes output on until `most` bytes went through; what comes after is dropped and `flooded` called once. */
function bounded(io: RunIO, most: number, flooded: () => void) {
  const left = { bytes: most };
  return async (stream: "stdout" | "stderr", from: AsyncIterable<Uint8Array>) => {
    try {
      for await (const chunk of from) {
        if (left.bytes <= 0) continue;
        const part = chunk.subarray(0, left.bytes);
        left.bytes -= part.length;
        await io.output(stream, new Uint8Array(part));
        if (part.length < chunk.length || left.bytes === 0) flooded();
      }
    } catch {
      // The pipe went away with its process.
    }
  };
}

/** `from`, with the beginning of its text kept in `said`. */
async function* overheard(from: AsyncIterable<Uint8Array>, said: string[]): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder();
  for await (const chunk of from) {
    if (said.length < 4) said.push(decoder.decode(chunk, { stream: true }).slice(0, 500));
    yield chunk;
  }
}

async function pump(input: ReadableStream<Uint8Array>, run: Started): Promise<void> {
  try {
    for await (const bytes of input) {
      await new Promise<void>((resolve, reject) =>
        run.stdin.write(bytes, (error) => error ? reject(error) : resolve())
      );
    }
  } catch {
    // The program does not listen any more.
  }
  run.stdin.end();
}

/** What lies in the workspace now, also in directories that the run has closed to everybody's eyes. */
async function leftIn(house: House): Promise<Found[]> {
  const looked = await protectedPaths(house.powers.folder.path, never);
  if (looked.whole) return looked.found;
  await openUp(house, never);
  return (await protectedPaths(house.powers.folder.path, never)).found;
}

/**
 * Runs `grant` as far as `house` allows it, and no further: the lesser of each limit, the lesser access.
 * Aborting `signal` kills the whole tree; its reason, a `Stop`, becomes the outcome's. Throws if the run was refused
 * or could not be confined; then nothing has run.
 */
export async function runGrant(grant: Grant, house: House, io: RunIO, signal: AbortSignal): Promise<RunOutcome> {
  const began = performance.now();
  const available = house.powers.programs[grant.program];
  if (available !== "ok") throw new Error(`Cannot run ${grant.program}: ${available}`);
  const limits = lesserLimits(grant.limits, grant.program === "engine" ? ENGINE_CEILING : house.ceiling);
  const access = house.bwrap === null || WITHOUT_FOLDER.includes(grant.program)
    ? "none"
    : lesserAccess(grant.folder, house.powers.folder.access);
  const ours = OF_OURS.includes(grant.program);
  const joining = joiningOf(house.places, `${house.name}-${io.id}`, limits);
  const stop: { why?: Stop } = {};
  // A process of ours runs long: its first word shows that its mounts are made.
  const release = access === "rw" ? await io.exclusive.acquire(signal) : () => {};
  try {
    const before = access === "rw" ? (await protectedPaths(house.powers.folder.path, signal)).found : [];
    const prepared = grant.program === "observe"
      ? observing(grant, house, joining)
      : house.bwrap === null
      ? await denoOnlyRun(grant, house, { id: io.id, joining })
      : await confinedRun(grant, house, { access, limits, joining, guarded: guardedMounts(before) }, signal);
    signal.throwIfAborted();
    const run = start("/bin/bash", prepared.args, { env: prepared.env, cwd: "/", feeds: prepared.feeds });
    const halt = (why: Stop) => {
      stop.why ??= why;
      run.kill();
    };
    const aborted = () => halt(signal.reason === "launcher" ? "launcher" : "cancelled");
    signal.addEventListener("abort", aborted, { once: true });
    const timer = ours ? undefined : setTimeout(() => halt("time"), limits.ms);
    const heard: RunIO = ours ? { ...io, output: (stream, bytes) => (release(), io.output(stream, bytes)) } : io;
    const pass = bounded(heard, ours ? Infinity : limits.outputBytes, () => halt("output"));
    void pump(io.input, run);
    const said: string[] = [];
    const reading = Promise.all([pass("stdout", run.stdout), pass("stderr", overheard(run.stderr, said)), run.status]);
    const code = await run.exited;
    clearTimeout(timer);
    signal.removeEventListener("abort", aborted);
    const { outOfMemory } = await endGroups(joining, never);
    const [, , status] = await reading;
    const begun = prepared.confined === "bubblewrap"
      ? status.includes('"child-pid"')
      : !said.join("").startsWith("harombe: cannot");
    if (stop.why === undefined && !begun) {
      throw new Error(`Cannot confine ${grant.program}: ${said.join("").trim() || `exit status ${code}`}`);
    }
    if (outOfMemory && code !== 0) stop.why ??= "memory";
    if (access === "rw" && !ours) {
      const found = planted(before, await leftIn(house));
      if (found.length > 0) {
        const place = await quarantine(found, house, never);
        const names = found.map(({ path }) => path.slice(house.powers.folder.path.length + 1)).join(", ");
        const note = `\nharombe: a run may not make ${names}: moved to ${place}\n`;
        stop.why ??= "launcher";
        await io.output("stderr", new TextEncoder().encode(note));
      }
    }
    return {
      code,
      ...(stop.why === undefined ? {} : { stopped: stop.why }),
      ms: Math.round((performance.now() - began) * 1000) / 1000,
      confined: prepared.confined,
    };
  } finally {
    release();
    if (house.bwrap === null) await Deno.remove(`${house.runtime}/${io.id}.ts`).catch(() => {});
  }
}

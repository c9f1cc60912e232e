/** One grant, run to its end. */
import { endGroups } from "./cgroup.ts";
import { countdown } from "./countdown.ts";
import type { Settled } from "./executors/executor.ts";
import { chosenFor } from "./executors/prepare.ts";
import { bounded, overheard, pump } from "./flow.ts";
import { lesserAccess } from "./folder.ts";
import type { Grant, Limits, Program, RunEvent, RunOutcome, RunQuestion, RunReply, Stop } from "./grant.ts";
import { CEILING, type House } from "./house.ts";
import { joiningOf, lesserLimits } from "./limits.ts";
import { type Found, guardedMounts, planted, protectedPaths } from "./planted.ts";
import { openUp, quarantine } from "./quarantine.ts";
import { start } from "./spawn.ts";
import { openWayOut, RELAY, type WayOut } from "./way_out.ts";

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

const never = new AbortController().signal;
/** A model's weights and context are as large as they are; the machine is the bound. */
const ENGINE_CEILING: Limits = { ...CEILING, memoryBytes: Infinity, cpuPercent: Infinity };
const WITHOUT_FOLDER: readonly Program[] = ["fetch", "engine", "mail", "observe"];

/** Processes of ours that live as long as main wants them and answer as much as they are asked. */
export const OF_OURS: readonly Program[] = ["files", "fetch", "engine", "mail"];

/** Programs of a model, which alone may be given a way out. */
const WITH_EGRESS: readonly Program[] = ["shell", "bash", "python", "deno"];

function withRelay(limits: Limits): Limits {
  return { ...limits, pids: limits.pids + RELAY.pids, memoryBytes: limits.memoryBytes + RELAY.memoryBytes };
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
  const { prepare, own, held } = await chosenFor(grant, house, signal);
  const asked = lesserLimits(grant.limits, grant.program === "engine" ? ENGINE_CEILING : house.ceiling);
  const granted = grant.egress === undefined ? asked : withRelay(asked);
  const limits = { ...granted, pids: granted.pids + own.pids, memoryBytes: granted.memoryBytes + own.memoryBytes };
  const access = !held || WITHOUT_FOLDER.includes(grant.program)
    ? "none"
    : lesserAccess(grant.folder, house.powers.folder.access);
  const ours = OF_OURS.includes(grant.program);
  const joining = joiningOf(house.places, `${house.name}-${io.id}`, limits);
  const stop: { why?: Stop; planted?: string[] } = {};
  const ending: { halt?: (why: Stop) => void } = {};
  const clearing: { clear?: () => Promise<void>; stop?: () => void; wayOut?: WayOut } = {};
  // A process of ours runs long: its first word shows that its mounts are made.
  const release = access === "rw" ? await io.exclusive.acquire(signal) : () => {};
  try {
    const before = access === "rw" ? (await protectedPaths(house.powers.folder.path, signal)).found : [];
    const clock = countdown(limits.ms, () => ending.halt?.("time"));
    clearing.stop = clock.stop;
    const question: RunIO["question"] = (about) => clock.paused(() => io.question(about));
    const edge = { event: io.event, question };
    if (grant.egress !== undefined) {
      if (!WITH_EGRESS.includes(grant.program)) {
        throw new TypeError(`Cannot give ${grant.program} a network of its own`);
      }
      clearing.wayOut = await openWayOut(grant.egress, house, io);
    }
    const wayOut = clearing.wayOut ?? null;
    const guarded = guardedMounts(before);
    const settled: Settled = { id: io.id, access, limits, joining, guarded, edge, wayOut };
    const prepared = await prepare(grant, house, settled, signal);
    clearing.clear = prepared.clear;
    signal.throwIfAborted();
    const run = start("/bin/bash", prepared.args, { ...prepared, cwd: "/" });
    const halt = (why: Stop) => {
      stop.why ??= why;
      run.kill();
    };
    ending.halt = halt;
    const aborted = () => halt(signal.reason === "launcher" ? "launcher" : "cancelled");
    signal.addEventListener("abort", aborted, { once: true });
    if (!ours) clock.start();
    const heard: RunIO = ours ? { ...io, output: (stream, bytes) => (release(), io.output(stream, bytes)) } : io;
    const pass = bounded(heard, ours ? Infinity : limits.outputBytes, () => halt("output"));
    void pump(io.input, run);
    const said: string[] = [];
    const stderr = prepared.said?.(run.stderr) ?? run.stderr;
    const reading = Promise.all([pass("stdout", run.stdout), pass("stderr", overheard(stderr, said)), run.status]);
    const code = await run.exited;
    clock.stop();
    signal.removeEventListener("abort", aborted);
    const { outOfMemory } = await endGroups(joining, never);
    const [, , status] = await reading;
    if (stop.why === undefined && !prepared.begun({ status, said: said.join(""), code })) {
      throw new Error(`Cannot confine ${grant.program}: ${said.join("").trim() || `exit status ${code}`}`);
    }
    if (outOfMemory && code !== 0) stop.why ??= "memory";
    if (access === "rw" && !ours) {
      const found = planted(before, await leftIn(house));
      if (found.length > 0) {
        const place = await quarantine(found, house, never);
        stop.planted = found.map(({ path }) => path.slice(house.powers.folder.path.length + 1));
        const note = `\nharombe: a run may not make ${stop.planted.join(", ")}: moved to ${place}\n`;
        stop.why ??= "launcher";
        await io.output("stderr", new TextEncoder().encode(note));
      }
    }
    return {
      code,
      ...(stop.why === undefined ? {} : { stopped: stop.why }),
      ...(stop.planted === undefined ? {} : { planted: stop.planted }),
      ms: Math.round((performance.now() - began) * 1000) / 1000,
      confined: prepared.confined,
    };
  } finally {
    clearing.stop?.();
    release();
    await clearing.clear?.();
    await clearing.wayOut?.close();
  }
}

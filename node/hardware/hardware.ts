/** What this machine is made of. A figure that cannot be read is null, and `why` says the reason; none is ever 0 instead. */
import * as z from "zod";
import { type Ask, type Read, read, Why } from "./ask.ts";
import { type AppleMachine, parseApple } from "./apple.ts";
import { parsePower, Power } from "./battery.ts";
import { Cpu, parseCpuinfo, parseLscpu } from "./cpu.ts";
import { Disk, diskOf, keepsFiles, parseDf } from "./disk.ts";
import { Gpu } from "./gpu.ts";
import { askGpus, gpusOf } from "./gpus.ts";

export const Hardware = z.object({
  os: z.string().nullable(),
  arch: z.string(),
  cpu: Cpu.nullable(),
  /** RAM in bytes: all, and what programs may still take without swapping. */
  memoryBytes: z.number().nullable(),
  memoryFreeBytes: z.number().nullable(),
  /** Empty with `why.gpus` null: the machine was looked at and has none. */
  gpus: z.array(Gpu),
  disks: z.array(Disk),
  /** The file system of harombe's state directory. */
  stateDisk: Disk.nullable(),
  power: Power.nullable(),
  why: z.object({ cpu: Why, memory: Why, gpus: Why, disks: Why, power: Why }),
});
export type Hardware = z.infer<typeof Hardware>;

/** What the process itself may know. Bytes; null = it may not. */
export type OwnFacts = { os: string | null; memoryBytes: number | null; memoryFreeBytes: number | null };

export type HardwareOptions = {
  ask: Ask;
  facts: OwnFacts;
  /** Absolute. */
  stateDirectory: string;
  /** `Deno.build` of this process. */
  build: { os: string; arch: string };
};

/** Asks everything at once. Throws only the signal's reason. */
export async function readHardware(options: HardwareOptions, signal: AbortSignal): Promise<Hardware> {
  const { ask, facts, stateDirectory, build } = options;
  const mac = build.os === "darwin";
  const [apple, cpu, gpus, mounted, power] = await Promise.all([
    mac ? readApple(ask, signal) : null,
    mac ? null : readCpu(ask, signal),
    mac ? null : askGpus(ask, signal).then(gpusOf),
    read("disks", { ask, parse: readDisks }, signal),
    mac ? null : read("battery", { ask, parse: parsePower }, signal),
  ]);
  const disks = mounted.value ?? [];
  const processor = apple ? appleCpu(apple) : cpu!;
  return {
    os: facts.os,
    arch: build.arch,
    cpu: processor.value,
    memoryBytes: facts.memoryBytes,
    memoryFreeBytes: facts.memoryFreeBytes,
    gpus: apple ? apple.value?.gpus ?? [] : gpus!.gpus,
    disks: disks.filter(keepsFiles),
    stateDisk: diskOf(disks, stateDirectory),
    power: apple ? macPower(apple.value) : power!.value,
    why: {
      cpu: processor.why,
      memory: facts.memoryBytes === null ? "this process may not ask for it" : null,
      gpus: apple ? apple.why : gpus!.why,
      disks: mounted.why,
      power: apple ? apple.why : power!.why,
    },
  };
}

/** The GPUs alone, with what is not known of them. */
export async function readGpus(
  { ask, build }: Pick<HardwareOptions, "ask" | "build">,
  signal: AbortSignal,
): Promise<{ gpus: Gpu[]; why: string | null }> {
  if (build.os !== "darwin") return gpusOf(await askGpus(ask, signal));
  const apple = await readApple(ask, signal);
  return { gpus: apple.value?.gpus ?? [], why: apple.why };
}

/** The processor alone; /proc/cpuinfo answers where lscpu is missing. */
export async function readCpu(ask: Ask, signal: AbortSignal): Promise<Read<Cpu>> {
  const first = await read("cpu", { ask, parse: parseLscpu }, signal);
  if (first.value !== null) return first;
  const second = await read("cpuinfo", { ask, parse: parseCpuinfo }, signal);
  return second.value !== null ? second : first;
}

/** Batteries and mains alone. */
export async function readPower(
  { ask, build }: Pick<HardwareOptions, "ask" | "build">,
  signal: AbortSignal,
): Promise<Read<Power>> {
  if (build.os !== "darwin") return await read("battery", { ask, parse: parsePower }, signal);
  const apple = await readApple(ask, signal);
  if (apple.value === null) return apple;
  return { value: macPower(apple.value)!, why: null };
}

function macPower(apple: AppleMachine | null): Power | null {
  return apple && { batteries: apple.batteries, onMains: apple.onMains };
}

async function readApple(ask: Ask, signal: AbortSignal): Promise<Read<AppleMachine>> {
  return await read("apple", { ask, parse: parseApple }, signal);
}

function appleCpu({ value, why }: Read<AppleMachine>): Read<Cpu> {
  if (value === null) return { value, why: why! };
  const { model, cores } = value;
  return { value: { model, cores, threads: null, flags: [], hypervisor: null }, why: null };
}

/** Every mount: the state directory may lie on one that keeps no files for long. */
export function readDisks(text: string): Disk[] | null {
  const all = parseDf(text);
  return all.length > 0 ? all : null;
}

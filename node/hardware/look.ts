/** One look at a part of this machine: what `system_info` answers beyond its overview. The schemas are its `data`. */
import * as z from "zod";
import { type Ask, read, Why } from "./ask.ts";
import { Power } from "./battery.ts";
import { Cpu } from "./cpu.ts";
import { Disk, diskOf, keepsFiles } from "./disk.ts";
import { Gpu } from "./gpu.ts";
import { readCpu, readDisks, readGpus, readPower } from "./hardware.ts";
import { NetworkInterface, parseIp } from "./network_interface.ts";
import { parseSs, Port } from "./port.ts";
import { parsePs, Process } from "./process.ts";

/** The parts, each asked for by `about`. */
const PARTS = ["gpu", "cpu", "battery", "disks", "processes", "ports", "network"] as const;
export type Part = typeof PARTS[number];

/** Null is what could not be read; `why` then says the reason. Sizes in bytes, times in seconds, shares in percent. */
export const Looked = z.discriminatedUnion("about", [
  z.object({ about: z.literal("gpu"), gpus: z.array(Gpu), why: Why }),
  z.object({ about: z.literal("cpu"), cpu: Cpu.nullable(), why: Why }),
  z.object({ about: z.literal("battery"), power: Power.nullable(), why: Why }),
  z.object({ about: z.literal("disks"), disks: z.array(Disk).nullable(), why: Why }),
  /** Largest memory first, at most `MOST_PROCESSES`; `count` is how many run. */
  z.object({
    about: z.literal("processes"),
    processes: z.array(Process).nullable(),
    count: z.number().nullable(),
    why: Why,
  }),
  /** By port. */
  z.object({ about: z.literal("ports"), ports: z.array(Port).nullable(), why: Why }),
  z.object({ about: z.literal("network"), interfaces: z.array(NetworkInterface).nullable(), why: Why }),
]);
export type Looked = z.infer<typeof Looked>;

/** Of all processes, so many by memory are told, and as many by processor time. */
const MOST_PROCESSES = 200;

export type LookOptions = { ask: Ask; build: { os: string; arch: string } };

/** Looks at `part`. Throws only the signal's reason. */
export async function look(part: Part, { ask, build }: LookOptions, signal: AbortSignal): Promise<Looked> {
  switch (part) {
    case "gpu":
      return { about: "gpu", ...await readGpus({ ask, build }, signal) };
    case "cpu": {
      const { value, why } = await readCpu(ask, signal);
      return { about: "cpu", cpu: value, why };
    }
    case "battery": {
      const { value, why } = await readPower({ ask, build }, signal);
      return { about: "battery", power: value, why };
    }
    case "disks": {
      const { value, why } = await read("disks", { ask, parse: readDisks }, signal);
      return { about: "disks", disks: value?.filter(keepsFiles) ?? null, why };
    }
    case "processes": {
      const { value, why } = await read("processes", { ask, parse: readProcesses }, signal);
      return { about: "processes", processes: value && largest(value), count: value?.length ?? null, why };
    }
    case "ports": {
      const { value, why } = await read("sockets", { ask, parse: parseSs }, signal);
      return { about: "ports", ports: value, why };
    }
    case "network": {
      const { value, why } = await read("addresses", { ask, parse: parseIp }, signal);
      return { about: "network", interfaces: value, why };
    }
  }
}

/** The file system that holds the absolute `path`. Throws only the signal's reason. */
export async function diskAt(
  path: string,
  { ask }: LookOptions,
  signal: AbortSignal,
): Promise<{ disk: Disk | null; why: string | null }> {
  const { value, why } = await read("disks", { ask, parse: readDisks }, signal);
  return { disk: diskOf(value ?? [], path), why };
}

function readProcesses(text: string): Process[] | null {
  const all = parsePs(text);
  return all.length > 0 ? all : null;
}

/** The largest by memory and the busiest, largest first. Pure. */
export function largest(processes: readonly Process[], most = MOST_PROCESSES): Process[] {
  const byMemory = processes.toSorted((a, b) => b.memoryBytes - a.memoryBytes);
  const busy = new Set(processes.toSorted((a, b) => b.cpuPercent - a.cpuPercent).slice(0, most));
  return byMemory.filter((process, at) => at < most || busy.has(process));
}

/** The parts of `system_info`'s `data`, as far as the fixed commands read them; null = not known, `why` says the reason. */
import { z } from "zod";

const why = z.string().nullable();
export const ProcessesData = z.object({
  about: z.literal("processes"),
  processes: z.array(z.object({
    pid: z.number(),
    user: z.string(),
    cpuPercent: z.number(),
    memoryBytes: z.number(),
    name: z.string(),
  })).nullable(),
  /** How many run; more than are listed. */
  count: z.number().nullable(),
  why,
});
export const PortsData = z.object({
  about: z.literal("ports"),
  ports: z.array(z.object({
    protocol: z.string(),
    port: z.number(),
    address: z.string(),
    loopback: z.boolean(),
    programs: z.array(z.object({ name: z.string(), pid: z.number() })),
  })).nullable(),
  why,
});
export const NetworkData = z.object({
  about: z.literal("network"),
  interfaces: z.array(z.object({
    name: z.string(),
    up: z.boolean(),
    loopback: z.boolean(),
    addresses: z.array(z.object({ address: z.string(), family: z.string(), scope: z.string() })),
  })).nullable(),
  why,
});
export const BatteryData = z.object({
  about: z.literal("battery"),
  power: z.object({
    batteries: z.array(z.object({ name: z.string(), percent: z.number().nullable(), status: z.string().nullable() })),
    onMains: z.boolean().nullable(),
  }).nullable(),
  why,
});
export const GpuData = z.object({
  about: z.literal("gpu"),
  gpus: z.array(z.object({
    name: z.string(),
    memoryBytes: z.number().nullable(),
    memoryFreeBytes: z.number().nullable(),
    why,
  })),
  why,
});
export const DisksData = z.object({
  about: z.literal("disks"),
  disks: z.array(z.object({ filesystem: z.string(), mount: z.string(), bytes: z.number(), freeBytes: z.number() }))
    .nullable(),
  why,
});

/** The parts of `system_info`'s `data`, as far as the fixed commands read them; null = not known, `why` says the reason. */
import * as z from "zod/mini";

const why = z.nullable(z.string());
export const ProcessesData = z.object({
  about: z.literal("processes"),
  processes: z.nullable(z.array(z.object({
    pid: z.number(),
    user: z.string(),
    cpuPercent: z.number(),
    memoryBytes: z.number(),
    name: z.string(),
  }))),
  /** How many run; more than are listed. */
  count: z.nullable(z.number()),
  why,
});
export const PortsData = z.object({
  about: z.literal("ports"),
  ports: z.nullable(z.array(z.object({
    protocol: z.string(),
    port: z.number(),
    address: z.string(),
    loopback: z.boolean(),
    programs: z.array(z.object({ name: z.string(), pid: z.number() })),
  }))),
  why,
});
export const NetworkData = z.object({
  about: z.literal("network"),
  interfaces: z.nullable(z.array(z.object({
    name: z.string(),
    up: z.boolean(),
    loopback: z.boolean(),
    addresses: z.array(z.object({ address: z.string(), family: z.string(), scope: z.string() })),
  }))),
  why,
});
export const BatteryData = z.object({
  about: z.literal("battery"),
  power: z.nullable(z.object({
    batteries: z.array(z.object({ name: z.string(), percent: z.nullable(z.number()), status: z.nullable(z.string()) })),
    onMains: z.nullable(z.boolean()),
  })),
  why,
});
export const GpuData = z.object({
  about: z.literal("gpu"),
  gpus: z.array(z.object({
    name: z.string(),
    memoryBytes: z.nullable(z.number()),
    memoryFreeBytes: z.nullable(z.number()),
    why,
  })),
  why,
});
export const DisksData = z.object({
  about: z.literal("disks"),
  disks: z.nullable(
    z.array(z.object({ filesystem: z.string(), mount: z.string(), bytes: z.number(), freeBytes: z.number() })),
  ),
  why,
});

/** The parts of `security:` that say how programs are held. Names of `containers` are those of harombe 0.3 where they exist. */
import * as z from "zod";
import { isHostOrRange } from "../egress/hosts.ts";
import { Executor, type Grant } from "./grant.ts";

const unit = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 } as const;
const Memory = z.string().regex(/^\d{1,9}[kmg]$/i, { error: "write a number and k, m or g, as in 512m" });

/** `/path`, `/path:/inside`, either with `:ro` or `:rw` behind it; read-only if neither is said. */
export const MOUNT = /^(\/[^:,"\n]*)(?::(\/[^:,"\n]*))?(?::(ro|rw))?$/;

/** What holds the programs of one tool. `image` and `mounts` are read by the launcher from the file itself. */
export const Container = z.strictObject({
  image: z.string().min(1).max(300).optional(),
  enabled: z.boolean().default(true),
  resources: z.strictObject({
    /** Cores. */
    cpu_limit: z.number().positive().max(64).optional(),
    memory_limit: Memory.optional(),
    pids_limit: z.int().min(1).max(4096).default(100),
  }).prefault({}),
  /** Hosts that its runs may always be given, as in `security.egress.allow`; a private place must stand there. */
  egress_allow: z.array(z.string().refine(isHostOrRange, "it is no host, host:port, address or range")).max(1000)
    .default([]),
  mounts: z.array(z.string().regex(MOUNT, { error: "write /path or /path:/inside, then :ro or :rw" })).max(20).default(
    [],
  ),
  /** Seconds; the most that a call may ask for. */
  timeout: z.int().min(1).max(3600).optional(),
});
export type Container = z.infer<typeof Container>;

export const SandboxConfig = z.strictObject({
  executor: z.enum(["auto", ...Executor.options]).default("auto"),
});
export const Containers = z.strictObject({ shell: Container.prefault({}), code: Container.prefault({}) });
export type Containers = z.infer<typeof Containers>;

/** `grant` with the owner's limits for its tool: never more than it asked for. Pure. */
export function withinContainer(grant: Grant, containers: Containers): Grant {
  const { resources: { cpu_limit, memory_limit, pids_limit }, timeout } =
    containers[grant.program === "shell" ? "shell" : "code"];
  const memory = /^(\d+)([kmg])$/i.exec(memory_limit ?? "");
  const bytes = memory === null ? Infinity : Number(memory[1]) * unit[memory[2].toLowerCase() as keyof typeof unit];
  const { limits } = grant;
  return {
    ...grant,
    limits: {
      ...limits,
      ms: Math.min(limits.ms, (timeout ?? Infinity) * 1000),
      pids: Math.min(limits.pids, pids_limit),
      memoryBytes: Math.min(limits.memoryBytes, Math.max(1, bytes)),
      cpuPercent: Math.min(limits.cpuPercent, Math.max(1, Math.round((cpu_limit ?? Infinity) * 100))),
    },
  };
}

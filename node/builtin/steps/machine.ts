/** Answers about what this machine does now, from one part of `system_info`. */
import * as z from "zod/mini";
import { textOf } from "../../chat.ts";
import type { FrameOf } from "../frame.ts";
import { BatteryData, DisksData, GpuData, NetworkData, PortsData, ProcessesData } from "../machine_shape.ts";
import { dataOf } from "../shape.ts";
import { counted, cut, humanSize, table } from "../show.ts";
import { call, StepFailed, type Steps } from "../step.ts";

export type Part = "processes" | "ports" | "network" | "battery" | "gpu" | "disks";

const MOST_ROWS = 40;

/** What `system_info` tells of `part`; throws StepFailed with its reason where it tells nothing. */
function* looked<T extends { why: string | null }>(part: Part, schema: z.ZodMiniType<T>): Steps<T> {
  const result = yield* call("system_info", { about: part });
  // An older tool knows no parts and answers something else.
  const known = z.object({ about: z.literal(part) }).safeParse(result.data).success;
  if (!known) throw new StepFailed(`unavailable: the tool system_info does not tell of ${part} here.`);
  return dataOf(result, schema);
}

const missing = (part: string, why: string | null): string =>
  why !== null && why.startsWith("unavailable")
    ? `${part}: ${why}`
    : `${part}: unavailable: ${why ?? "this machine did not tell it"}`;

export function* processesSteps(frame: FrameOf<"processes">): Steps {
  const { processes, count, why } = yield* looked("processes", ProcessesData);
  if (processes === null) return missing("processes", why);
  if (frame.count) return count === null ? missing("processes", why) : `${counted(count, "process")} running.`;
  const row = (
    p: typeof processes[number],
  ) => [humanSize(p.memoryBytes), `${p.cpuPercent} %`, String(p.pid), p.user, p.name];
  const head = ["memory", "cpu", "pid", "user", "name"];
  if (frame.named !== undefined) {
    const wanted = frame.named.toLowerCase();
    const found = processes.filter((p) => p.name.toLowerCase().includes(wanted.slice(0, 15)));
    const all = count !== null && count > processes.length;
    if (found.length === 0) {
      return `No process called ${frame.named}${all ? ` among the ${processes.length} that use the most` : ""}.`;
    }
    return `Yes, ${counted(found.length, "process")} with ${frame.named} in the name:\n${
      cut(table([head, ...found.map(row)], [0, 1, 2]).split("\n"), MOST_ROWS)
    }`;
  }
  const by = frame.by === "cpu"
    ? (p: typeof processes[number]) => p.cpuPercent
    : (p: typeof processes[number]) => p.memoryBytes;
  const best = processes.toSorted((a, b) => by(b) - by(a)).slice(0, frame.n ?? 10);
  const what = frame.by === "cpu" ? "processor time over their life, percent of one core" : "memory";
  return `Most ${what}:\n${table([head, ...best.map(row)], [0, 1, 2])}`;
}

export function* portsSteps(frame: FrameOf<"ports">): Steps {
  const { ports, why } = yield* looked("ports", PortsData);
  if (ports === null) return missing("ports", why);
  const found = ports.filter((p) => frame.port === undefined || p.port === frame.port);
  if (found.length === 0) {
    return frame.port === undefined ? "Nothing listens here." : `Nothing listens on port ${frame.port}: it is free.`;
  }
  const rows = found.map((p) => [
    String(p.port),
    p.protocol,
    p.loopback ? `${p.address} (this machine only)` : p.address,
    p.programs.map(({ name, pid }) => `${name} (${pid})`).join(", ") || "program not told to this account",
  ]);
  const head = frame.port === undefined ? `${counted(found.length, "open port")}:` : `Port ${frame.port} is in use:`;
  return `${head}\n${cut(table(rows, [0]).split("\n"), MOST_ROWS)}`;
}

export function* networkText(): Steps {
  const { interfaces, why } = yield* looked("network", NetworkData);
  if (interfaces === null) return missing("network", why);
  return table(interfaces.map((i) => [
    i.name,
    i.up ? "up" : "down",
    i.addresses.map((a) => a.address).join(", ") || "no address",
  ]));
}

/** Addresses that other machines could use; the one that the world sees is a router's and not known here. */
export function* ipText(): Steps {
  const { interfaces, why } = yield* looked("network", NetworkData);
  if (interfaces === null) return missing("ip", why);
  const rows = interfaces.filter((i) => !i.loopback)
    .flatMap((i) => i.addresses.filter((a) => a.scope !== "link").map((a) => [a.address, a.family, i.name]));
  return rows.length === 0 ? "This machine has no address but its own loopback." : table(rows);
}

export function* batteryText(): Steps {
  const { power, why } = yield* looked("battery", BatteryData);
  if (power === null) return missing("battery", why);
  const mains = power.onMains === null ? "" : power.onMains ? " On mains." : " Not on mains.";
  if (power.batteries.length === 0) return `This machine has no battery.${mains}`;
  return power.batteries.map((b) => `${b.name}: ${b.percent ?? "?"} %, ${(b.status ?? "state unknown").toLowerCase()}.`)
    .join("\n") + mains;
}

export function* gpuText(): Steps {
  const { gpus, why } = yield* looked("gpu", GpuData);
  if (gpus.length === 0) return why === null ? "This machine shows no graphics processor." : missing("gpu", why);
  return gpus.map((g) => {
    const memory = g.memoryBytes === null
      ? `memory unknown${g.why ? ` (${g.why})` : ""}`
      : `${humanSize(g.memoryBytes)}${g.memoryFreeBytes === null ? "" : `, ${humanSize(g.memoryFreeBytes)} free`}`;
    return `${g.name}: ${memory}`;
  }).join("\n");
}

export function* mountsText(): Steps {
  const { disks, why } = yield* looked("disks", DisksData);
  if (disks === null) return missing("disks", why);
  const share = (part: number, whole: number) => whole === 0 ? "" : `${Math.round((100 * part) / whole)} % free`;
  const rows = disks.map((
    d,
  ) => [d.mount, humanSize(d.bytes), humanSize(d.freeBytes), share(d.freeBytes, d.bytes), d.filesystem]);
  return table([["mount", "size", "free", "", "device"], ...rows], [1, 2, 3]);
}

/** What a tool says in its own words, for tools whose answer is a text. */
export function* saidBy(tool: string, args: Record<string, unknown>): Steps {
  const result = yield* call(tool, args);
  return textOf(result.content).trim() || "(nothing)";
}

/**
 * What docker and podman say, as rows. Of one container only what is named here is told: its environment, labels and command line
 * hold secrets. Pure.
 */
import * as z from "zod";
import { jsonValue } from "../json_value.ts";

export type Container = { name: string; image: string; state: string; status: string; ports: string };
export type ContainerUse = { name: string; cpu: string; memory: string };

const Text = z.string().default("").catch("");
const Ports = z.array(z.object({
  host_ip: Text,
  host_port: z.number().optional(),
  container_port: z.number().optional(),
  protocol: Text,
}));
const Row = z.object({
  Names: z.union([z.string(), z.array(z.string())]).default(""),
  Image: Text,
  State: Text,
  Status: Text,
  Ports: z.union([z.string(), Ports]).nullable().default("").catch(""),
});

/** `docker ps --format '{{json .}}'` (a line each) or `podman ps --format json` (a list); null if neither. */
export function containerRows(text: string): Container[] | null {
  return rowsOf(text, Row)?.map(({ Names, Image, State, Status, Ports: ports }) => ({
    name: [Names].flat().join(", "),
    image: Image,
    state: State,
    status: Status,
    ports: typeof ports === "string" ? ports : (ports ?? []).map(portText).join(", "),
  })) ?? null;
}

function portText({ host_ip, host_port, container_port, protocol }: z.infer<typeof Ports>[number]): string {
  return `${host_ip === "" ? "0.0.0.0" : host_ip}:${host_port ?? "?"}->${container_port ?? "?"}/${protocol || "tcp"}`;
}

const Use = z.object({
  Name: Text,
  name: Text,
  CPUPerc: Text,
  cpu_percent: Text,
  MemUsage: Text,
  mem_usage: Text,
});

/** `docker stats --no-stream`, or podman's, in the same two forms. */
export function statRows(text: string): ContainerUse[] | null {
  return rowsOf(text, Use)?.map((use) => ({
    name: use.Name || use.name,
    cpu: use.CPUPerc || use.cpu_percent,
    memory: use.MemUsage || use.mem_usage,
  })) ?? null;
}

const Inspected = z.array(z.object({
  Name: Text,
  ImageName: Text,
  Created: Text,
  RestartCount: z.number().optional(),
  Config: z.object({ Image: Text, User: Text }).optional(),
  State: z.object({
    Status: Text,
    ExitCode: z.number().optional(),
    StartedAt: Text,
    FinishedAt: Text,
    OOMKilled: z.boolean().optional(),
    Health: z.object({ Status: Text }).nullish(),
  }).optional(),
  HostConfig: z.object({
    NetworkMode: Text,
    Privileged: z.boolean().optional(),
    RestartPolicy: z.object({ Name: Text }).nullish(),
  }).optional(),
  Mounts: z.array(z.object({ Source: Text, Destination: Text, RW: z.boolean().optional() })).nullish(),
}));

/** The first of `docker inspect`; null if it is no such answer. */
export function containerOf(text: string): Record<string, string> | null {
  const [one] = Inspected.safeParse(jsonValue(text)).data ?? [];
  if (one === undefined) return null;
  const { State: state, Config: config, HostConfig: host } = one;
  const all: Record<string, string | undefined> = {
    name: one.Name.replace(/^\//, ""),
    image: one.ImageName || config?.Image,
    status: state?.Status,
    health: state?.Health?.Status,
    "exit code": state?.ExitCode?.toString(),
    "out of memory": state?.OOMKilled ? "yes" : undefined,
    started: state?.StartedAt,
    finished: state?.FinishedAt.startsWith("0001-") ? undefined : state?.FinishedAt,
    restarts: one.RestartCount?.toString(),
    "restart policy": host?.RestartPolicy?.Name,
    network: host?.NetworkMode,
    privileged: host?.Privileged ? "yes" : undefined,
    user: config?.User,
    mounts: one.Mounts?.map(({ Source, Destination, RW }) =>
      `${Source} at ${Destination}${RW === false ? " (read-only)" : ""}`
    )
      .join(", "),
  };
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ""),
  );
}

function rowsOf<T>(text: string, row: z.ZodType<T>): T[] | null {
  const whole = text.trim();
  const values = whole === "" ? [] : whole.startsWith("[") ? jsonValue(whole) : whole.split("\n").map(jsonValue);
  const parsed = z.array(row).safeParse(values);
  return parsed.success ? parsed.data : null;
}

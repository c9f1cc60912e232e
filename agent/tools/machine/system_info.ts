/**
 * `system_info`: this machine's figures. Its `data`: without `about` an `Overview` (below), with it a `Looked`
 * (node/hardware/look.ts, where each part's schema is). Sizes in bytes, times in seconds, `time` in milliseconds since 1970.
 */
import * as z from "zod";
import type { Looked, Part } from "../../../node/hardware/look.ts";
import type { Observe } from "../../../security/sandbox/observe.ts";
import type { Sandbox } from "../../../security/sandbox/sandbox.ts";
import type { Tool } from "../../../security/tool.ts";
import { answer } from "../bounded.ts";
import { machineText } from "./machine_text.ts";
import { bytesText } from "../shown.ts";

const ABOUT = ["gpu", "cpu", "battery", "disks", "processes", "ports", "network"] as const satisfies readonly Part[];
const SystemArguments = z.object({ about: z.enum(ABOUT).optional() });

/** What the process itself may know; null is what it may not. Sizes in bytes, times in seconds. */
export const MachineFacts = z.object({
  os: z.string().nullable(),
  host: z.string().nullable(),
  cores: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  memoryFreeBytes: z.number().nullable(),
  /** Averages over 1, 5 and 15 minutes, separated by spaces. */
  load: z.string().nullable(),
  uptimeSeconds: z.number().nullable(),
});
export type MachineFacts = z.infer<typeof MachineFacts>;

/** `data` of a call without `about`. The disk is the one that holds the working folder. */
export const Overview = z.object({
  time: z.number(),
  timeZone: z.string(),
  ...MachineFacts.shape,
  diskBytes: z.number().nullable(),
  diskFreeBytes: z.number().nullable(),
});
export type Overview = z.infer<typeof Overview>;

export type Machine = {
  /** Asked at each call. */
  facts: () => MachineFacts;
  /** Looks at one part by `observe`. Rejects only with the signal's reason. */
  look: (part: Part, observe: Observe, signal: AbortSignal) => Promise<Looked>;
  /** The room on the file system that holds the absolute `path`, or why it is not known. */
  diskAt: (path: string, observe: Observe, signal: AbortSignal) => Promise<DiskAt>;
};
type DiskAt = { disk: { bytes: number; freeBytes: number } | null; why: string | null };

/** It reads figures only, by fixed questions that no argument changes. */
export function systemInfo(machine: Machine): Tool<z.infer<typeof SystemArguments>> {
  return {
    name: "system_info",
    description: "Time, OS, cores, memory, load, disk; or one part of this machine.",
    parameters: SystemArguments,
    needs: { files: "none", run: "none", observe: true },
    readOnly: true,
    assess: () => ({ risk: "LOW", reasons: ["reads figures of this machine"] }),
    effects: () => [],
    decisive: [],
    yields: () => ({ kind: "tool", name: "system_info" }),
    targets: ({ about }) => [about ?? "system"],
    run: async ({ about }, { sandbox }, signal) => {
      if (about !== undefined) {
        const looked = await machine.look(about, sandbox.observe, signal);
        return answer(machineText(looked), looked);
      }
      return await overview(machine, sandbox, signal);
    },
  };
}

async function overview(machine: Machine, sandbox: Sandbox, signal: AbortSignal) {
  const { folder } = await sandbox.powers(signal);
  const { disk, why } = await machine.diskAt(folder.path, sandbox.observe, signal);
  const known = { ...machine.facts(), diskBytes: disk?.bytes ?? null, diskFreeBytes: disk?.freeBytes ?? null };
  const now = new Date();
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const size = (bytes: number | null) => bytes === null ? null : bytesText(bytes);
  const rows: [string, string | null][] = [
    ["time", `${now.toLocaleString("sv-SE", { timeZone })} ${timeZone}`],
    ["os", known.os],
    ["host", known.host],
    ["cores", known.cores?.toString() ?? null],
    ["memory", size(known.memoryBytes) && `${size(known.memoryBytes)}, ${size(known.memoryFreeBytes) ?? "?"} free`],
    ["load", known.load],
    ["uptime", known.uptimeSeconds === null ? null : `${(known.uptimeSeconds / 3600).toFixed(1)} hours`],
    ["disk", size(known.diskBytes) && `${size(known.diskBytes)}, ${size(known.diskFreeBytes) ?? "?"} free (workspace)`],
  ];
  const lines = rows.map(([name, value]) =>
    `${name}: ${value ?? `unavailable${name === "disk" && why ? `: ${why.replace(/^unavailable: /, "")}` : ""}`}`
  );
  const data: Overview = { time: now.getTime(), timeZone, ...known };
  return answer(lines.join("\n"), data);
}

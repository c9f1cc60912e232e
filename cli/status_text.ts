/** `status` as lines for a person. Pure. */
import type { Gpu } from "../node/hardware/gpu.ts";
import type { Hardware } from "../node/hardware/hardware.ts";
import type { Recommendation } from "../node/recommend.ts";
import type { Standing } from "./doctor/standing.ts";
import type { Powers } from "../security/sandbox/grant.ts";

/** What `status` tells. */
export type Status = {
  version: string;
  state: { path: string; bytes: number | null };
  config: { ok: boolean; text: string };
  /** Every server that was asked and answered or was configured; `models` null where it did not answer. */
  servers: { label: string; base: string; models: number | null; error: string | null }[];
  /** How many sessions are kept and when the last was used, milliseconds since 1970 UTC. */
  sessions: { count: number; last: number | null; why: string | null };
  audit: { records: number | null; state: string };
  powers: Powers | null;
  /** What stands behind the door; empty where the settings are broken. */
  standing?: Standing[];
  /** With `--hardware`. */
  hardware?: Hardware;
  recommendation?: Recommendation;
};

/** A figure of memory or disk in powers of two, as `free -h` and `df -h` show it. */
export function sizeText(bytes: number | null): string {
  if (bytes === null) return "unknown";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}

/** All of it, a line for each thing; `now` in milliseconds since 1970 UTC. */
export function statusText(status: Status, now: number): string {
  const { version, state, config, servers, sessions, audit, powers } = status;
  const last = sessions.last === null ? "" : `, last used ${ago(now - sessions.last)}`;
  const lines = [
    row("version", version),
    row("state", `${state.path}${state.bytes === null ? "" : `, ${sizeText(state.bytes)}`}`),
    row("config", `${config.ok ? "" : "broken: "}${config.text}`),
    ...(servers.length === 0 ? [row("models", "no model server answers at the usual ports")] : servers.map((one) =>
      row(
        "models",
        one.models === null
          ? `${one.label} at ${one.base}: ${one.error}`
          : `${one.label} at ${one.base}: ${counted(one.models, "model")}`,
      )
    )),
    row("sessions", sessions.why ?? `${sessions.count}${last}`),
    row("audit", audit.records === null ? audit.state : `${counted(audit.records, "record")}, ${audit.state}`),
    ...(status.standing ?? []).map(({ name, text }) => row(name, text)),
    row("sandbox", powers === null ? "unavailable: no launcher started this process" : sandboxLine(powers)),
  ];
  if (status.hardware) lines.push("", ...hardwareLines(status.hardware));
  if (status.recommendation) {
    const { reason, model, sources } = status.recommendation;
    lines.push("", row("fits", reason));
    if (model !== null) lines.push(row("", `to fetch one: harombe models pull ${model.name}`));
    lines.push(...sources.map((source) => row("", `source: ${source}`)));
  }
  return lines.join("\n");
}

function sandboxLine({ bubblewrap, seccomp, limits, folder }: NonNullable<Status["powers"]>): string {
  const wrap = bubblewrap.state === "ok" ? `bubblewrap ${bubblewrap.version}` : "no bubblewrap (see harombe doctor)";
  return `${wrap}, seccomp ${
    seccomp ? "on" : "off"
  }, limits by ${limits.memory}; folder ${folder.path} (${folder.access})`;
}

/** The whole table of the machine. What is not known says why. */
export function hardwareLines(hardware: Hardware): string[] {
  const { cpu, why, power, stateDisk } = hardware;
  const counts = cpu && `${cpu.cores ?? "?"} cores, ${cpu.threads ?? "?"} threads`;
  const virtual = cpu?.hypervisor ? `, virtual machine (${cpu.hypervisor})` : "";
  return [
    row("os", `${hardware.os ?? "unknown"} (${hardware.arch})`),
    row("cpu", cpu === null ? unknown(why.cpu) : `${cpu.model ?? "unknown model"}: ${counts}${virtual}`),
    ...(cpu !== null && cpu.flags.length > 0 ? [row("", cpu.flags.join(" "))] : []),
    row(
      "memory",
      hardware.memoryBytes === null
        ? unknown(why.memory)
        : `${sizeText(hardware.memoryBytes)}, ${sizeText(hardware.memoryFreeBytes)} available`,
    ),
    ...(hardware.gpus.length === 0
      ? [row("gpu", why.gpus === null ? "none" : unknown(why.gpus))]
      : hardware.gpus.map((gpu, at) => row(`gpu ${at}`, gpuLine(gpu)))),
    ...(hardware.disks.length === 0 ? [row("disk", unknown(why.disks))] : hardware.disks.map((disk) => {
      const here = stateDisk !== null && disk.mount === stateDisk.mount ? "; harombe's files" : "";
      return row(
        "disk",
        `${disk.mount}: ${sizeText(disk.bytes)}, ${sizeText(disk.freeBytes)} free (${disk.filesystem}${here})`,
      );
    })),
    row("power", power === null ? unknown(why.power) : powerLine(power)),
  ];
}

function gpuLine(gpu: Gpu): string {
  const memory = gpu.memoryBytes === null
    ? "memory unknown"
    : `${sizeText(gpu.memoryBytes)}${gpu.unified ? " shared with the machine" : ""}, ${
      sizeText(gpu.memoryUsedBytes)
    } used, ${sizeText(gpu.memoryFreeBytes)} free`;
  const more = [
    gpu.usePercent === null ? null : `${gpu.usePercent} % busy`,
    gpu.celsius === null ? null : `${gpu.celsius} °C`,
    gpu.driver === null ? null : `driver ${gpu.driver}`,
    gpu.why,
  ].filter((part) => part !== null);
  return `${gpu.name}: ${[memory, ...more].join(", ")}`;
}

function powerLine({ batteries, onMains }: NonNullable<Hardware["power"]>): string {
  const mains = onMains === null ? null : onMains ? "on mains" : "not on mains";
  const each = batteries.map(({ name, percent, status }) =>
    `${name} ${percent ?? "?"} %${status ? ` (${status})` : ""}`
  );
  return [...(each.length > 0 ? each : ["no battery"]), mains].filter((part) => part !== null).join(", ");
}

function unknown(why: string | null): string {
  return why !== null && why.startsWith("unavailable") ? why : `unknown: ${why ?? "not told"}`;
}

function row(name: string, text: string): string {
  return `${name.padEnd(9)} ${text}`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 120) return `${counted(minutes, "minute")} ago`;
  return minutes < 2880
    ? `${counted(Math.floor(minutes / 60), "hour")} ago`
    : `${counted(Math.floor(minutes / 1440), "day")} ago`;
}

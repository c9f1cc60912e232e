/** What a look at the machine tells a model, as lines. Pure. */
import type { Looked } from "../../../node/hardware/look.ts";
import { bytesText } from "../shown.ts";

/** Lines of the longest lists. */
const MOST_LINES = 60;
const TOP = 12;

const size = (bytes: number | null) => bytes === null ? "unknown" : bytesText(bytes);

/** One line for each thing; `unavailable: …` where it could not be read. */
export function machineText(looked: Looked): string {
  const lines = linesOf(looked);
  const shown = lines.slice(0, MOST_LINES);
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more`);
  if (looked.why !== null) shown.push(/^unavailable/.test(looked.why) ? looked.why : `unavailable: ${looked.why}`);
  return shown.join("\n");
}

function linesOf(looked: Looked): string[] {
  switch (looked.about) {
    case "gpu":
      if (looked.gpus.length === 0) return looked.why === null ? ["no GPU"] : [];
      return looked.gpus.map((gpu) => {
        const memory = gpu.memoryBytes === null
          ? `memory unknown (${gpu.why ?? "not told"})`
          : `${size(gpu.memoryBytes)}${gpu.unified ? " shared with the machine" : ""}, ${
            size(gpu.memoryFreeBytes)
          } free`;
        const use = gpu.usePercent === null ? "" : `, ${gpu.usePercent} % busy`;
        return `${gpu.name}: ${memory}${use}${gpu.celsius === null ? "" : `, ${gpu.celsius} °C`}`;
      });
    case "cpu": {
      const { cpu } = looked;
      if (cpu === null) return [];
      const counts = `${cpu.cores ?? "?"} cores, ${cpu.threads ?? "?"} threads`;
      return [`${cpu.model ?? "unknown model"}: ${counts}${cpu.hypervisor ? `, virtual (${cpu.hypervisor})` : ""}`];
    }
    case "battery": {
      const { power } = looked;
      if (power === null) return [];
      const mains = power.onMains === null ? "" : `; ${power.onMains ? "on" : "not on"} mains`;
      if (power.batteries.length === 0) return [`no battery${mains}`];
      return power.batteries.map((one) =>
        `${one.name}: ${one.percent ?? "?"} %, ${one.status ?? "status unknown"}${mains}`
      );
    }
    case "disks":
      return (looked.disks ?? []).map((disk) =>
        `${disk.mount}: ${size(disk.bytes)}, ${size(disk.freeBytes)} free (${disk.filesystem})`
      );
    case "processes": {
      if (looked.processes === null) return [];
      const row = (p: NonNullable<typeof looked.processes>[number]) =>
        `${p.pid} ${p.name} (${p.user}): ${size(p.memoryBytes)}, ${p.cpuPercent} % of a core`;
      const busy = looked.processes.toSorted((a, b) => b.cpuPercent - a.cpuPercent).slice(0, TOP);
      return [
        `${looked.count} processes; most memory:`,
        ...looked.processes.slice(0, TOP).map(row),
        "most processor time over their life:",
        ...busy.map(row),
      ];
    }
    case "ports":
      if (looked.ports?.length === 0) return ["nothing listens"];
      return (looked.ports ?? []).map((port) => {
        const who = port.programs.map(({ name, pid }) => `${name} (${pid})`).join(", ") ||
          "program not told to this account";
        return `${port.protocol} ${port.port} at ${port.address}: ${who}`;
      });
    case "network":
      return (looked.interfaces ?? []).map((one) =>
        `${one.name} (${one.up ? "up" : "down"}): ${
          one.addresses.map(({ address }) => address).join(", ") || "no address"
        }`
      );
  }
}

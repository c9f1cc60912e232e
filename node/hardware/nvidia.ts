/**
 * NVIDIA's own answer, `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`: a line for each GPU, memory in MiB.
 * Fields that a GPU or driver does not have read `[N/A]`, `[Not Supported]`, `[Unknown Error]`, `[Insufficient Permissions]`
 * (nvidia-smi(1), driver 580).
 */
import { whole } from "./ask.ts";
import type { Gpu } from "./gpu.ts";

const MIB = 2 ** 20;

/**
 * The GPUs in the order of their index; null if the text is no such answer. Columns: index, name, memory.total, memory.used,
 * memory.free, utilization.gpu, temperature.gpu, driver_version.
 */
export function parseNvidia(text: string): Gpu[] | null {
  const rows = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const gpus = rows.flatMap((row): Gpu[] => {
    const columns = row.slice(0, 1000).split(/,\s?/);
    if (columns.length < 8 || whole(columns[0]) === null) return [];
    const [total, used, free, use, celsius, driver] = columns.slice(-6).map((column) => column.trim());
    const bytes = (mib: string) => {
      const count = whole(mib);
      return count === null ? null : count * MIB;
    };
    return [{
      vendor: "NVIDIA",
      name: columns.slice(1, -6).join(", ").trim(),
      memoryBytes: bytes(total) || null,
      memoryUsedBytes: bytes(used),
      memoryFreeBytes: bytes(free),
      unified: bytes(total) ? false : null,
      usePercent: whole(use),
      celsius: whole(celsius),
      driver: driver.startsWith("[") ? null : driver,
      why: bytes(total) ? null : `nvidia-smi says ${total} for its memory`,
    }];
  });
  return gpus.length > 0 || text.startsWith("No devices were found") ? gpus : null;
}

/**
 * macOS by `system_profiler -json SPHardwareDataType SPDisplaysDataType SPPowerDataType`. Apple's own processors share the machine's
 * memory with their GPU; the GPUs of older Macs tell theirs as `spdisplays_vram`. Pure. Unverified on this OS.
 */
import * as z from "zod";
import { json } from "./ask.ts";
import type { Battery } from "./battery.ts";
import type { Gpu } from "./gpu.ts";

const Text = z.string().optional().catch(undefined);
const Said = z.object({
  SPHardwareDataType: z.array(z.object({
    chip_type: Text,
    cpu_type: Text,
    physical_memory: Text,
    number_processors: z.union([z.string(), z.number()]).optional().catch(undefined),
  })).default([]),
  SPDisplaysDataType: z.array(z.object({
    _name: Text,
    sppci_model: Text,
    spdisplays_vendor: Text,
    spdisplays_vram: Text,
    _spdisplays_vram: Text,
    spdisplays_vram_shared: Text,
  })).default([]),
  SPPowerDataType: z.array(z.record(z.string(), z.unknown())).default([]),
});

export type AppleMachine = {
  model: string | null;
  cores: number | null;
  memoryBytes: number | null;
  gpus: Gpu[];
  batteries: Battery[];
  onMains: boolean | null;
};

/** The machine, or null if the text is no such answer. */
export function parseApple(text: string): AppleMachine | null {
  const parsed = Said.safeParse(json(text));
  const hardware = parsed.data?.SPHardwareDataType[0];
  if (!parsed.success || hardware === undefined) return null;
  const memoryBytes = size(hardware.physical_memory);
  const cores = /(\d+)/.exec(String(hardware.number_processors ?? ""))?.[1];
  const power = parsed.data.SPPowerDataType;
  return {
    model: hardware.chip_type ?? hardware.cpu_type ?? null,
    cores: cores === undefined ? null : Number(cores),
    memoryBytes,
    gpus: parsed.data.SPDisplaysDataType.map((display): Gpu => {
      const name = display.sppci_model ?? display._name ?? "GPU";
      const apple = /apple/i.test(`${display.spdisplays_vendor} ${name}`);
      const memory = apple
        ? memoryBytes
        : size(display.spdisplays_vram ?? display._spdisplays_vram ?? display.spdisplays_vram_shared);
      const maker = `${display.spdisplays_vendor} ${name}`;
      return {
        vendor: apple
          ? "Apple"
          : /nvidia/i.test(maker)
          ? "NVIDIA"
          : /amd|ati|radeon/i.test(maker)
          ? "AMD"
          : /intel/i.test(maker)
          ? "Intel"
          : "other",
        name,
        memoryBytes: memory,
        memoryUsedBytes: null,
        memoryFreeBytes: null,
        unified: apple || display.spdisplays_vram_shared !== undefined,
        usePercent: null,
        celsius: null,
        driver: null,
        why: memory === null
          ? "system_profiler does not tell its memory"
          : "system_profiler does not tell what is used",
      };
    }),
    ...battery(power),
  };
}

function battery(power: Record<string, unknown>[]): { batteries: Battery[]; onMains: boolean | null } {
  const charge = power.map((one) => one.sppower_battery_charge_info).find((one) => one !== undefined) as
    | Record<string, unknown>
    | undefined;
  const charger = power.map((one) => one.sppower_ac_charger_information ?? one).find((one) =>
    typeof one === "object" && one !== null && "sppower_battery_charger_connected" in one
  ) as Record<string, unknown> | undefined;
  const connected = charger?.sppower_battery_charger_connected;
  const percent = Number(charge?.sppower_battery_state_of_charge);
  return {
    batteries: charge === undefined ? [] : [{
      name: "InternalBattery",
      percent: Number.isFinite(percent) && percent >= 0 && percent <= 100 ? percent : null,
      status: charge.sppower_battery_is_charging === "TRUE" ? "Charging" : null,
    }],
    onMains: connected === "TRUE" ? true : connected === "FALSE" ? false : null,
  };
}

/** `16 GB` or `1536 MB` in bytes. macOS means powers of two here. */
function size(text: string | undefined): number | null {
  const found = /^(\d{1,7}) (MB|GB|TB)$/.exec(text ?? "");
  return found === null ? null : Number(found[1]) * 2 ** { MB: 20, GB: 30, TB: 40 }[found[2] as "MB" | "GB" | "TB"];
}

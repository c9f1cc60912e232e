/** Batteries and mains as Linux shows them below /sys/class/power_supply (kernel docs ABI/testing/sysfs-class-power). Pure. */
import * as z from "zod";
import { whole } from "./ask.ts";

export const Battery = z.object({
  name: z.string(),
  /** Charge, 0 to 100. */
  percent: z.number().nullable(),
  /** Charging, Discharging, Not charging, Full, Unknown. */
  status: z.string().nullable(),
});
export type Battery = z.infer<typeof Battery>;

export const Power = z.object({
  /** Those that run the machine; none where the list is empty. */
  batteries: z.array(Battery),
  /** Null: no supply tells. */
  onMains: z.boolean().nullable(),
});
export type Power = z.infer<typeof Power>;

/** From lines `path=first line of the file`. Batteries of mice and phones (`scope` Device) are left out. */
export function parsePower(text: string): Power {
  const supplies = new Map<string, Map<string, string>>();
  for (const line of text.split("\n")) {
    const found = /^\/sys\/class\/power_supply\/([^/=]{1,60})\/([a-z_0-9]{1,60})=(.{0,200})$/.exec(line);
    if (found === null) continue;
    const of = supplies.get(found[1]) ?? new Map<string, string>();
    supplies.set(found[1], of.set(found[2], found[3].trim()));
  }
  const all = [...supplies].filter(([, files]) => files.get("scope") !== "Device");
  const online = all.filter(([, files]) => files.get("type") !== "Battery").flatMap(([, files]) => {
    const value = whole(files.get("online"));
    return value === null ? [] : [value > 0];
  });
  return {
    batteries: all.filter(([, files]) => files.get("type") === "Battery" && files.get("present") !== "0").map((
      [name, files],
    ) => ({ name, percent: charge(files), status: files.get("status") ?? null })),
    onMains: online.length === 0 ? null : online.includes(true),
  };
}

function charge(files: Map<string, string>): number | null {
  const capacity = whole(files.get("capacity"));
  if (capacity !== null) return Math.min(100, capacity);
  for (const kind of ["energy", "charge"]) {
    const [now, full] = [whole(files.get(`${kind}_now`)), whole(files.get(`${kind}_full`))];
    if (now !== null && full) return Math.min(100, Math.round((100 * now) / full));
  }
  return null;
}

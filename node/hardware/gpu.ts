/** A graphics processor, as far as the machine tells. */
import * as z from "zod";
import { Why } from "./ask.ts";

export const Gpu = z.object({
  vendor: z.enum(["NVIDIA", "AMD", "Intel", "Apple", "other"]),
  name: z.string(),
  /** Bytes of its own memory; of the machine's where `unified`. Null = not known, never 0. */
  memoryBytes: z.number().nullable(),
  memoryUsedBytes: z.number().nullable(),
  memoryFreeBytes: z.number().nullable(),
  /** True: it works in the machine's own memory. Null: not known. */
  unified: z.boolean().nullable(),
  /** Share of the last sample period in which it worked, percent. */
  usePercent: z.number().nullable(),
  celsius: z.number().nullable(),
  driver: z.string().nullable(),
  /** Why something above is not known. */
  why: Why,
});
export type Gpu = z.infer<typeof Gpu>;

/** PCI vendor ids (pci.ids). */
const VENDORS: Record<string, Gpu["vendor"]> = { "10de": "NVIDIA", "1002": "AMD", "8086": "Intel", "106b": "Apple" };

/** The vendor of a PCI id as sysfs (`0x1002`) or lspci (`1002`) writes it. */
export function vendorOf(id: string): Gpu["vendor"] {
  return VENDORS[id.toLowerCase().replace(/^0x/, "")] ?? "other";
}

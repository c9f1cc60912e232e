/** AMD's `rocm-smi --showproductname --showmeminfo vram --json`: an object for each card, values as text. Pure. */
import * as z from "zod";
import { json, whole } from "./ask.ts";
import type { Gpu } from "./gpu.ts";

const Said = z.record(z.string(), z.record(z.string(), z.string()));

/** The cards in the order of their number; null if the text is no such answer. Key names changed between ROCm 4 and 6. */
export function parseRocm(text: string): Gpu[] | null {
  const start = text.indexOf("{");
  if (start < 0) return null;
  const parsed = Said.safeParse(json(text.slice(start)));
  if (!parsed.success) return null;
  return Object.entries(parsed.data).filter(([name]) => /^card\d+$/.test(name)).map(([, card]): Gpu => {
    const field = (...names: string[]) =>
      Object.entries(card).find(([key]) => names.includes(key.toLowerCase().replaceAll("_", " ")))?.[1];
    const total = whole(field("vram total memory (b)")) || null;
    const used = whole(field("vram total used memory (b)"));
    return {
      vendor: "AMD",
      name: field("card series", "device name", "card model") ?? "AMD GPU",
      memoryBytes: total,
      memoryUsedBytes: used,
      memoryFreeBytes: total === null || used === null ? null : Math.max(0, total - used),
      unified: null,
      usePercent: null,
      celsius: null,
      driver: null,
      why: total === null ? "rocm-smi does not tell its memory" : null,
    };
  });
}

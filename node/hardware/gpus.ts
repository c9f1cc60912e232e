/** Every graphics processor of this machine, each from the source that knows it best. */
import { type Ask, type Read, read } from "./ask.ts";
import { type Card, parseDrm } from "./drm.ts";
import type { Gpu } from "./gpu.ts";
import { parseNvidia } from "./nvidia.ts";
import { type Display, parsePci } from "./pci.ts";
import { parseRocm } from "./rocm.ts";

export type Sources = {
  nvidia: Read<Gpu[]>;
  rocm: Read<Gpu[]>;
  drm: Read<Card[]>;
  pci: Read<Display[]>;
};

/** Asks Linux's four sources at once. */
export async function askGpus(ask: Ask, signal: AbortSignal): Promise<Sources> {
  const [nvidia, rocm, drm, pci] = await Promise.all([
    read("nvidia", { ask, parse: parseNvidia }, signal),
    read("rocm", { ask, parse: parseRocm }, signal),
    read("drm", { ask, parse: parseDrm }, signal),
    read("pci", { ask, parse: parsePci }, signal),
  ]);
  return { nvidia, rocm, drm, pci };
}

/**
 * NVIDIA's cards as its driver tells them; the others as the kernel does, named by lspci; AMD's tool where the kernel does not tell
 * their memory. `why` says what failed where nothing was found. Pure.
 */
export function gpusOf({ nvidia, rocm, drm, pci }: Sources): { gpus: Gpu[]; why: string | null } {
  const nameAt = (slot: string | null) => pci.value?.find((display) => display.slot === slot)?.name;
  const cards = (drm.value ?? []).map(({ slot, gpu }) => ({ ...gpu, name: nameAt(slot) ?? gpu.name }));
  const known = nvidia.value ?? [];
  const others = cards.filter((gpu) => gpu.vendor !== "NVIDIA" || known.length === 0)
    .map((gpu) => gpu.vendor === "NVIDIA" ? { ...gpu, why: nvidia.why ?? gpu.why } : gpu);
  const amd = others.some((gpu) => gpu.vendor === "AMD" && gpu.memoryBytes !== null) ? [] : rocm.value ?? [];
  const gpus = [...known, ...others.filter((gpu) => gpu.vendor !== "AMD" || amd.length === 0), ...amd];
  if (gpus.length > 0) return { gpus, why: null };
  // A driver that is there and fails is more than a tool that is not.
  const failed = [nvidia, rocm].flatMap(({ why }) => why !== null && !why.startsWith("unavailable") ? [why] : []);
  const why = [...new Set([...failed, ...(drm.why === null ? [] : [drm.why])])];
  return { gpus, why: why.length > 0 ? why.join("; ") : null };
}

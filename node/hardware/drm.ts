/**
 * Graphics cards as Linux shows them below /sys/class/drm and /sys/bus/pci: lines `path=line of the file`. amdgpu tells its memory as
 * mem_info_vram_total and _used (kernel docs gpu/amdgpu/driver-misc), xe as tile0/physical_vram_size_bytes, i915 as
 * lmem_total_bytes where it is published. Pure.
 */
import { whole } from "./ask.ts";
import { type Gpu, vendorOf } from "./gpu.ts";

export type Card = { slot: string | null; gpu: Gpu };

/** Of a PCI device: base class 03, a display controller (pci.ids). */
const DISPLAY = /^0x03[0-9a-f]{4}$/;

/** Every card with a PCI vendor, then every display controller that no driver shows as one. Names are made of ids until lspci tells better ones. */
export function parseDrm(text: string): Card[] {
  const cards = shownCards(text);
  const shown = new Set(cards.map(({ slot }) => slot));
  return [...cards, ...onBus(text).filter(({ slot }) => !shown.has(slot))];
}

function onBus(text: string): Card[] {
  const devices = new Map<string, Map<string, string>>();
  for (const line of text.split("\n")) {
    const found = /^\/sys\/bus\/pci\/devices\/([0-9a-f:.]{1,20})\/(class|vendor|device)=(0x[0-9a-f]{1,8})$/.exec(line);
    if (found === null) continue;
    const of = devices.get(found[1]) ?? new Map<string, string>();
    devices.set(found[1], of.set(`device/${found[2]}`, found[3]));
  }
  return [...devices].flatMap(([slot, files]): Card[] => {
    const id = files.get("device/vendor");
    return id === undefined || !DISPLAY.test(files.get("device/class") ?? "") ? [] : [{ slot, gpu: gpuOf(id, files) }];
  });
}

function shownCards(text: string): Card[] {
  const cards = new Map<string, Map<string, string>>();
  for (const line of text.split("\n")) {
    const found = /^\/sys\/class\/drm\/(card\d{1,3})\/([A-Za-z0-9_/]{1,80})=(.{0,200})$/.exec(line);
    if (found === null) continue;
    const [, card, file, value] = found;
    const key = file === "device/uevent" ? `uevent ${value.split("=")[0]}` : file;
    const of = cards.get(card) ?? new Map<string, string>();
    of.set(key, file === "device/uevent" ? value.slice(value.indexOf("=") + 1) : value);
    cards.set(card, of);
  }
  return [...cards.values()].flatMap((files): Card[] => {
    const id = files.get("device/vendor");
    return id === undefined ? [] : [{ slot: files.get("uevent PCI_SLOT_NAME") ?? null, gpu: gpuOf(id, files) }];
  });
}

function gpuOf(id: string, files: Map<string, string>): Gpu {
  const vendor = vendorOf(id);
  const figure = (...names: string[]) => names.map((name) => whole(files.get(name))).find((n) => n !== null) ?? null;
  const vram = figure("device/mem_info_vram_total") || null;
  const shared = figure("device/mem_info_gtt_total");
  const tiles = [...files].filter(([name]) => /^device\/tile\d+\/(?:memory\/)?physical_vram_size_bytes$/.test(name));
  const tiled = tiles.reduce((sum, [, value]) => sum + (whole(value) ?? 0), 0) || null;
  const own = vram ?? tiled ?? (figure("device/lmem_total_bytes", "lmem_total_bytes") || null);
  const unified = vendor === "AMD" && vram !== null && shared !== null
    ? isShared(files.get("device/mem_info_vram_vendor"), { vram, shared })
    : vendor === "Intel"
    ? own === null ? null : false
    : vram === null
    ? null
    : false;
  const memory = unified === true ? vram! + shared! : own;
  const used = unified === true
    ? sum(figure("device/mem_info_vram_used"), figure("device/mem_info_gtt_used"))
    : figure("device/mem_info_vram_used");
  const driver = files.get("uevent DRIVER") ?? null;
  return {
    vendor,
    name: `${vendor === "other" ? `PCI ${id}` : vendor} ${files.get("device/device") ?? ""}`.trim(),
    memoryBytes: memory,
    memoryUsedBytes: used,
    memoryFreeBytes: memory === null || used === null ? null : Math.max(0, memory - used),
    unified,
    usePercent: figure("device/gpu_busy_percent"),
    celsius: null,
    driver,
    why: memory !== null
      ? null
      : driver === null
      ? "no driver has taken it"
      : `the driver ${driver} does not tell its memory`,
  };
}

/** A carve-out of a processor's graphics has at most so many bytes, where the kernel names an unknown maker of memory. */
const CARVE_OUT = 2 * 2 ** 30;

/**
 * Only a card with memory of its own names the maker of that memory; older kernels say `unknown` for a processor's
 * graphics, whose own part is small and which reach further into the machine's memory.
 */
function isShared(maker: string | undefined, { vram, shared }: { vram: number; shared: number }): boolean {
  if (vram > shared) return false;
  return maker === undefined || (maker === "unknown" && vram <= CARVE_OUT);
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

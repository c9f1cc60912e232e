import assert from "node:assert/strict";
import { parseDrm } from "./drm.ts";

const of = (card: string, files: Record<string, string>) =>
  Object.entries(files).map(([file, value]) => `/sys/class/drm/${card}/${file}=${value}\n`).join("");
const uevent = (driver: string, slot: string) =>
  `DRIVER=${driver}\n/sys/class/drm/CARD/device/uevent=PCI_SLOT_NAME=${slot}`;
const card = (name: string, files: Record<string, string>) => of(name, files).replaceAll("CARD", name);

/** Figures as machines of these kinds show them; the files are those of the kernel's documentation. */
Deno.test("cards of sysfs become GPUs with the memory that their driver tells", () => {
  const nothing = { memoryUsedBytes: null, memoryFreeBytes: null, usePercent: null, celsius: null };
  const cases: [string, string, unknown[]][] = [
    [
      "a Radeon with memory of its own",
      card("card1", {
        "device/vendor": "0x1002",
        "device/device": "0x744c",
        "device/uevent": uevent("amdgpu", "0000:03:00.0"),
        "device/mem_info_vram_total": "25753026560",
        "device/mem_info_vram_used": "1073741824",
        "device/mem_info_vram_vendor": "samsung",
        "device/mem_info_gtt_total": "33554432000",
        "device/gpu_busy_percent": "12",
      }),
      [{
        slot: "0000:03:00.0",
        gpu: {
          vendor: "AMD",
          name: "AMD 0x744c",
          memoryBytes: 25753026560,
          memoryUsedBytes: 1073741824,
          memoryFreeBytes: 24679284736,
          unified: false,
          usePercent: 12,
          celsius: null,
          driver: "amdgpu",
          why: null,
        },
      }],
    ],
    [
      "graphics of a Ryzen: its carve-out and what it may take of the machine's memory",
      card("card0", {
        "device/vendor": "0x1002",
        "device/device": "0x1638",
        "device/uevent": uevent("amdgpu", "0000:04:00.0"),
        "device/mem_info_vram_total": "536870912",
        "device/mem_info_vram_used": "100",
        "device/mem_info_vram_vendor": "unknown",
        "device/mem_info_gtt_total": "16000000000",
        "device/mem_info_gtt_used": "200",
      }),
      [{
        slot: "0000:04:00.0",
        gpu: {
          vendor: "AMD",
          name: "AMD 0x1638",
          memoryBytes: 16536870912,
          memoryUsedBytes: 300,
          memoryFreeBytes: 16536870612,
          unified: true,
          usePercent: null,
          celsius: null,
          driver: "amdgpu",
          why: null,
        },
      }],
    ],
    [
      "an Arc under xe, two tiles",
      card("card0", {
        "device/vendor": "0x8086",
        "device/device": "0xe20b",
        "device/uevent": uevent("xe", "0000:03:00.0"),
        "device/tile0/physical_vram_size_bytes": "6000000000",
        "device/tile1/physical_vram_size_bytes": "6000000000",
      }),
      [{
        slot: "0000:03:00.0",
        gpu: {
          vendor: "Intel",
          name: "Intel 0xe20b",
          ...nothing,
          memoryBytes: 12e9,
          unified: false,
          driver: "xe",
          why: null,
        },
      }],
    ],
    [
      "an integrated Intel that tells nothing",
      card("card0", {
        "device/vendor": "0x8086",
        "device/device": "0xa780",
        "device/uevent": uevent("i915", "0000:00:02.0"),
      }),
      [{
        slot: "0000:00:02.0",
        gpu: {
          vendor: "Intel",
          name: "Intel 0xa780",
          ...nothing,
          memoryBytes: null,
          unified: null,
          driver: "i915",
          why: "the driver i915 does not tell its memory",
        },
      }],
    ],
    [
      "a display controller that no driver took, once, and no network card",
      "/sys/bus/pci/devices/0000:01:00.0/class=0x030000\n/sys/bus/pci/devices/0000:01:00.0/vendor=0x10de\n" +
      "/sys/bus/pci/devices/0000:01:00.0/device=0x2504\n/sys/bus/pci/devices/0000:02:00.0/class=0x020000\n" +
      "/sys/bus/pci/devices/0000:02:00.0/vendor=0x8086\n",
      [{
        slot: "0000:01:00.0",
        gpu: {
          vendor: "NVIDIA",
          name: "NVIDIA 0x2504",
          ...nothing,
          memoryBytes: null,
          unified: null,
          driver: null,
          why: "no driver has taken it",
        },
      }],
    ],
    [
      "memory of 0 is not known",
      card("card0", {
        "device/vendor": "0x1002",
        "device/uevent": uevent("amdgpu", "0000:05:00.0"),
        "device/mem_info_vram_total": "0",
      }),
      [{
        slot: "0000:05:00.0",
        gpu: {
          vendor: "AMD",
          name: "AMD",
          ...nothing,
          memoryBytes: null,
          unified: null,
          driver: "amdgpu",
          why: "the driver amdgpu does not tell its memory",
        },
      }],
    ],
    ["nothing", "", []],
    [
      "a card without a PCI vendor, and noise",
      card("card0", { "device/uevent": "DRIVER=vc4" }) + "x\n/sys/class/drm/card0=\n",
      [],
    ],
  ];
  for (const [name, text, expected] of cases) assert.deepEqual(parseDrm(text), expected, name);
});

Deno.test("a card that its driver shows is not shown again by the bus", () => {
  const text = card("card0", { "device/vendor": "0x8086", "device/uevent": uevent("i915", "0000:00:02.0") }) +
    "/sys/bus/pci/devices/0000:00:02.0/class=0x030000\n/sys/bus/pci/devices/0000:00:02.0/vendor=0x8086\n";
  assert.deepEqual(parseDrm(text).map(({ slot }) => slot), ["0000:00:02.0"]);
});

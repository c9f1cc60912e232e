import assert from "node:assert/strict";
import type { Answer, Ask } from "./ask.ts";
import { readHardware } from "./hardware.ts";
import { look } from "./look.ts";

const signal = new AbortController().signal;
const GIB = 2 ** 30;

/** A machine that answers as `answers` says; programs that are not there are missing. */
function machine(answers: Record<string, string | Partial<Answer>>): Ask {
  return ({ about }) => {
    const answer = answers[about];
    const base = { code: 0, stdout: "", stderr: "", missing: false };
    if (answer === undefined) return Promise.resolve({ ...base, code: 127, missing: true });
    return Promise.resolve(typeof answer === "string" ? { ...base, stdout: answer } : { ...base, ...answer });
  };
}

const facts = { os: "Linux 6.1 x64", memoryBytes: 32 * GIB, memoryFreeBytes: 20 * GIB };
const of = (ask: Ask, os = "linux") =>
  readHardware({ ask, facts, stateDirectory: "/home/me/.harombe", build: { os, arch: "x86_64" } }, signal);

const AMD_CARD =
  "/sys/class/drm/card1/device/vendor=0x1002\n/sys/class/drm/card1/device/uevent=PCI_SLOT_NAME=0000:03:00.0\n" +
  "/sys/class/drm/card1/device/mem_info_vram_total=17163091968\n/sys/class/drm/card1/device/mem_info_vram_used=1000\n";
const BARE_NVIDIA =
  "/sys/bus/pci/devices/0000:01:00.0/class=0x030000\n/sys/bus/pci/devices/0000:01:00.0/vendor=0x10de\n";
const LSPCI =
  '0000:03:00.0 "VGA compatible controller [0300]" "AMD [1002]" "Navi 21 [Radeon RX 6800] [73bf]" -rc3 "" ""\n';
const RTX = "0, NVIDIA RTX A, 24576, 0, 24576, 0, 40, 550.1\n1, NVIDIA RTX B, 8192, 1, 8191, 0, 41, 550.1\n";

Deno.test("GPUs come from the source that knows each best", async () => {
  const cases: [
    string,
    Record<string, string | Partial<Answer>>,
    [string, number | null, string | null][],
    string | null,
  ][] = [
    ["none", { drm: "" }, [], null],
    ["two NVIDIA and an AMD, each once", { nvidia: RTX, drm: AMD_CARD + BARE_NVIDIA, pci: LSPCI }, [
      ["NVIDIA RTX A", 24 * GIB, null],
      ["NVIDIA RTX B", 8 * GIB, null],
      ["AMD Radeon RX 6800", 17163091968, null],
    ], null],
    ["an NVIDIA without its driver", { drm: BARE_NVIDIA }, [
      ["NVIDIA", null, "unavailable: install the NVIDIA driver (nvidia-smi)"],
    ], null],
    [
      "an NVIDIA whose driver fails",
      {
        drm: BARE_NVIDIA,
        nvidia: {
          code: 9,
          stdout: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\nMore",
        },
      },
      [["NVIDIA", null, "nvidia: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."]],
      null,
    ],
    [
      "AMD by its tool where the kernel tells no memory",
      {
        drm: AMD_CARD.split("\n").slice(0, 2).join("\n"),
        rocm: '{"card0": {"Card Series": "RX", "VRAM Total Memory (B)": "100"}}',
      },
      [["RX", 100, null]],
      null,
    ],
    [
      "no /sys to look at is not the same as none",
      { drm: { code: 1, stderr: "there is no /sys here\n" } },
      [],
      "drm: there is no /sys here",
    ],
  ];
  for (const [name, answers, gpus, why] of cases) {
    const found = await of(machine(answers));
    assert.deepEqual(found.gpus.map((gpu) => [gpu.name, gpu.memoryBytes, gpu.why]), gpus, name);
    assert.equal(found.why.gpus, why, name);
  }
});

Deno.test("what cannot be read is null and says why", async () => {
  const found = await of(machine({}));
  assert.deepEqual(found, {
    os: "Linux 6.1 x64",
    arch: "x86_64",
    cpu: null,
    memoryBytes: 32 * GIB,
    memoryFreeBytes: 20 * GIB,
    gpus: [],
    disks: [],
    stateDisk: null,
    power: null,
    why: {
      cpu: "unavailable: install util-linux (lscpu)",
      memory: null,
      gpus: "unavailable: install a POSIX shell",
      disks: "unavailable: install coreutils (df)",
      power: "unavailable: install a POSIX shell",
    },
  });
  const refused = await of(() => Promise.reject(new Error("Cannot run observe: refused")));
  assert.deepEqual(new Set(Object.values(refused.why)), new Set(["Cannot run observe: refused", null]));
});

Deno.test("where lscpu is missing /proc/cpuinfo answers; on macOS system_profiler does", async () => {
  const linux = await of(machine({ cpuinfo: "processor: 0\nmodel name: M\n\n" }));
  assert.deepEqual([linux.cpu?.model, linux.why.cpu], ["M", null]);
  const mac = await of(
    machine({
      apple: JSON.stringify({
        SPHardwareDataType: [{ chip_type: "Apple M4", physical_memory: "16 GB", number_processors: "proc 10:4:6" }],
        SPDisplaysDataType: [{ sppci_model: "Apple M4", spdisplays_vendor: "sppci_vendor_Apple" }],
      }),
      disks: "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/disk3s1 100 10 90 10% /\n",
    }),
    "darwin",
  );
  assert.deepEqual([mac.cpu?.model, mac.cpu?.cores, mac.gpus[0].unified, mac.stateDisk?.mount], [
    "Apple M4",
    10,
    true,
    "/",
  ]);
});

Deno.test("a look at one part is that part, or null and what to install", async () => {
  const ask = machine({ disks: "x\n" });
  const build = { os: "linux", arch: "x86_64" };
  assert.deepEqual(await look("ports", { ask, build }, signal), {
    about: "ports",
    ports: null,
    why: "unavailable: install iproute2 (ss)",
  });
  assert.deepEqual(await look("disks", { ask, build }, signal), {
    about: "disks",
    disks: null,
    why: "disks: x",
  });
  const stop = AbortSignal.abort(new DOMException("stop", "AbortError"));
  await assert.rejects(look("cpu", { ask: () => Promise.reject(new Error("x")), build }, stop), { name: "AbortError" });
});

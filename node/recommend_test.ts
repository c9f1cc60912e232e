import assert from "node:assert/strict";
import type { Gpu } from "./hardware/gpu.ts";
import type { Hardware } from "./hardware/hardware.ts";
import { weightBytes } from "./model_sizes.ts";
import { recommend } from "./recommend.ts";

const GIB = 2 ** 30;

const gpu = (vendor: Gpu["vendor"], gib: number | null, unified: boolean | null = false): Gpu => ({
  vendor,
  name: `${vendor} ${gib}`,
  memoryBytes: gib === null ? null : gib * GIB,
  memoryUsedBytes: null,
  memoryFreeBytes: null,
  unified,
  usePercent: null,
  celsius: null,
  driver: null,
  why: null,
});

const machine = (ram: number | null, gpus: Gpu[] = [], more: Partial<Hardware> = {}): Hardware => ({
  os: null,
  arch: "x86_64",
  cpu: { model: null, cores: 4, threads: 8, flags: [], hypervisor: null },
  memoryBytes: ram === null ? null : ram * GIB,
  memoryFreeBytes: null,
  gpus,
  disks: [],
  stateDisk: null,
  power: null,
  why: { cpu: null, memory: null, gpus: null, disks: null, power: null },
  ...more,
});

Deno.test("the largest class that fits with its context, by where its weights would lie", () => {
  const two = { cpu: { model: null, cores: 2, threads: 2, flags: [], hypervisor: null } };
  const cases: [string, Hardware, [kind: string | null, label: string | null, context: number | null]][] = [
    ["12 GB card", machine(32, [gpu("NVIDIA", 12)]), ["gpu", "14B", 8192]],
    ["8 GB card", machine(32, [gpu("NVIDIA", 8)]), ["gpu", "8B", 8192]],
    ["24 GB card", machine(32, [gpu("NVIDIA", 24)]), ["gpu", "32B", 8192]],
    ["two 24 GB cards", machine(64, [gpu("NVIDIA", 24), gpu("NVIDIA", 24)]), ["gpu", "32B", 32768]],
    ["cards of two vendors do not add up", machine(64, [gpu("NVIDIA", 12), gpu("AMD", 8)]), ["gpu", "14B", 8192]],
    ["141 GB card", machine(128, [gpu("NVIDIA", 140)]), ["gpu", "70B", 32768]],
    ["2 GB card", machine(8, [gpu("NVIDIA", 2)]), ["memory", "4B", 8192]],
    ["2 GB card, RAM unknown", machine(null, [gpu("NVIDIA", 2)]), ["gpu", "0.6B", 8192]],
    ["6 GB card, much RAM", machine(64, [gpu("NVIDIA", 6)]), ["gpu", "4B", 16384]],
    ["16 GB Mac", machine(16, [gpu("Apple", 16, true)]), ["unified", "14B", 8192]],
    ["64 GB Mac", machine(64, [gpu("Apple", 64, true)]), ["unified", "70B", 16384]],
    ["graphics of a processor", machine(32, [gpu("AMD", 17, true)]), ["unified", "14B", 32768]],
    ["a card beside graphics of a processor", machine(64, [gpu("AMD", 16, true), gpu("NVIDIA", 24)]), [
      "gpu",
      "32B",
      8192,
    ]],
    ["no GPU", machine(32), ["memory", "8B", 32768]],
    ["no GPU, little memory", machine(8), ["memory", "4B", 8192]],
    ["no GPU, two threads", machine(64, [], two), ["memory", "4B", 32768]],
    ["a GPU whose memory is unknown", machine(32, [gpu("Intel", null, null)]), ["memory", "8B", 32768]],
    ["next to nothing", machine(1), ["memory", null, null]],
    ["unknown", machine(null), [null, null, null]],
  ];
  for (const [name, hardware, expected] of cases) {
    const { room, size } = recommend(hardware, []);
    assert.deepEqual([room?.kind ?? null, size?.label ?? null, size?.contextLength ?? null], expected, name);
    if (room !== null && size !== null) {
      assert.ok(size.bytes <= room.usableBytes && room.usableBytes < room.bytes, name);
    }
  }
});

Deno.test("the reason says what was found and what follows", () => {
  assert.equal(
    recommend(machine(32, [gpu("NVIDIA", 12)]), []).reason,
    "12 GB of GPU memory (NVIDIA 12): up to 14B at Q4_K_M with 8k context (estimated 10 GB: weights, context and buffers).",
  );
  assert.match(
    recommend(machine(16), []).reason,
    /^16 GB of RAM and no GPU whose memory is known: up to .* answer slowly\.$/,
  );
  assert.match(recommend(machine(null), []).reason, /not known/);
});

Deno.test("of a catalogue the largest that fits memory and disk", () => {
  const offer = (name: string, parameters: number, gib: number) => ({
    name,
    parameters,
    bytes: gib * GIB,
    quantization: "Q4_K_M",
    contextLength: 32768,
  });
  const catalogue = [
    offer("small", 1.7e9, 1.1),
    offer("middle", 4e9, 2.5),
    offer("large", 8e9, 5),
    offer("huge", 30e9, 18),
  ];
  const disk = (gib: number) => ({
    stateDisk: { filesystem: "/dev/x", mount: "/", bytes: 500 * GIB, usedBytes: 0, freeBytes: gib * GIB },
  });
  const cases: [Hardware, string | null][] = [
    [machine(32, [gpu("NVIDIA", 8)]), "large"],
    [machine(32, [gpu("NVIDIA", 6)]), "middle"],
    [machine(64, [gpu("NVIDIA", 24)]), "huge"],
    [machine(64, [gpu("NVIDIA", 24)], disk(4)), "middle"],
    [machine(64, [gpu("NVIDIA", 24)], disk(1)), null],
    [machine(64), "large"],
    [machine(1), null],
    [machine(null), null],
  ];
  for (const [hardware, name] of cases) assert.equal(recommend(hardware, catalogue).model?.name ?? null, name);
});

Deno.test("weights are counted by llama.cpp's table: 8B at Q4_K_M is what its README says, 4.9 GB", () => {
  assert.equal((weightBytes(8.03e9, "q4_k_m")! / 1e9).toFixed(1), "4.9");
  assert.equal(weightBytes(1, "Q9_X"), null);
});

Deno.test("a size that the catalogue does not know is estimated, or the model is left out", () => {
  const unknown = { bytes: null, contextLength: null, quantization: "Q4_K_M", active: null };
  const small = { ...unknown, name: "small", parameters: 4e9 };
  const cases: [unknown: Parameters<typeof recommend>[1][number], string][] = [
    [{ ...unknown, name: "eight", parameters: 8e9 }, "eight"],
    [{ ...unknown, name: "too large", parameters: 70e9 }, "small"],
    [{ ...unknown, name: "experts", parameters: 20e9, active: 3e9 }, "experts"],
    [{ ...unknown, name: "dense", parameters: 20e9 }, "small"],
    [{ ...unknown, name: "of no known quantization", parameters: 8e9, quantization: "MXFP4" }, "small"],
  ];
  for (const [offer, name] of cases) assert.equal(recommend(machine(64), [small, offer]).model?.name, name);
});

import assert from "node:assert/strict";
import { parseRocm } from "./rocm.ts";

/** Keys as ROCm 5 (`Card series`) and ROCm 6 (`Card Series`, warnings before the JSON) print them. */
Deno.test("rocm-smi's JSON becomes GPUs", () => {
  const cases: [string, [string, number | null, number | null][] | null][] = [
    [
      '{"card0": {"Card series": "Radeon RX 7900 XTX", "VRAM Total Memory (B)": "25753026560", "VRAM Total Used Memory (B)": "1000"}}',
      [["Radeon RX 7900 XTX", 25753026560, 25753025560]],
    ],
    [
      'WARNING: AMD GPU device(s) is/are in a low-power state.\n{"card0": {"Card Series": "AMD Instinct MI300X", "VRAM Total Memory (B)": "205822885888", "VRAM Total Used Memory (B)": "0"}, "card1": {"Device Name": "b"}, "system": {"Driver version": "6.7"}}',
      [["AMD Instinct MI300X", 205822885888, 205822885888], ["b", null, null]],
    ],
    ["{}", []],
    ['{"card0": {"VRAM Total Memory (B)": "0"}}', [["AMD GPU", null, null]]],
    ["ERROR: no GPU", null],
    ['{"card0": 7}', null],
  ];
  for (const [text, expected] of cases) {
    const found = parseRocm(text)?.map((gpu) => [gpu.name, gpu.memoryBytes, gpu.memoryFreeBytes]) ?? null;
    assert.deepEqual(found, expected, text);
  }
});

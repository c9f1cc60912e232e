import assert from "node:assert/strict";
import { parseNvidia } from "./nvidia.ts";

const MIB = 2 ** 20;

/** The forms of nvidia-smi(1), driver 535 to 580: columns of `--query-gpu`, N/A fields in brackets. */
Deno.test("nvidia-smi's lines become GPUs; what it does not know is null", () => {
  const known = { vendor: "NVIDIA", unified: false, why: null };
  const cases: [string, unknown][] = [
    ["0, NVIDIA GeForce RTX 3060, 12288, 1203, 10760, 7, 44, 550.54.14\n", [{
      ...known,
      name: "NVIDIA GeForce RTX 3060",
      memoryBytes: 12288 * MIB,
      memoryUsedBytes: 1203 * MIB,
      memoryFreeBytes: 10760 * MIB,
      usePercent: 7,
      celsius: 44,
      driver: "550.54.14",
    }]],
    ["0, NVIDIA GB10, [N/A], [N/A], [N/A], 0, 38, 580.95.05\n", [{
      vendor: "NVIDIA",
      name: "NVIDIA GB10",
      memoryBytes: null,
      memoryUsedBytes: null,
      memoryFreeBytes: null,
      unified: null,
      usePercent: 0,
      celsius: 38,
      driver: "580.95.05",
      why: "nvidia-smi says [N/A] for its memory",
    }]],
    ["0, A, B and C, 1024, 0, 1024, [Not Supported], [Unknown Error], 470.1\n", [{
      ...known,
      name: "A, B and C",
      memoryBytes: 1024 * MIB,
      memoryUsedBytes: 0,
      memoryFreeBytes: 1024 * MIB,
      usePercent: null,
      celsius: null,
      driver: "470.1",
    }]],
    ["No devices were found\n", []],
    ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", null],
    ["", null],
    ["a, b\n,,,,,,,,\n", null],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parseNvidia(text), expected, text);
  const two = parseNvidia(
    "0, NVIDIA H200, 143771, 0, 143168, 0, 30, 570.1\n1, NVIDIA H200, 143771, 5, 143163, 0, 31, 570.1\n",
  );
  assert.deepEqual(two!.map(({ memoryUsedBytes }) => memoryUsedBytes), [0, 5 * MIB]);
});

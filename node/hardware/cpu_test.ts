import assert from "node:assert/strict";
import { parseCpuinfo, parseLscpu } from "./cpu.ts";

const fields = (all: Record<string, string>) =>
  JSON.stringify({ lscpu: Object.entries(all).map(([field, data]) => ({ field: `${field}:`, data })) });

Deno.test("lscpu -J becomes a processor: flat (util-linux 2.34) and nested (2.38)", () => {
  const xeon = {
    model: "Intel(R) Xeon(R) Processor",
    cores: 2,
    threads: 2,
    flags: ["avx", "avx2", "avx512f", "avx512_vnni"],
    hypervisor: "KVM",
  };
  const flat = {
    "CPU(s)": "2",
    "Model name": xeon.model,
    "Thread(s) per core": "1",
    "Core(s) per socket": "2",
    "Socket(s)": "1",
    Flags: "fpu vme sse4_2 avx hypervisor avx2 avx512f avx512_vnni",
    "Hypervisor vendor": "KVM",
  };
  const nested = JSON.stringify({
    lscpu: [
      { field: "Architecture:", data: "aarch64", children: [{ field: "Byte Order:", data: "Little Endian" }] },
      { field: "CPU(s):", data: "4", children: [{ field: "On-line CPU(s) list:", data: "0-3" }] },
      {
        field: "Vendor ID:",
        data: "ARM",
        children: [{
          field: "Model name:",
          data: "Cortex-A76",
          children: [
            { field: "Thread(s) per core:", data: "1" },
            { field: "Core(s) per cluster:", data: "4" },
            { field: "Socket(s):", data: "-" },
            { field: "Cluster(s):", data: "1" },
            { field: "Flags:", data: "fp asimd evtstrm asimddp" },
          ],
        }],
      },
    ],
  });
  const cases: [string, unknown][] = [
    [fields(flat), xeon],
    [nested, { model: "Cortex-A76", cores: 4, threads: 4, flags: ["asimd", "asimddp"], hypervisor: null }],
    [fields({ "Model name": "-" }), { model: null, cores: null, threads: null, flags: [], hypervisor: null }],
    ["", null],
    ['{"lscpu": 3}', null],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parseLscpu(text), expected, text);
});

Deno.test("/proc/cpuinfo becomes a processor on x86 and on ARM", () => {
  const core = (n: number, id: number) =>
    `processor\t: ${n}\nmodel name\t: AMD Ryzen 5 5600\nphysical id\t: 0\ncore id\t\t: ${id}\nflags\t\t: fpu avx avx2\n`;
  const cases: [string, unknown][] = [
    [`${core(0, 0)}\n${core(1, 0)}\n${core(2, 1)}\n${core(3, 1)}\n`, {
      model: "AMD Ryzen 5 5600",
      cores: 2,
      threads: 4,
      flags: ["avx", "avx2"],
      hypervisor: null,
    }],
    [
      "processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd\n\nprocessor\t: 1\nFeatures\t: fp asimd\n\nModel\t\t: Raspberry Pi 5 Model B\n",
      {
        model: "Raspberry Pi 5 Model B",
        cores: null,
        threads: 2,
        flags: ["asimd"],
        hypervisor: null,
      },
    ],
    ["", null],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parseCpuinfo(text), expected, text);
});

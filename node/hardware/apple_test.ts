import assert from "node:assert/strict";
import { parseApple } from "./apple.ts";

const GIB = 2 ** 30;

/** Shapes of `system_profiler -json`; unverified on this OS. */
Deno.test("system_profiler's JSON becomes a machine with unified or own GPU memory", () => {
  const m2 = parseApple(JSON.stringify({
    SPHardwareDataType: [{ chip_type: "Apple M2 Max", physical_memory: "64 GB", number_processors: "proc 12:8:4" }],
    SPDisplaysDataType: [{
      _name: "Apple M2 Max",
      sppci_model: "Apple M2 Max",
      spdisplays_vendor: "sppci_vendor_Apple",
    }],
    SPPowerDataType: [
      {
        _name: "spbattery_information",
        sppower_battery_charge_info: { sppower_battery_state_of_charge: 81, sppower_battery_is_charging: "FALSE" },
      },
      { _name: "sppower_ac_charger_information", sppower_battery_charger_connected: "TRUE" },
    ],
  }))!;
  assert.deepEqual({ ...m2, gpus: m2.gpus.map(({ name, memoryBytes, unified }) => ({ name, memoryBytes, unified })) }, {
    model: "Apple M2 Max",
    cores: 12,
    memoryBytes: 64 * GIB,
    gpus: [{ name: "Apple M2 Max", memoryBytes: 64 * GIB, unified: true }],
    batteries: [{ name: "InternalBattery", percent: 81, status: null }],
    onMains: true,
  });
  const intel = parseApple(JSON.stringify({
    SPHardwareDataType: [{ cpu_type: "6-Core Intel Core i7", physical_memory: "16 GB", number_processors: 6 }],
    SPDisplaysDataType: [
      { sppci_model: "Intel UHD Graphics 630", spdisplays_vendor: "Intel", spdisplays_vram_shared: "1536 MB" },
      { sppci_model: "Radeon Pro 5300M", spdisplays_vendor: "sppci_vendor_amd", spdisplays_vram: "4 GB" },
    ],
  }))!;
  assert.deepEqual(intel.gpus.map(({ vendor, memoryBytes, unified }) => [vendor, memoryBytes, unified]), [
    ["Intel", 1536 * 2 ** 20, true],
    ["AMD", 4 * GIB, false],
  ]);
  assert.deepEqual([intel.cores, intel.batteries, intel.onMains], [6, [], null]);
  for (const text of ["", "[]", "{}", '{"SPHardwareDataType":"x"}', "no such file"]) {
    assert.equal(parseApple(text), null, text);
  }
});

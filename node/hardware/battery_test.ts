import assert from "node:assert/strict";
import { parsePower } from "./battery.ts";

const supply = (name: string, files: Record<string, string>) =>
  Object.entries(files).map(([file, value]) => `/sys/class/power_supply/${name}/${file}=${value}\n`).join("");

Deno.test("power supplies of sysfs become batteries and mains", () => {
  const cases: [string, string, unknown][] = [
    [
      "a laptop on mains",
      supply("AC", { type: "Mains", online: "1" }) +
      supply("BAT0", { type: "Battery", present: "1", capacity: "81", status: "Charging" }),
      {
        batteries: [{ name: "BAT0", percent: 81, status: "Charging" }],
        onMains: true,
      },
    ],
    [
      "two batteries, one by its energy, one absent",
      supply("BAT0", { type: "Battery", energy_now: "20", energy_full: "80", status: "Discharging" }) +
      supply("BAT1", { type: "Battery", present: "0", capacity: "0" }) + supply("ADP1", { type: "Mains", online: "0" }),
      {
        batteries: [{ name: "BAT0", percent: 25, status: "Discharging" }],
        onMains: false,
      },
    ],
    [
      "a mouse is no battery of the machine",
      supply("hidpp_battery_0", { type: "Battery", scope: "Device", capacity: "50" }),
      {
        batteries: [],
        onMains: null,
      },
    ],
    [
      "USB-C, one of two plugged in",
      supply("ucsi1", { type: "USB", online: "0" }) + supply("ucsi2", { type: "USB", online: "1" }),
      {
        batteries: [],
        onMains: true,
      },
    ],
    ["a battery that tells no charge", supply("BAT0", { type: "Battery" }), {
      batteries: [{ name: "BAT0", percent: null, status: null }],
      onMains: null,
    }],
    ["a desktop", "", { batteries: [], onMains: null }],
    ["noise", "x\n/sys/class/power_supply/BAT0=\n", { batteries: [], onMains: null }],
  ];
  for (const [name, text, expected] of cases) assert.deepEqual(parsePower(text), expected, name);
});

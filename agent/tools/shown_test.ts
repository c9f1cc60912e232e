import assert from "node:assert/strict";
import { bytesText, minuteText } from "./shown.ts";

Deno.test("sizes have one decimal and the unit that keeps them below a thousand", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [1_234_567, "1.2 MB"],
    [999_949, "999.9 kB"],
    [999_950, "1.0 MB"],
    [999_999_999, "1.0 GB"],
    [2.5e12, "2.5 TB"],
    [3e15, "3000.0 TB"],
  ];
  assert.deepEqual(cases.map(([bytes]) => bytesText(bytes)), cases.map(([, shown]) => shown));
});

Deno.test("a time is told to the minute, in UTC", () => {
  assert.equal(minuteText(Date.UTC(2026, 10, 20, 8, 0, 59)), "2026-11-20 08:00");
  assert.equal(minuteText(9e18), "?");
});

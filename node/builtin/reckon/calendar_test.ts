import assert from "node:assert/strict";
import { daysBetween, namedDay, shifted, weekdayOf } from "./calendar.ts";

/** A Friday. */
const TODAY = "2026-11-20";

const NAMED: [string, string | null, string | null][] = [
  // phrase, the next, the last
  ["today", "2026-11-20", "2026-11-20"],
  ["tomorrow", "2026-11-21", "2026-11-21"],
  ["friday", "2026-11-27", "2026-11-13"],
  ["saturday", "2026-11-21", "2026-11-14"],
  ["24 december", "2026-12-24", "2025-12-24"],
  ["the 24th of december", "2026-12-24", "2025-12-24"],
  ["december 24th, 2030", "2030-12-24", "2030-12-24"],
  ["1 jan", "2027-01-01", "2026-01-01"],
  ["20 november", "2026-11-20", "2026-11-20"],
  ["29 february", "2028-02-29", "2024-02-29"],
  ["29 february 2025", null, null],
  ["31 june", null, null],
  ["christmas eve", "2026-12-24", "2025-12-24"],
  ["new year's day", "2027-01-01", "2026-01-01"],
  ["2024-02-30", null, null],
  ["2024-13-01", null, null],
  ["0001-01-01", null, null],
  ["9999-12-31", "9999-12-31", "9999-12-31"],
  ["my birthday", null, null],
  ["3 maybe", null, null],
  ["40 may", null, null],
];
for (const [phrase, next, last] of NAMED) {
  Deno.test(`"${phrase}" is ${next}, looking back ${last}`, () => {
    assert.deepEqual([namedDay(phrase, { today: TODAY }), namedDay(phrase, { today: TODAY, back: true })], [
      next,
      last,
    ]);
  });
}

const SHIFTED: [string, number, "day" | "week" | "month" | "year", string | null][] = [
  ["2024-01-31", 1, "month", "2024-02-29"],
  ["2023-01-31", 1, "month", "2023-02-28"],
  ["2024-02-29", 1, "year", "2025-02-28"],
  ["2024-03-31", -1, "month", "2024-02-29"],
  ["2024-12-31", 1, "day", "2025-01-01"],
  ["2024-01-01", -1, "day", "2023-12-31"],
  ["2024-01-15", -13, "month", "2022-12-15"],
  ["2026-03-28", 2, "day", "2026-03-30"],
  ["2026-11-20", 99999, "year", null],
];
for (const [day, amount, unit, want] of SHIFTED) {
  Deno.test(`${amount} ${unit} from ${day} is ${want}`, () => assert.equal(shifted(day, amount, unit), want));
}

Deno.test("days are counted over leap years and changes of clock", () => {
  assert.deepEqual(
    [
      daysBetween("2024-01-01", "2024-03-01"),
      daysBetween("2000-01-01", "2026-11-20"),
      daysBetween("2026-03-28", "2026-03-30"),
    ],
    [60, 9820, 2],
  );
  assert.deepEqual(["2024-02-29", "1900-01-01", "2000-02-29", "2026-11-20"].map(weekdayOf), [
    "Thursday",
    "Monday",
    "Tuesday",
    "Friday",
  ]);
});

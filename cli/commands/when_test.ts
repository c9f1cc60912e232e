import assert from "node:assert/strict";
import { oneLine, parseSince, showTime } from "./when.ts";

const NOW = Date.UTC(2026, 10, 20, 12);

Deno.test("spans count back from now, dates and times are UTC unless they say otherwise", () => {
  const cases: [text: string, shown: string][] = [
    ["90s", "2026-11-20 11:58:30"],
    ["30m", "2026-11-20 11:30:00"],
    ["24h", "2026-11-19 12:00:00"],
    ["7d", "2026-11-13 12:00:00"],
    ["2w", "2026-11-06 12:00:00"],
    ["2026-11-01", "2026-11-01 00:00:00"],
    ["2026-11-01T10:00", "2026-11-01 10:00:00"],
    ["2026-11-01T10:00:01.5Z", "2026-11-01 10:00:01"],
    ["2026-11-01T10:00+02:00", "2026-11-01 08:00:00"],
  ];
  for (const [text, shown] of cases) assert.equal(showTime(parseSince(text, NOW)), shown, text);
});

Deno.test("anything else is refused by name", () => {
  for (const text of ["", "7", "d", "-7d", "1e3d", "7 d", "20261120", "2026-02-31T25:00", "now", "7d\n"]) {
    assert.throws(() => parseSince(text, NOW), { name: "RangeError" }, text);
  }
});

Deno.test("one line keeps whole characters and says that it was cut", () => {
  assert.equal(oneLine(" a\n\tb ", 10), "a b");
  assert.equal(oneLine("😀😀😀", 2), "😀…");
  assert.equal(showTime(NaN), "?");
});

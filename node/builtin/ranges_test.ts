import assert from "node:assert/strict";
import { rangesAt } from "./ranges.ts";
import { tokenize } from "./token.ts";

const CASES: [string, unknown[]][] = [
  ["lines 3 to 9", [["LINES", 3, 9]]],
  ["lines 3-9", [["LINES", 3, 9]]],
  ["from line 3 through line 9", [["LINES", 3, 9]]],
  ["lines between three and nine", [["LINES", 3, 9]]],
  ["line 4", [["LINES", 4, 4]]],
  ["lines 9 to 3", []],
  ["line 0", []],
  ["lines 3", []],
  ["between 1 and 2 MB", [["SIZE_RANGE", 1_000_000, 2_000_000]]],
  ["between 1 KiB and 1.5 MB", [["SIZE_RANGE", 1024, 1_500_000]]],
  ["between 5 MB and 1 MB", []],
  ["between 1 and 2", []],
  ["two levels deep", [["LEVELS", 2, undefined]]],
  ["with a depth of 3", [["LEVELS", 3, undefined]]],
  ["17 levels", []],
  ["levels of meaning", []],
];
for (const [text, expected] of CASES) {
  Deno.test(`the range in "${text}" is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(rangesAt(tokenize(text), 0).map((s) => [s.slot, s.value, s.upper]), expected);
  });
}

import assert from "node:assert/strict";
import type { Frame } from "./frame.ts";
import { fits } from "./plan.ts";

const PICK: Frame = { do: "pick", by: "size", end: "most", kind: "file" };
const KEEP: Frame = { do: "keep", path: "a.txt" };
const MB: Frame = { do: "express", unit: "megabyte" };
const LINES: Frame = { do: "measure", found: true, unit: "lines" };

const CASES: [string, Frame[], boolean][] = [
  ["nothing", [], false],
  ["a size in another unit", [PICK, MB], true],
  ["a time in megabytes", [{ ...PICK, by: "modified" }, MB], false],
  ["five files in megabytes", [{ ...PICK, n: 5 }, MB], false],
  ["the lines of the file that was found", [PICK, LINES], true],
  ["the lines of five files", [{ ...PICK, n: 5 }, LINES], false],
  ["a file found two parts before", [PICK, { do: "calc", expression: "1+1" }, LINES], true],
  ["a size of two parts before", [PICK, LINES, MB], false],
  ["keeping nothing", [KEEP], false],
  ["keeping what was kept", [PICK, KEEP, KEEP], false],
  ["something after what is kept", [PICK, KEEP, LINES], false],
  ["keeping a note's thanks", [{ do: "remember", text: "x is y" }, KEEP], false],
  ["a recipe among others", [{ do: "recipe", name: "a" }, { do: "help" }], false],
  ["six parts", Array(6).fill(PICK), false],
];
for (const [name, frames, want] of CASES) {
  Deno.test(`${name}: ${want ? "fits" : "does not fit"}`, () => assert.equal(fits(frames), want));
}

import assert from "node:assert/strict";
import { counted, cut, fenced, humanSize, table } from "./show.ts";

const SIZES: [number, string][] = [
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1_449, "1.4 kB"],
  [99_960, "100 kB"],
  [999_999, "1000 kB"],
  [12_345_678, "12.3 MB"],
  [5e12, "5.0 TB"],
];
for (const [bytes, want] of SIZES) Deno.test(`${bytes} bytes are ${want}`, () => assert.equal(humanSize(bytes), want));

Deno.test("a number and its noun agree", () => {
  assert.deepEqual([counted(1, "file"), counted(2, "branch"), counted(0, "entry"), counted(1200, "line")], [
    "1 file",
    "2 branches",
    "0 entries",
    "1,200 lines",
  ]);
});

Deno.test("a table lines up and a cut list says how many are missing", () => {
  assert.equal(table([["1", "a"], ["22", "b"]], [0]), " 1  a\n22  b");
  assert.equal(cut(["a", "b", "c"], 2), "a\nb\n… and 1 more");
  assert.equal(cut(["a", "b"], 2), "a\nb");
});

Deno.test("a fence is longer than any in the text", () => {
  assert.equal(fenced("a\n```\nb\n"), "````\na\n```\nb\n````");
});

import assert from "node:assert/strict";
import { cut, wrap } from "./span.ts";
import { fit, graphemes, textWidth } from "./width.ts";

Deno.test("cells are counted as terminals count them", () => {
  const cases: [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["日本", 4],
    ["한글", 4],
    ["ｆｕｌｌ", 8],
    ["👍", 2],
    ["👩‍👩‍👧", 2],
    ["❤️", 2],
    ["🇪🇺", 2],
    ["→ é", 3],
    ["a\u200bb", 2],
  ];
  for (const [text, expected] of cases) assert.equal(textWidth(text), expected, JSON.stringify(text));
  assert.deepEqual(graphemes("e\u0301👩‍👩‍👧a"), ["e\u0301", "👩‍👩‍👧", "a"]);
});

Deno.test("text is fitted with a mark where something was cut", () => {
  const cases: [string, number, string][] = [
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["日本語", 4, "日…"],
    ["日本語", 5, "日本…"],
  ];
  for (const [text, cells, expected] of cases) assert.equal(fit(text, cells), expected);
});

Deno.test("wrapping breaks at spaces, inside words that are too long, and keeps the lead", () => {
  const rows = (text: string, width: number, lead = "") =>
    wrap([{ text, style: "" }], width, lead ? [{ text: lead, style: "" }] : [], lead ? [{ text: "  ", style: "" }] : [])
      .map((row) => row.map((span) => span.text).join("").trimEnd());
  assert.deepEqual(rows("one two three", 7), ["one two", "three"]);
  assert.deepEqual(rows("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
  assert.deepEqual(rows("日本語文字", 4), ["日本", "語文", "字"]);
  assert.deepEqual(rows("one two three", 9, "• "), ["• one two", "  three"]);
  assert.deepEqual(rows("", 5), [""]);
});

Deno.test("cutting keeps every character", () => {
  assert.deepEqual(cut("a  b日c", 3), ["a  ", "b日", "c"]);
  assert.equal(cut("x".repeat(100), 7).join(""), "x".repeat(100));
});

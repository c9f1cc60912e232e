import assert from "node:assert/strict";
import { csvField } from "./csv.ts";

Deno.test("a field is quoted, and nothing in it is a formula or a line", async (t) => {
  const cases: [value: string | number | boolean | undefined, field: string][] = [
    [undefined, ""],
    [-3, "-3"],
    [true, "true"],
    ["plain", '"plain"'],
    ['say "hi", you', '"say ""hi"", you"'],
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["  =1", `"'  =1"`],
    ["\t=1", `"' =1"`],
    ["\n@x", `"' @x"`],
    ["＝1", `"'＝1"`],
    ["a\r\nb\u001b[0m", '"a  b [0m"'],
  ];
  for (const [value, field] of cases) {
    await t.step(JSON.stringify(value) ?? "undefined", () => assert.equal(csvField(value), field));
  }
});

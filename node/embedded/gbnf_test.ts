import assert from "node:assert/strict";
import fc from "fast-check";
import { grammarOf, integerRule, quoted } from "./gbnf.ts";

/** A rule of literals, classes, groups and repetitions is a regular expression but for its blanks and quotes. */
function asPattern(rule: string): RegExp {
  const body = rule.replace(/"((?:[^"\\]|\\.)*)"/g, (_, text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .replaceAll(" ", "");
  return new RegExp(`^(?:${body})$`);
}

Deno.test("the rule of a range holds exactly the whole numbers in it", () => {
  const whole = fc.maxSafeInteger();
  fc.assert(fc.property(whole, whole, whole, (a, b, n) => {
    const [min, max] = a < b ? [a, b] : [b, a];
    const pattern = asPattern(integerRule(min, max));
    for (const value of [n, min, max, min - 1, max + 1, 0, Math.trunc((min + max) / 2)]) {
      if (!Number.isSafeInteger(value)) continue;
      assert.equal(pattern.test(String(value)), value >= min && value <= max, `${value} in ${min}..${max}`);
    }
  }));
});

Deno.test("small ranges hold every number in them and no other spelling", () => {
  for (const [min, max] of [[0, 0], [0, 9], [1, 12], [-3, 3], [-120, -7], [95, 1005], [10, 99], [200, 200]]) {
    const pattern = asPattern(integerRule(min, max));
    const held = Array.from({ length: 2400 }, (_, i) => i - 1200).filter((n) => pattern.test(String(n)));
    assert.deepEqual(held, Array.from({ length: max - min + 1 }, (_, i) => min + i));
    for (const text of ["00", "01", "-0", "+1", "1.0", "1e3", "", " 1"]) assert.equal(pattern.test(text), false, text);
  }
});

Deno.test("a literal is written so that the grammar reads it back", () => {
  const rows: [string, string][] = [
    ["plain", `"plain"`],
    [`a "b" \\c`, `"a \\"b\\" \\\\c"`],
    ["line\nbreak", `"line\\u000abreak"`],
    ["é€", `"\\u00e9\\u20ac"`],
    ["😀", `"\\U0001f600"`],
  ];
  assert.deepEqual(rows.map(([text]) => quoted(text)), rows.map(([, rule]) => rule));
});

Deno.test("a shape becomes rules, each once", () => {
  assert.equal(
    grammarOf({
      kind: "object",
      fields: [
        { name: "a", required: true, shape: { kind: "integer", min: 1, max: 12 } },
        { name: "b", required: false, shape: { kind: "boolean" } },
        { name: "c", required: false, shape: { kind: "boolean" } },
      ],
    }),
    [
      `root ::= obj13`,
      `int0 ::= [1-9] | "1" [0-2]`,
      `field1 ::= "\\"a\\"" ":" " "? int0`,
      `bool2 ::= "true" | "false"`,
      `field3 ::= "\\"b\\"" ":" " "? bool2`,
      `field4 ::= "\\"c\\"" ":" " "? bool2`,
      `then5 ::= "," " "? field4`,
      `then6 ::= (then5)?`,
      `first7 ::= (field4)?`,
      `then8 ::= "," " "? field3 then6`,
      `then9 ::= then8 | then6`,
      `first10 ::= field3 then6 | first7`,
      `then11 ::= "," " "? field1 then9`,
      `first12 ::= field1 then9`,
      `obj13 ::= "{" first12 "}"`,
      "",
    ].join("\n"),
  );
});

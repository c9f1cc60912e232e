import assert from "node:assert/strict";
import { readArguments } from "./json_arguments.ts";

Deno.test("arguments are read as JSON, and nothing at all is an empty object", () => {
  assert.deepEqual(readArguments('{"a":[1,{"b":"}:{\\"x\\":"}],"c":{"a":1}}'), {
    value: { a: [1, { b: '}:{"x":' }], c: { a: 1 } },
  });
  assert.deepEqual(readArguments("  "), { value: {} });
  assert.deepEqual(readArguments('"text"'), { value: "text" });
});

Deno.test("what two readers could see differently is refused with a reason", () => {
  const cases: [string, RegExp][] = [
    ['{"path": "a"', /not JSON: .*position 12/],
    ['{"path": "a",}', /not JSON: .*position 13/],
    ["{'path': 'a'}", /not JSON: .*position 1/],
    ['{"path":"a","path":"b"}', /name "path" twice/],
    ['{"path":"a","p\\u0061th":"b"}', /twice/],
    ['{"x":{"a":1,"b":[{"a":1,"a":2}]}}', /name "a" twice/],
    ['{"__proto__":{"path":"x"}}', /the name "__proto__"/],
    ['{"a":{"__pr\\u006fto__":1}}', /the name/],
    ['{"constructor":1}', /the name "constructor"/],
    ["[".repeat(200_000), /nested deeper than 64/],
    ['{"a":'.repeat(65) + "1" + "}".repeat(65), /nested deeper than 64/],
    [`"${"x".repeat(1 << 20)}"`, /characters long/],
    ['{"a":"\n"}', /not JSON/],
    ["{} {}", /not JSON/],
  ];
  for (const [text, wanted] of cases) {
    const read = readArguments(text);
    assert.ok(
      "problem" in read && wanted.test(read.problem),
      `${text.slice(0, 60)}: ${JSON.stringify(read).slice(0, 200)}`,
    );
  }
});

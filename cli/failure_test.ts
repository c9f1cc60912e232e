import assert from "node:assert/strict";
import { EXIT, Exit, explain, plainLines, unavailable } from "./failure.ts";

Deno.test("each kind of failure has its exit code and one clear line", () => {
  const cases: [unknown, { code: number; text: string }][] = [
    [new Exit(EXIT.usage, "wrong"), { code: 2, text: "harombe: wrong\n" }],
    [unavailable("install X"), { code: 4, text: "harombe: unavailable: install X\n" }],
    [new Error("Cannot read x"), { code: 1, text: "harombe: Cannot read x\n" }],
    [new TypeError(""), { code: 1, text: "harombe: TypeError\n" }],
    ["text", { code: 1, text: "harombe: text\n" }],
    [new DOMException("stop", "AbortError"), { code: 130, text: "" }],
    [new Deno.errors.BrokenPipe("gone"), { code: 0, text: "" }],
  ];
  for (const [error, expected] of cases) assert.deepEqual(explain(error, { debug: false }), expected);
});

Deno.test("a stack is shown only for --debug", () => {
  const error = new Error("Cannot do it");
  assert.match(explain(error, { debug: true }).text, /at .*failure_test\.ts/);
  assert.doesNotMatch(explain(error, { debug: false }).text, /failure_test/);
});

Deno.test("an error's text cannot drive the terminal nor flood it", () => {
  const cases: [string, string][] = [
    ["a\x1b]0;title\x07b", "a\\u{1b}]0;title\\u{7}b"],
    ["a\u202eb\u200bc", "a\\u{202e}b\\u{200b}c"],
    ["a\rb\r\nc", "a\\u{d}b\nc"],
    ["\ud800x", "\\u{d800}x"],
    ["x".repeat(503), `${"x".repeat(500)}… (3 more characters)`],
    ["😀", "😀"],
  ];
  for (const [text, expected] of cases) assert.equal(plainLines(text), expected);
  assert.equal(plainLines("l\n".repeat(100)).split("\n").length, 41);
});

import assert from "node:assert/strict";
import { parseRule, type Rule } from "../../rules.ts";
import { couldLieBelow } from "./below.ts";

Deno.test("a rule may lie below a directory if its first labels could be that directory", () => {
  const rows: [string, string, boolean][] = [
    ["a/b/c", "a", true],
    ["a/b/c", "a/b", true],
    ["a/b/c", "A/B", true],
    ["a/b/c", "a/b/c", false],
    ["a/b/c", "a/c", false],
    ["a/b/c", "b", false],
    ["a/*/c", "a/x", true],
    ["a/**", "a", true],
    ["a/**", "a/x/y", true],
    ["a/**", "b", false],
    ["**/key", "anything/at/all", true],
    ["*.db", "a", false],
    ["a", ".", true],
    ["/abs/x", "a", true],
    ["{a,b}/c", "b", true],
    ["./a/b", "a", true],
  ];
  for (const [pattern, directory, expected] of rows) {
    const rule = parseRule(`*:${pattern}`, new Map()) as Rule;
    assert.deepEqual([pattern, directory, couldLieBelow(rule, directory)], [pattern, directory, expected]);
  }
});

import assert from "node:assert/strict";
import { distance, nearest } from "./nearest.ts";

Deno.test("distance counts edits and swaps, and stops above the limit", () => {
  const cases: [string, string, number, number][] = [
    ["", "", 3, 0],
    ["abc", "abc", 3, 0],
    ["abc", "acb", 3, 1],
    ["kitten", "sitting", 3, 3],
    ["kitten", "sitting", 2, 3],
    ["a", "abcdefgh", 3, 4],
  ];
  for (const [a, b, limit, expected] of cases) assert.equal(distance(a, b, limit), expected, `${a} ${b}`);
});

Deno.test("the nearest word is named only where it is near", () => {
  const words = ["config", "sessions", "audit", "ask"];
  const cases: [string, string | null][] = [
    ["confg", "config"],
    ["CONFIG", "config"],
    ["sesions", "sessions"],
    ["akc", null],
    ["aks", "ask"],
    ["banana", null],
    ["", null],
    ["x".repeat(1_000_000), null],
  ];
  for (const [word, expected] of cases) assert.equal(nearest(word, words), expected, word.slice(0, 20));
});

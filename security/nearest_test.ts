import assert from "node:assert/strict";
import { nearest } from "./nearest.ts";

Deno.test("the nearest word is named only where it is near", () => {
  const words = ["config", "sessions", "audit", "ask"];
  const cases: [string, string | null][] = [
    ["confg", "config"],
    ["CONFIG", "config"],
    ["sesions", "sessions"],
    ["xyz", null],
    ["asks", "ask"],
    ["banana", null],
    ["", null],
    ["x".repeat(1_000_000), null],
  ];
  for (const [word, expected] of cases) assert.equal(nearest(word, words), expected, word.slice(0, 20));
});

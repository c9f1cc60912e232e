import assert from "node:assert/strict";
import { countTokens } from "./tokens.ts";

Deno.test("nothing is 0 tokens, anything is at least 1, and twice the text is about twice the tokens", () => {
  assert.equal(countTokens(""), 0);
  for (const one of ["a", " ", "\n", "é", "字", "😀", "\u0000", "\ud800"]) {
    assert(countTokens(one) >= 1, JSON.stringify(one));
  }
  const line = "one line of text, number 42\n";
  assert(Math.abs(countTokens(line.repeat(100)) - 100 * countTokens(line)) <= 200);
});

import assert from "node:assert/strict";
import { jsonText } from "./json_text.ts";

Deno.test("JSON for a terminal is the same value and draws nothing", () => {
  const value = { "a\u202e": ["\u009b31m", "\u001b[2J", "é\u{1f600}\u200b"] };
  const text = jsonText(value);
  assert.equal(text, '{"a\\u202e":["\\u009b31m","\\u001b[2J","é\u{1f600}\\u200b"]}');
  assert.deepEqual(JSON.parse(text), value);
});

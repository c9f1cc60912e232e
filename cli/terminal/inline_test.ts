import assert from "node:assert/strict";
import { inline } from "./inline.ts";

/** Spans as one line: styled ones as ⟨style|text⟩. */
function shown(text: string): string {
  return inline(text).map((span) => span.style ? `⟨${span.style}|${span.text}⟩` : span.text).join("");
}

Deno.test("marks inside a line become styles; what has no partner stays as written", () => {
  const cases: [string, string][] = [
    ["plain", "plain"],
    ["**b** *i* _i_ __b__", "⟨1|b⟩ ⟨3|i⟩ ⟨3|i⟩ ⟨1|b⟩"],
    ["***x***", "***x***"],
    ["**a *b* c**", "⟨1|a ⟩⟨1;3|b⟩⟨1| c⟩"],
    ["~~x~~", "⟨9|x⟩"],
    ["`a *b*`", "⟨36|a *b*⟩"],
    ["``a ` b``", "⟨36|a ` b⟩"],
    ["`a", "`a"],
    ["**bold", "**bold"],
    ["a * b * c", "a * b * c"],
    ["2*3*4", "2⟨3|3⟩4"],
    ["snake_case_name", "snake_case_name"],
    ["\\*x\\*", "*x*"],
    ["[t](u)", "⟨4|t⟩ (u)"],
    ["[http://a](http://a)", "⟨4|http://a⟩"],
    ["![alt](p.png)", "⟨4|alt⟩ (p.png)"],
    ["[t](u", "[t](u"],
    ["[a] b", "[a] b"],
    ["<b>x</b>", "<b>x</b>"],
    ["\\", "\\"],
  ];
  for (const [text, expected] of cases) assert.equal(shown(text), expected, text);
});

Deno.test("every character of any text is shown or was a mark", () => {
  for (const text of ["*".repeat(4000), "`".repeat(4000), "[".repeat(4000), "*a ".repeat(1300), "[](".repeat(1300)]) {
    const letters = inline(text).map((span) => span.text).join("");
    assert.equal(letters.replaceAll(/[^a]/g, ""), text.replaceAll(/[^a]/g, ""));
  }
});

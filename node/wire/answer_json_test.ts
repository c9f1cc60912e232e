import assert from "node:assert/strict";
import { answerJson, type Step } from "./answer_json.ts";

function read(pieces: Iterable<string>): { text: string; step: Step } {
  const reader = answerJson();
  let text = "";
  for (const piece of pieces) text += reader.push(piece);
  return { text, step: reader.end() };
}

Deno.test("a step is read whole and character by character", () => {
  const answer: Step = { kind: "answer" };
  const cut: Step = { kind: "broken", cut: true };
  const garbage: Step = { kind: "broken", cut: false };
  const call = (name: string, args: string): Step => ({ kind: "call", name, arguments: args });
  const cases: [string, string, Step][] = [
    ['{"answer":"hi"}', "hi", answer],
    [' {\n "answer" : "hi" } \n', "hi", answer],
    ['{"answer":""}', "", answer],
    [String.raw`{"answer":"a\"b\\c\/d\n\t\u00e4\ud83d\ude00"}`, 'a"b\\c/d\n\tä😀', answer],
    ['{"answer":"Größe 😀"}', "Größe 😀", answer],
    ['{"answer":"{\\"tool\\":\\"x\\"}"}', '{"tool":"x"}', answer],
    ['{"answer":"half', "half", cut],
    ['{"answer":"half\\', "half", cut],
    ['{"answer":"half\\u00', "half", cut],
    ['{"answer":"hi"', "hi", cut],
    ['{"answer":"hi"} more', "hi", garbage],
    ['{"answer":"hi"}}', "hi", garbage],
    ['{"answer":"a\\x"}', "a", garbage],
    ['{"answer":"a\\u00zz"}', "a", garbage],
    ['{"answer":1}', "", garbage],
    ['{"tool":"read","arguments":{"p":"ä"}}', "", call("read", '{"p":"ä"}')],
    ['{"arguments":{},"tool":"now"}', "", call("now", "{}")],
    ['{"tool":"now"}', "", call("now", "{}")],
    ['{"tool":"read","arguments":{"p":', "", cut],
    ['{"tool":"read","arguments":[1}', "", garbage],
    ['{"tool":1,"arguments":{}}', "", garbage],
    ['{"tool":"x","arguments":"no"}', "", garbage],
    ["{}", "", garbage],
    ["{", "", cut],
    ["", "", cut],
    ["  ", "", cut],
    ["Hello {there}", "Hello {there}", { kind: "prose" }],
    ['["answer"]', '["answer"]', { kind: "prose" }],
  ];
  for (const [given, text, step] of cases) {
    assert.deepEqual(read([given]), { text, step }, given);
    assert.deepEqual(read(given), { text, step }, `${given}, char by char`);
    assert.deepEqual(read(given.split("")), { text, step }, `${given}, by code units`);
  }
});

Deno.test("what a JSON writer wrote comes out again, in any pieces", () => {
  for (const answer of ["\u0000\u001f\u2028", '\\\\""', "\ud83d\ude00".repeat(3), "a".repeat(10_000)]) {
    const json = JSON.stringify({ answer });
    for (const size of [1, 2, 3, 7, 4096]) {
      const pieces = Array.from(
        { length: Math.ceil(json.length / size) },
        (_, i) => json.slice(i * size, (i + 1) * size),
      );
      assert.deepEqual(read(pieces), { text: answer, step: { kind: "answer" } });
    }
  }
});

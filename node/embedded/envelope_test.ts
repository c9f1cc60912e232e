import assert from "node:assert/strict";
import fc from "fast-check";
import { answerText, callText, envelopeDecoder, envelopeGrammar, instructions, offerOf } from "./envelope.ts";
import { stringDecoder } from "./json_string.ts";
import { stopText } from "./stop_text.ts";

const flag = {
  name: "set",
  description: "Sets it",
  parameters: { type: "object", properties: { on: { type: "boolean" } }, required: ["on"] },
};

/** `text` cut at `cuts`. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, i) => text.slice(at[i], end));
}

Deno.test("an envelope says an answer or one call of an offered tool", () => {
  assert.equal(
    envelopeGrammar(offerOf([flag]).tools),
    [
      'root ::= "{" (answer2 | call8) "}"',
      String.raw`char0 ::= [^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]`,
      String.raw`text1 ::= "\"" char0* "\""`,
      String.raw`answer2 ::= "\"answer\":" " "? text1`,
      'bool3 ::= "true" | "false"',
      String.raw`field4 ::= "\"on\"" ":" " "? bool3`,
      'then5 ::= "," " "? field4',
      "first6 ::= field4",
      'obj7 ::= "{" first6 "}"',
      String.raw`call8 ::= "\"tool\":" " "? "\"set\"" "," " "? "\"arguments\":" " "? obj7`,
      "",
    ].join("\n"),
  );
});

Deno.test("a tool without an enforceable object is left out with a notice", () => {
  const tools = [flag, { name: "bad", description: "", parameters: { type: "string" } }, {
    name: "worse",
    description: "",
    parameters: { $ref: "#/nowhere" },
  }];
  const { tools: offered, notices } = offerOf(tools);
  assert.deepEqual([offered.map(({ spec }) => spec.name), notices], [["set"], [
    "The tool bad is not offered to this model: its parameters are no object",
    "The tool worse is not offered to this model: #/nowhere points to nothing",
  ]]);
});

Deno.test("the tools are described without what says nothing to a model", () => {
  const tools = offerOf([{
    ...flag,
    parameters: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { n: { type: "integer", minimum: -9007199254740991, maximum: 9 } },
      additionalProperties: false,
    },
  }]).tools;
  assert.equal(
    instructions(tools).split("\n").at(-1),
    `  arguments (JSON Schema): {"type":"object","properties":{"n":{"type":"integer","maximum":9}}}`,
  );
});

Deno.test("an answer comes out of its envelope piece by piece, however it is cut", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
    const decoder = envelopeDecoder();
    const out = pieces(answerText(text), cuts).map((piece) => decoder.push(piece)).join("");
    assert.deepEqual([out, decoder.end()], [text, { call: null, whole: true }]);
  }));
});

Deno.test("a call comes out whole or not at all, however it is cut", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.nat(), { maxLength: 8 }), (args, cuts) => {
      const whole = callText("set", args);
      const read = (text: string) => {
        const decoder = envelopeDecoder();
        return { out: pieces(text, cuts).map((piece) => decoder.push(piece)).join(""), end: decoder.end() };
      };
      assert.deepEqual(read(whole), {
        out: "",
        end: { call: { name: "set", arguments: JSON.stringify(args) }, whole: true },
      });
      assert.deepEqual(read(whole.slice(0, -1)), { out: "", end: { call: null, whole: false } });
    }),
  );
});

Deno.test("escapes of a string are read across pieces, and its end is seen", () => {
  const rows: [string[], string, boolean][] = [
    [["a\\", "nb"], "a\nb", false],
    [["\\u00", 'e9"rest'], "é", true],
    [['\\ud83d\\ude00"'], "😀", true],
    [["\\x", '"'], "\\x", true],
    [["\\", "\\", '"'], "\\", true],
  ];
  for (const [parts, expected, ended] of rows) {
    const decoder = stringDecoder();
    assert.deepEqual([parts.map((part) => decoder.push(part)).join(""), decoder.ended], [expected, ended]);
  }
});

Deno.test("a text ends before the first of its stops, however it is cut", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 30 });
  const stops = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 3 }), { maxLength: 3 });
  fc.assert(fc.property(letters, stops, fc.array(fc.nat(), { maxLength: 8 }), (text, marks, cuts) => {
    const stop = stopText(marks);
    const out = pieces(text, cuts).map((piece) => stop.push(piece)).join("") + stop.rest();
    const places = marks.filter((mark) => mark !== "").map((mark) => text.indexOf(mark)).filter((at) => at >= 0);
    assert.deepEqual([out, stop.stopped], [
      places.length > 0 ? text.slice(0, Math.min(...places)) : text,
      places.length > 0,
    ]);
  }));
});

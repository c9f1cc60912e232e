import assert from "node:assert/strict";
import { thinkTags } from "./think_tags.ts";

/** All that comes out, joined by kind. */
function split(pieces: string[]): { thinking: string; text: string; order: string[] } {
  const tags = thinkTags();
  const events = [...pieces.flatMap((piece) => tags.push(piece)), ...tags.end()];
  const of = (kind: "thinking" | "text") => events.map((e) => e.type === kind ? e.text : "").join("");
  return { thinking: of("thinking"), text: of("text"), order: [...new Set(events.map((e) => e.type))] };
}

Deno.test("reasoning between tags is told apart, whole and cut anywhere", () => {
  const cases: [string, { thinking: string; text: string; order: string[] }][] = [
    ["<think>hm</think>\n\nhello", { thinking: "hm", text: "hello", order: ["thinking", "text"] }],
    ["\n <think>\nhm\n</think>hello", { thinking: "hm\n", text: "hello", order: ["thinking", "text"] }],
    ["<think></think>hi", { thinking: "", text: "hi", order: ["text"] }],
    ["hello", { thinking: "", text: "hello", order: ["text"] }],
    ["", { thinking: "", text: "", order: [] }],
    ["  spaced", { thinking: "", text: "  spaced", order: ["text"] }],
    ["a <think>b</think>", { thinking: "", text: "a <think>b</think>", order: ["text"] }],
    ["<thinking>no tag</thinking>", { thinking: "", text: "<thinking>no tag</thinking>", order: ["text"] }],
    ["<thin", { thinking: "", text: "<thin", order: ["text"] }],
    ["<think>a </thin b</think>c", { thinking: "a </thin b", text: "c", order: ["thinking", "text"] }],
    ["<think>never closed </thi", { thinking: "never closed </thi", text: "", order: ["thinking"] }],
    ["<think>a</think>b<think>c</think>", { thinking: "a", text: "b<think>c</think>", order: ["thinking", "text"] }],
  ];
  for (const [given, want] of cases) {
    assert.deepEqual(split([given]), want, given);
    assert.deepEqual(split([...given]), want, `${given}, char by char`);
  }
});

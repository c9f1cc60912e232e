import assert from "node:assert/strict";
import type { AgentEvent } from "../../agent/event.ts";
import { text } from "../../node/chat.ts";
import { printable } from "../../security/display.ts";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { screenOf } from "../../tests/terminal/screen.ts";
import { createRender } from "./render.ts";

const call = { id: "c", name: "shell", arguments: '{"command":\n"ls"}' };
const result = (isError: boolean, content: string) => ({ callId: "c", name: "shell", content: text(content), isError });

function shown(events: AgentEvent[], terminal = true): string[] {
  const io = memoryIo({ terminal, columns: 50 });
  const render = createRender(io, { printable, plain: false });
  for (const event of events) render.show(event);
  render.settle();
  return terminal ? screenOf(io.out(), 50) : io.out().trimEnd().split("\n");
}

const CASES: [string, AgentEvent[], string[]][] = [
  ["text in pieces is one answer", [{ type: "text", text: "**a" }, { type: "text", text: "b**" }], ["ab"]],
  ["a call, its output and its end", [
    { type: "text", text: "I look." },
    { type: "step_ended", calls: [call] },
    { type: "call_output", callId: "c", stream: "stdout", text: "a\nb" },
    { type: "call_output", callId: "c", stream: "stdout", text: "b\n" },
    { type: "call_output", callId: "c", stream: "stderr", text: "c\td\x1b[2J\n" },
    { type: "call_ended", result: result(false, "a\nb\nc"), ms: 3.4 },
    { type: "text", text: "Done." },
    { type: "turn_ended", reason: "answered" },
  ], ["I look.", '→ shell {"command": "ls"}', "  a", "  bb", "  c    d␛[2J", "  ✓ shell 3 ms: a (+2 lines)", "Done."]],
  ["a failed call", [{ type: "call_ended", result: result(true, "denied by rule"), ms: 0 }], [
    "  ✗ shell 0 ms: denied by rule",
  ]],
  ["how a turn ended", [
    { type: "notice", text: "shortened\nhere" },
    { type: "turn_ended", reason: "failed", detail: "the model is gone" },
  ], ["note: shortened here", "failed: the model is gone"]],
  ["a reason is never cut", [
    { type: "notice", text: "the earlier turns could not be summarised: no shorter" },
    { type: "turn_ended", reason: "failed", detail: "the model server at http://127.0.0.1:11434 is gone" },
  ], [
    "note: the earlier turns could not be summarised:",
    "no shorter",
    "failed: the model server at",
    "http://127.0.0.1:11434 is gone",
  ]],
  ["what nobody needs to see", [
    { type: "turn_started", message: text("q"), model: "m" },
    { type: "thinking", text: "hm" },
    { type: "usage", promptTokens: 1, outputTokens: 1 },
    { type: "text", text: "" },
  ], []],
  ["calls that the answer shows itself", [
    { type: "turn_started", message: text("list"), model: "builtin commands" },
    { type: "step_ended", calls: [call] },
    { type: "call_output", callId: "c", stream: "stdout", text: "a\n" },
    { type: "call_ended", result: result(false, "a"), ms: 1 },
    { type: "text", text: "one file" },
    { type: "turn_started", message: text("list"), model: "qwen3:8b" },
    { type: "step_ended", calls: [call] },
  ], ["one file", '→ shell {"command": "ls"}']],
  ["a long line is cut at the screen's edge", [
    { type: "step_ended", calls: [{ ...call, arguments: "x".repeat(300) }] },
  ], [`→ shell ${"x".repeat(40)}…`]],
];

Deno.test("events are shown as rows of the terminal", () => {
  for (const [name, events, expected] of CASES) assert.deepEqual(shown(events), expected, name);
});

Deno.test("no event can make the terminal do anything but show text", () => {
  const evil = "\x1b]0;t\x07\x1b[2J\u202e\r\x9b31m";
  const events: AgentEvent[] = [
    { type: "text", text: evil },
    { type: "step_ended", calls: [{ id: evil, name: evil, arguments: evil }] },
    { type: "call_output", callId: evil, stream: "stdout", text: evil },
    { type: "call_ended", result: { callId: evil, name: evil, content: text(evil), isError: false }, ms: 1 },
    { type: "notice", text: evil },
    { type: "turn_ended", reason: "failed", detail: evil },
  ];
  for (const terminal of [true, false]) {
    const io = memoryIo({ terminal, columns: 50 });
    const render = createRender(io, { printable, plain: false });
    events.forEach((event) => render.show(event));
    render.settle();
    const bare = io.out().replaceAll(/\x1b\[[0-9;]*[ABCJm]/g, "").replaceAll("\r\x1b[J", "");
    assert.doesNotMatch(bare.replaceAll("\r", ""), /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    assert.doesNotMatch(io.out(), /\x1b\[2J/);
  }
});

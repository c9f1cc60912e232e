import assert from "node:assert/strict";
import { text } from "../../node/chat.ts";
import type { AgentEvent } from "../../agent/event.ts";
import { changesIn, undoneText } from "./undone.ts";

const step = (id: string, name: string): AgentEvent => ({ type: "step_ended", calls: [{ id, name, arguments: "{}" }] });
const ended = (callId: string, said: string, isError: boolean): AgentEvent => ({
  type: "call_ended",
  result: { callId, name: "x", content: text(said), isError },
  ms: 1,
});

Deno.test("a call counts as a change unless it only reads or surely never ran", () => {
  const cases: [name: string, events: AgentEvent[], changed: boolean][] = [
    ["a read", [step("a", "read_file"), ended("a", "text", false)], false],
    ["a write", [step("a", "write_file"), ended("a", "Created", false)], true],
    ["a failed command", [step("a", "shell"), ended("a", "exit 1", true)], true],
    ["no result", [step("a", "shell")], true],
    ["of unknown outcome", [step("a", "shell"), ended("a", "Unknown outcome: it may have", true)], true],
    ["a refused one", [step("a", "shell"), ended("a", "Refused by rule: x", true)], false],
    ["one that the person refused", [step("a", "shell"), ended("a", "The person said no. Do not", true)], false],
    ["nobody there", [step("a", "shell"), ended("a", "Not approved (x): nobody", true)], false],
    ["one that says it was refused and succeeded", [step("a", "shell"), ended("a", "Refused by nobody", false)], true],
  ];
  for (const [name, events, changed] of cases) {
    assert.equal(changesIn(events, (tool) => tool === "read_file").length, changed ? 1 : 0, name);
  }
});

Deno.test("what is not undone is said in one sentence, without control characters", () => {
  assert.equal(undoneText([]), "");
  const calls = ["a", "b", "c", "d"].map((id) => ({ id, name: "shell", arguments: `{"line":"\x1b[2J${id}"}` }));
  assert.equal(
    undoneText(calls),
    'Not undone: what is left out here made 4 call(s) that changed something or may have (shell {"line":"\\u{1b}[2Ja"}; ' +
      'shell {"line":"\\u{1b}[2Jb"}; shell {"line":"\\u{1b}[2Jc"} and 1 more).',
  );
});

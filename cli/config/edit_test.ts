import assert from "node:assert/strict";
import { Exit } from "../failure.ts";
import { editConfig } from "./edit.ts";

Deno.test("one setting changes; comments and order stay", () => {
  const cases: [string, string, string, string][] = [
    ["", "model.name", "qwen3:8b", "model:\n  name: qwen3:8b\n"],
    ["model:\n", "model.name", "x", "model:\n  name: x\n"],
    [
      "# mine\nagent:\n  max_steps: 3 # few\nmodel:\n  # the small one\n  name: a # why\n",
      "model.name",
      "b",
      "# mine\nagent:\n  max_steps: 3 # few\nmodel:\n  # the small one\n  name: b # why\n",
    ],
    ["", "model.name", "3", 'model:\n  name: "3"\n'],
    ["", "agent.max_steps", "3", "agent:\n  max_steps: 3\n"],
    ["", "tools.shell", "False", "tools:\n  shell: false\n"],
    [
      "",
      "security.rules.deny",
      "['shell:rm *', \"read_file:**/.env\"]",
      "security:\n  rules:\n    deny:\n      - shell:rm *\n      - read_file:**/.env\n",
    ],
    ["# only a comment\n", "model.name", "x", "# only a comment\n\nmodel:\n  name: x\n"],
  ];
  for (const [text, name, value, expected] of cases) assert.equal(editConfig(text, name, value), expected, text);
});

Deno.test("what would not be valid is refused and says why", () => {
  const cases: [string, string, string, number, RegExp][] = [
    ["", "model.nme", "x", 2, /no such setting; did you mean model\.name\?/],
    ["", "security.containers.executor", "x", 2, /did you mean security\.sandbox\.executor\?/],
    ["", "model", "x", 2, /it is a section with model\.name/],
    ["", "agent.max_steps", "many", 2, /expected number, received string/],
    ["", "agent.max_steps", "99", 2, /Too big/],
    ["foo: 1\n", "model.name", "x", 1, /the file is broken at line 1: unknown key "foo"/],
    ["", "__proto__.x", "1", 2, /no such setting/],
    ["", "security.rules.deny", "[", 2, /Flow sequence/],
  ];
  for (const [text, name, value, code, expected] of cases) {
    assert.throws(() => editConfig(text, name, value), (error) => {
      assert.ok(error instanceof Exit);
      assert.match(error.message, expected);
      return error.code === code;
    }, name);
  }
});

Deno.test("a refused secret is not repeated in the message", () => {
  assert.throws(
    () => editConfig("", "inference.vllm.api_key", ""),
    (error) => error instanceof Exit && !/hunter2/.test(error.message) && /\[secret\]/.test(error.message),
  );
});

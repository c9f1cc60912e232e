import assert from "node:assert/strict";
import { text, type ToolResult } from "../../node/chat.ts";
import type { AgentEvent } from "../event.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { Recipe } from "./recipe.ts";
import { recorded } from "./record.ts";
import { nextOf } from "./replay.ts";
import { valuesFor } from "./values.ts";

const step = (id: string, tool: string, args: unknown) => ({ id, tool, arguments: args });
const recipe = (parameters: unknown[], ...steps: unknown[]): Recipe => Recipe.parse({ name: "r", parameters, steps });
const result = (name: string, said: string, data?: unknown, isError = false): ToolResult => ({
  callId: "1",
  name,
  content: text(said),
  isError,
  data,
});
const P = (name: string, type: string) => ({ name, type });

const READ = recipe(
  [P("n", "number")],
  step("one", "list_files", {}),
  step("two", "read_file", { path: "{{one.data.entries.0.path}}", offset: "-{{n}}", limit: "{{n}}" }),
);
const SHELL = recipe([P("t", "text"), P("p", "path")], step("one", "shell", { line: "grep -e {{t}} {{p}}" }));

/** The recipe, its values, the results so far, what is next. */
const CASES: [string, Recipe, Record<string, string>, ToolResult[], unknown][] = [
  ["the first call", READ, { n: "5" }, [], { call: { tool: "list_files", args: {} } }],
  ["numbers stay numbers, what was found is taken on", READ, { n: "5" }, [
    result("list_files", "", { entries: [{ path: "a.log" }] }),
  ], { call: { tool: "read_file", args: { path: "a.log", offset: -5, limit: 5 } } }],
  ["nothing was found", READ, { n: "5" }, [result("list_files", "", { entries: [] })], {
    text:
      "Recipe r stopped before step 2 of 2 (read_file): {{one.data.entries.0.path}}: the step one gave no such thing",
  }],
  [
    "the prototype is no data",
    recipe([], step("one", "list_files", {}), step("two", "read_file", { path: "{{one.data.__proto__.x}}" })),
    {},
    [result("list_files", "", {})],
    {
      text:
        "Recipe r stopped before step 2 of 2 (read_file): {{one.data.__proto__.x}}: the step one gave no such thing",
    },
  ],
  ["a refusal ends it", READ, { n: "5" }, [result("list_files", "Not approved", undefined, true)], {
    text: "Recipe r stopped at step 1 of 2 (list_files): Not approved",
  }],
  ["another tool's answer ends it", READ, { n: "5" }, [result("read_file", "x")], {
    text: "Recipe r stopped at step 1 of 2 (list_files): x",
  }],
  ["the end tells the last result", READ, { n: "5" }, [result("list_files", ""), result("read_file", "five lines")], {
    text: "Recipe r: all 2 steps are done.\n\nfive lines",
  }],
  ["a value in a shell line is a word", SHELL, { t: "a'; rm -rf ~; '", p: "my file.txt" }, [], {
    call: { tool: "shell", args: { line: `grep -e 'a'\\''; rm -rf ~; '\\''' 'my file.txt'` } },
  }],
  ["a value that is an option is refused", SHELL, { t: "--file=/etc/passwd", p: "x" }, [], {
    text:
      'Recipe r stopped before step 1 of 1 (shell): a value that begins with - would be an option: "--file=/etc/passwd"',
  }],
  ["a path that looks like an option is none", SHELL, { t: "a", p: "-rf" }, [], {
    call: { tool: "shell", args: { line: "grep -e a './-rf'" } },
  }],
  ["a reference in a value is text", SHELL, { t: "{{p}}", p: "x" }, [], {
    call: { tool: "shell", args: { line: "grep -e '{{p}}' x" } },
  }],
];
for (const [name, of, given, results, want] of CASES) {
  Deno.test(name, () => assert.deepEqual(nextOf(of, valuesFor(of, given), results), want));
}

const REFUSED: [string, Record<string, string>, RegExp][] = [
  ["nothing", {}, /it needs t \(text\), p \(path\)/],
  ["a path upwards", { t: "a", p: "../x" }, /leaves the folder/],
  ["an absolute path", { t: "a", p: "/etc/passwd" }, /leaves the folder/],
  ["a path of a home", { t: "a", p: "~/x" }, /leaves the folder/],
  ["a path with a line end", { t: "a", p: "a\nb" }, /no path/],
  ["an unknown name", { t: "a", p: "x", z: "1" }, /with z/],
  ["a NUL", { t: "\0", p: "x" }, /NUL/],
];
for (const [name, given, why] of REFUSED) {
  Deno.test(`${name} is refused as a value`, () => assert.throws(() => valuesFor(SHELL, given), why));
}

/** A turn's events, as the loop keeps them. */
function turn(said: string, calls: [string, unknown, unknown, boolean?][]): AgentEvent[] {
  return [
    { type: "turn_started", message: text(said), model: "m" },
    ...calls.flatMap(([name, args, data, isError], n): AgentEvent[] => [
      { type: "step_ended", calls: [{ id: `${n}`, name, arguments: JSON.stringify(args) }] },
      { type: "call_ended", result: { ...result(name, "", data, isError ?? false), callId: `${n}` }, ms: 1 },
    ]),
    { type: "turn_ended", reason: "answered" },
  ];
}
const scrub = createScrub({ known: [] }).value;
const parts = ({ parameters, steps }: Recipe) => ({ parameters, steps: steps.map((s) => [s.tool, s.arguments]) });

Deno.test("a found path is found again, a typed one stays, a failed call is left out", () => {
  const events = turn("the last lines of the largest log, and of b.log", [
    ["list_files", { sort: "size" }, { entries: [{ path: "logs/a.log" }, { path: "b.log" }] }],
    ["read_file", { path: "logs/a.log", offset: -5 }, {}],
    ["read_file", { path: "nope" }, {}, true],
    ["read_file", { path: "b.log" }, {}],
  ]);
  assert.deepEqual(parts(recorded(events, { name: "a", parameters: { n: "5" }, scrub })), {
    parameters: [{ name: "n", type: "number", default: "5" }],
    steps: [
      ["list_files", { sort: "size" }],
      ["read_file", { path: "{{step1.data.entries.0.path}}", offset: "-{{n}}" }],
      ["read_file", { path: "b.log" }],
    ],
  });
});

Deno.test("a secret in an argument is asked for and never kept", () => {
  const key = `ghp_${"a1B2c3D4e5".repeat(4)}`.slice(0, 40);
  const made = recorded(turn(`use ${key}`, [["write_file", { path: "x.env", content: `TOKEN=${key}\n` }, {}]]), {
    name: "a",
    scrub,
  });
  assert.ok(!JSON.stringify(made).includes(key));
  assert.deepEqual(parts(made).parameters, [{ name: "secret1", type: "text" }]);
});

Deno.test("marks in what was said are no references", () => {
  const made = recorded(turn("x", [["write_file", { path: "t.txt", content: "{{step1.text}} {{x}}" }, {}]]), {
    name: "a",
    scrub,
  });
  assert.deepEqual(parts(made).steps, [["write_file", { path: "t.txt", content: "{ {step1.text}} { {x}}" }]]);
});

Deno.test("a turn without a call, a cut turn and a value that nothing holds make no recipe", () => {
  assert.throws(() => recorded(turn("hi", []), { name: "a", scrub }), /no call of that turn ended well/);
  assert.throws(
    () => recorded(turn("hi", [["read_file", {}, {}]]).slice(0, -1), { name: "a", scrub }),
    /no turn of this session was answered/,
  );
  assert.throws(
    () => recorded(turn("hi", [["read_file", {}, {}]]), { name: "a", parameters: { n: "5" }, scrub }),
    /stands in no argument/,
  );
});

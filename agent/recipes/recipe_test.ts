import assert from "node:assert/strict";
import { hashOf, Recipe } from "./recipe.ts";

const step = (id: string, tool: string, args: unknown) => ({ id, tool, arguments: args });
const made = (over: object) => ({ name: "a", steps: [step("one", "read_file", { path: "x.txt" })], ...over });

/** What is in the recipe, and a part of what is said of it; null = it is one. */
const CASES: [string, unknown, string | null][] = [
  ["a plain one", made({}), null],
  [
    "a reference to a parameter",
    made({ parameters: [{ name: "p", type: "path" }], steps: [step("one", "read_file", { path: "{{p}}" })] }),
    null,
  ],
  [
    "a reference to an earlier step",
    made({ steps: [step("one", "list_files", {}), step("two", "read_file", { path: "{{one.data.entries.0.path}}" })] }),
    null,
  ],
  ["a name with a slash", made({ name: "a/b" }), "a name has small letters"],
  ["a name that climbs", made({ name: "../a" }), "a name has small letters"],
  ["a name with an ending", made({ name: "a.yaml" }), "a name has small letters"],
  ["a long name", made({ name: "a".repeat(65) }), "a name has small letters"],
  ["no steps", made({ steps: [] }), ""],
  ["10,000 steps", made({ steps: Array.from({ length: 10_000 }, (_, n) => step(`s${n}`, "read_file", {})) }), ""],
  ["a key that is not known", made({ approve: "always" }), ""],
  ["a step that approves itself", made({ steps: [{ ...step("one", "shell", { line: "ls" }), approved: true }] }), ""],
  [
    "a parameter that is not there",
    made({ steps: [step("one", "read_file", { path: "{{p}}" })] }),
    "which is no parameter",
  ],
  [
    "a step that is not there",
    made({ steps: [step("one", "read_file", { path: "{{zero.text}}" })] }),
    "which no earlier step gives",
  ],
  [
    "a step that refers to itself",
    made({ steps: [step("one", "read_file", { path: "{{one.text}}" })] }),
    "which no earlier step gives",
  ],
  [
    "a loop of two",
    made({
      steps: [step("one", "read_file", { path: "{{two.text}}" }), step("two", "read_file", { path: "{{one.text}}" })],
    }),
    "which no earlier step gives",
  ],
  [
    "two steps of one name",
    made({ steps: [step("one", "read_file", {}), step("one", "read_file", {})] }),
    "two parts are called one",
  ],
  ["a step called like a parameter", made({ parameters: [{ name: "one", type: "text" }] }), "two parts are called one"],
  [
    "two parameters of one name",
    made({ parameters: [{ name: "p", type: "text" }, { name: "p", type: "path" }] }),
    "two parameters are called p",
  ],
  ["a parameter called constructor", made({ parameters: [{ name: "constructor", type: "text" }] }), ""],
  [
    "a value in code",
    made({ parameters: [{ name: "p", type: "text" }], steps: [step("one", "run_code", { code: "print({{p}})" })] }),
    "no value may be put into code",
  ],
  [
    "a value in quotes of a shell line",
    made({ parameters: [{ name: "p", type: "text" }], steps: [step("one", "shell", { line: 'echo "{{p}}"' })] }),
    "within quotes",
  ],
  [
    "a value as a command",
    made({ parameters: [{ name: "p", type: "text" }], steps: [step("one", "shell", { line: "{{p}} x" })] }),
    "must be a word of its own",
  ],
  [
    "arguments of a megabyte",
    made({ steps: [step("one", "write_file", { content: "x".repeat(1_000_000) })] }),
    "the most is",
  ],
  [
    "arguments without bottom",
    made({ steps: [step("one", "read_file", JSON.parse(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`))] }),
    "nested too deeply",
  ],
];

for (const [name, value, want] of CASES) {
  Deno.test(`${name}: ${want === null ? "a recipe" : "refused"}`, () => {
    const parsed = Recipe.safeParse(value);
    assert.equal(parsed.success, want === null, JSON.stringify(parsed.error?.issues));
    if (want !== null) {
      assert.ok(parsed.error!.issues.some((i) => i.message.includes(want)), parsed.error!.issues[0].message);
    }
  });
}

Deno.test("the hash is of what it does, not of how the file is written", () => {
  const a = Recipe.parse(made({ steps: [step("one", "list_files", { path: "x", depth: 2 })] }));
  const b = Recipe.parse(
    made({ description: "", parameters: [], steps: [step("one", "list_files", { depth: 2, path: "x" })] }),
  );
  const c = Recipe.parse(made({ steps: [step("one", "list_files", { path: "x", depth: 3 })] }));
  assert.equal(hashOf(a), hashOf(b));
  assert.notEqual(hashOf(a), hashOf(c));
});

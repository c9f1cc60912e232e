import assert from "node:assert/strict";
import { alwaysPattern } from "./always.ts";
import { allowedBy, parseRule, type TargetKind, type ToolKinds } from "./rules.ts";
import { createSessionGrants } from "./session_grants.ts";
import type { Risk } from "./tool.ts";

const KINDS: ToolKinds = new Map<string, TargetKind>([["write_file", "path"], ["shell", "shell"], [
  "run_code",
  "text",
]]);

Deno.test("always is the folder of a path, and otherwise no more than the call itself", () => {
  const cases: [string, string[], Risk, string | null][] = [
    ["write_file", ["notes/a.md"], "MEDIUM", "write_file:notes/**"],
    ["write_file", ["./notes//sub/a.md"], "MEDIUM", "write_file:notes/sub/**"],
    ["write_file", ["notes/a", "notes/b"], "MEDIUM", "write_file:notes/**"],
    ["write_file", ["notes/a", "src/b"], "MEDIUM", null],
    ["write_file", ["a.md"], "MEDIUM", "write_file:a.md"],
    ["write_file", ["a.md", "b.md"], "MEDIUM", null],
    ["write_file", ["[x]/{a}.md"], "MEDIUM", "write_file:\\[x\\]/**"],
    ["write_file", ["notes/a.md"], "HIGH", "write_file:notes/a.md"],
    ["write_file", ["conf/.env"], "MEDIUM", "write_file:conf/.env"],
    ["write_file", ["notes/a.md"], "CRITICAL", null],
    ["write_file", ["../a"], "MEDIUM", null],
    ["write_file", ["."], "MEDIUM", null],
    ["shell", ["npm test -- *.ts"], "MEDIUM", "shell:npm test -- \\*.ts"],
    ["shell", ["ls; rm x"], "HIGH", "shell:ls; rm x"],
    ["shell", ["rm -rf x"], "CRITICAL", null],
    ["shell", ["ls\nrm x"], "MEDIUM", null],
    ["shell", ["ls \u202e"], "MEDIUM", null],
    ["shell", ["x".repeat(501)], "MEDIUM", null],
    ["run_code", ["print(1)"], "MEDIUM", "run_code:print(1)"],
    ["run_code", [], "MEDIUM", null],
  ];
  for (const [tool, targets, risk, wanted] of cases) {
    const kind = KINDS.get(tool)!;
    const pattern = alwaysPattern(tool, kind, { targets, risk });
    assert.equal(pattern, wanted, JSON.stringify(targets));
    if (pattern === null) continue;
    const rule = parseRule(pattern, KINDS);
    assert.ok(!("reason" in rule), pattern);
    for (const target of targets) assert.deepEqual(allowedBy([rule], kind, target), [rule], `${pattern} ${target}`);
  }
});

Deno.test("a grant is for one agent in one session, is listed and can be taken back", () => {
  const grants = createSessionGrants(KINDS);
  const given = grants.add({ session: "s1", agent: "main", rule: "write_file:notes/**" });
  assert.deepEqual(grants.add({ session: "s1", agent: "main", rule: "write_file:notes/**" }), given);
  grants.add({ session: "s2", agent: "main", rule: "shell:make" });
  assert.deepEqual(grants.list("s1"), [{ id: 1, session: "s1", agent: "main", rule: "write_file:notes/**" }]);
  assert.deepEqual(grants.list().map((g) => g.id), [1, 2]);
  const held = (session: string, agent: string) => grants.rules(session, agent).map((r) => r.text);
  assert.deepEqual(held("s1", "main"), ["write_file:notes/**"]);
  assert.deepEqual(held("s1", "other"), []);
  assert.deepEqual(held("s3", "main"), []);
  assert.deepEqual([grants.revoke(1), grants.revoke(1), held("s1", "main")], [true, false, []]);
  for (const bad of ["write_file", "nothing:x", "write_file:a["]) {
    assert.throws(() => grants.add({ session: "s1", agent: "main", rule: bad }), SyntaxError);
  }
});

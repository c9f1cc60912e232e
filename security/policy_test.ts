import assert from "node:assert/strict";
import fc from "fast-check";
import type { RuleTexts } from "./config.ts";
import { decide, type Subject } from "./policy.ts";
import { compileRules, parseRule, type Rule, type TargetKind, type ToolKinds } from "./rules.ts";
import type { Risk } from "./tool.ts";

const KINDS: ToolKinds = new Map<string, TargetKind>([
  ["read_file", "path"],
  ["write_file", "path"],
  ["search_text", "path"],
  ["shell", "shell"],
  ["run_code", "text"],
  ["ask_user", "text"],
]);

type Case = {
  rules?: Partial<RuleTexts>;
  grants?: string[];
  call: [tool: string, ...targets: string[]];
  risk?: Risk;
};

function grant(text: string): Rule {
  const rule = parseRule(text, KINDS);
  assert.ok(!("reason" in rule), text);
  return rule;
}

function verdict({ rules, grants = [], call: [tool, ...targets], risk = "MEDIUM" }: Case) {
  const subject: Subject = { tool, kind: KINDS.get(tool)!, targets, risk, reasons: ["why"], grants: grants.map(grant) };
  return decide(subject, compileRules({ allow: [], ask: [], deny: [], ...rules }, KINDS));
}

function table(cases: [expected: "allow" | "ask" | "deny", by: string, given: Case][]) {
  for (const [expected, by, given] of cases) {
    const decision = verdict(given);
    assert.deepEqual([decision.verdict, decision.by], [expected, by], JSON.stringify(given));
  }
}

Deno.test("without rules the risk decides", () => {
  table([
    ["allow", "risk LOW", { call: ["read_file", "a"], risk: "LOW" }],
    ["ask", "risk MEDIUM", { call: ["write_file", "a"] }],
    ["ask", "risk HIGH", { call: ["write_file", "a"], risk: "HIGH" }],
    ["ask", "risk CRITICAL", { call: ["write_file", "a"], risk: "CRITICAL" }],
    ["deny", "no target", { call: ["read_file"], risk: "LOW" }],
  ]);
});

Deno.test("deny is before everything, ask before allow and grants", () => {
  const all = { allow: ["*:*", "write_file:a/b"] };
  table([
    ["deny", "rule deny write_file:a/**", {
      rules: { ...all, deny: ["write_file:a/**"] },
      call: ["write_file", "a/b"],
    }],
    ["deny", "rule deny *:*", { rules: { ...all, deny: ["*:*"] }, call: ["read_file", "x"], risk: "LOW" }],
    ["deny", "rule deny write_file:a/**", {
      rules: { ...all, deny: ["write_file:a/**"], ask: ["*:*"] },
      grants: ["write_file:a/b"],
      call: ["write_file", "a/b"],
    }],
    ["deny", "rule deny write_file:s", {
      rules: { ...all, deny: ["write_file:s"] },
      call: ["write_file", "a", "b", "s"],
    }],
    ["ask", "rule ask write_file:a/**", { rules: { ...all, ask: ["write_file:a/**"] }, call: ["write_file", "a/b"] }],
    ["ask", "rule ask read_file:**", { rules: { ask: ["read_file:**"] }, call: ["read_file", "x"], risk: "LOW" }],
    ["ask", "rule ask write_file:a/**", {
      rules: { ask: ["write_file:a/**"] },
      grants: ["write_file:a/**"],
      call: ["write_file", "a/b"],
    }],
  ]);
});

Deno.test("a denied path is denied below, in other case, by other spelling and by its absolute form", () => {
  const rules = { allow: ["*:*"], deny: ["read_file:secret", "read_file:**/.env", "read_file:Keys/*.txt"] };
  const denied =
    "secret secret/a secret/a/b ./secret/a a/../secret SECRET/x s\u200becret ｓecret/x secret// /home/me/w/secret/a .env a/.env " +
    "A/.ENV keys/A.TXT ../w/secret a\\..\\secret a/.env/x";
  for (const path of denied.split(" ")) {
    assert.equal(verdict({ rules, call: ["read_file", path] }).verdict, "deny", path);
  }
  for (const path of ["secrets/a", "a/secret", "env", "keys/a.md", "Keys/a/b.txt"]) {
    assert.equal(verdict({ rules, call: ["read_file", path] }).verdict, "allow", path);
  }
});

Deno.test("an allowed path is exactly what was written", () => {
  const rules = { allow: ["write_file:notes/**"] };
  const by = "rule allow write_file:notes/**";
  table([
    ["allow", by, { rules, call: ["write_file", "notes/a/.b"] }],
    ["allow", by, { rules, call: ["write_file", "notes/a", "notes/b"] }],
    ["allow", by, { rules, call: ["write_file", "notes/a"], risk: "HIGH" }],
    ["allow", "rule allow write_file:notes/**, grant write_file:b", {
      rules,
      grants: ["write_file:b"],
      call: ["write_file", "notes/a", "b"],
    }],
    ["ask", "risk MEDIUM", { rules, call: ["write_file", "notes/a", "b"] }],
    ["ask", "risk MEDIUM", { rules, call: ["write_file", "Notes/a"] }],
    ["ask", "risk MEDIUM", { rules, call: ["write_file", "notes/../b"] }],
    ["ask", "risk MEDIUM", { rules, call: ["write_file", "../notes/a"] }],
    ["ask", "risk MEDIUM", { rules, call: ["write_file", "/notes/a"] }],
    ["ask", "risk MEDIUM", { rules, call: ["write_file", "notes/a\nb"] }],
    ["ask", "risk MEDIUM", { rules, call: ["write_file", "nοtes/a"] }],
    ["ask", "risk MEDIUM", { rules, call: ["shell", "notes/a"] }],
  ]);
});

Deno.test("CRITICAL is allowed only by a rule that is the target itself", () => {
  const line = "rm -rf build/*";
  table([
    ["allow", "rule allow shell:rm -rf build/\\*", {
      rules: { allow: ["shell:rm -rf build/\\*"] },
      call: ["shell", line],
      risk: "CRITICAL",
    }],
    ["allow", "rule allow write_file:a/b", {
      rules: { allow: ["write_file:a/b"] },
      call: ["write_file", "a/b"],
      risk: "CRITICAL",
    }],
    ["ask", "risk CRITICAL", {
      rules: { allow: ["shell:rm -rf *", "shell:*", "*:*"] },
      call: ["shell", line],
      risk: "CRITICAL",
    }],
    ["ask", "risk CRITICAL", {
      rules: { allow: ["write_file:a/*", "*:a/b"] },
      call: ["write_file", "a/b"],
      risk: "CRITICAL",
    }],
    ["ask", "risk CRITICAL", { grants: ["write_file:a/b"], call: ["write_file", "a/b"], risk: "CRITICAL" }],
    ["ask", "risk CRITICAL", {
      rules: { allow: ["shell:rm -rf x"] },
      call: ["shell", "ls; rm -rf x"],
      risk: "CRITICAL",
    }],
  ]);
});

Deno.test("a broken rule denies all that it could have meant", () => {
  const cases: [Partial<RuleTexts>, string[], string[]][] = [
    [{ allow: ["write_file:notes/["] }, ["write_file"], ["read_file", "shell"]],
    [{ ask: ["write_file:"] }, ["write_file"], ["read_file"]],
    [{ deny: ["shell"] }, ["shell"], ["read_file"]],
    [{ deny: ["writ_file:x"] }, ["write_file", "read_file", "shell", "ask_user"], []],
    [{ deny: ["no colon at all"] }, ["write_file", "read_file", "shell"], []],
    [{ deny: [""] }, ["read_file"], []],
    [{ deny: ["*:a{"] }, ["read_file", "shell"], []],
    [{ deny: ["Shell:x"] }, ["read_file", "shell"], []],
    [{ allow: ["shell:a\u0007b"] }, ["shell"], ["read_file"]],
    [{ deny: [{ tool: "shell" } as unknown as string] }, ["shell", "read_file"], []],
    [{ deny: [null as unknown as string] }, ["shell", "read_file"], []],
    [{ deny: ["write_file:../x"] }, ["write_file"], ["shell"]],
  ];
  for (const [rules, denied, free] of cases) {
    for (const tool of denied) {
      const decision = verdict({ rules: { ...rules }, grants: ["*:*"], call: [tool, "x"], risk: "LOW" });
      assert.deepEqual(
        [decision.verdict, decision.by.slice(0, 12)],
        ["deny", "broken rule "],
        `${JSON.stringify(rules)} ${tool}`,
      );
      assert.match(decision.reasons[0], /cannot be read: ./);
    }
    for (const tool of free) {
      assert.equal(verdict({ rules, call: [tool, "x"], risk: "LOW" }).verdict, "allow", JSON.stringify(rules));
    }
  }
});

Deno.test("text that is neither path nor line: allow is whole, deny is anywhere", () => {
  table([
    ["allow", "rule allow run_code:print(1)", {
      rules: { allow: ["run_code:print(1)"] },
      call: ["run_code", "print(1)"],
    }],
    ["ask", "risk MEDIUM", { rules: { allow: ["run_code:print(1)"] }, call: ["run_code", "print(1)\nimport os"] }],
    ["ask", "risk MEDIUM", { rules: { allow: ["run_code:print(*)"] }, call: ["run_code", "print(1)\nx(2)"] }],
    ["deny", "rule deny run_code:*subprocess*", {
      rules: { deny: ["run_code:*subprocess*"] },
      call: ["run_code", "import SubProcess\n"],
    }],
    ["deny", "rule deny run_code:os.system", {
      rules: { deny: ["run_code:os.system"] },
      call: ["run_code", "x;os.system('a')"],
    }],
  ]);
});

const RISK = fc.constantFrom<Risk>("LOW", "MEDIUM", "HIGH", "CRITICAL");
const PATH = fc.array(fc.constantFrom("a", "b", ".env", "..", ".", "notes", "x.md"), { minLength: 1, maxLength: 5 })
  .map((l) => l.join("/"));

Deno.test("whatever else is allowed or granted, deny wins", () => {
  fc.assert(
    fc.property(
      RISK,
      fc.array(PATH, { minLength: 1, maxLength: 3 }),
      PATH,
      fc.array(fc.constantFrom("*:*", "write_file:**", "write_file:a/**")),
      (risk, others, denied, allow) => {
        const rules = { allow, ask: allow, deny: ["write_file:**/.env", "write_file:notes"] };
        const target = `${denied}/../.env`;
        for (const targets of [[target, ...others], [...others, target]]) {
          assert.equal(
            verdict({ rules, grants: ["*:*", "write_file:**"], call: ["write_file", ...targets], risk }).verdict,
            "deny",
          );
        }
      },
    ),
    { seed: 11, numRuns: 300 },
  );
});

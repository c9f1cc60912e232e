import assert from "node:assert/strict";
import fc from "fast-check";
import type { RuleTexts } from "./config.ts";
import { decide } from "./policy.ts";
import { compileRules, parseRule, type ToolKinds } from "./rules.ts";
import type { Risk } from "./tool.ts";

const KINDS: ToolKinds = new Map([["shell", "shell"]]);
const RISK = fc.constantFrom<Risk>("LOW", "MEDIUM", "HIGH", "CRITICAL");

function verdict(line: string, { rules, risk = "LOW" }: { rules: Partial<RuleTexts>; risk?: Risk }): string {
  const grant = parseRule("shell:*", KINDS);
  assert.ok(!("reason" in grant));
  const subject = {
    tool: "shell",
    kind: "shell" as const,
    targets: [line],
    risk,
    reasons: [],
    grants: rules.deny ? [grant] : [],
  };
  return decide(subject, compileRules({ allow: [], ask: [], deny: [], ...rules }, KINDS)).verdict;
}

Deno.test("an allowed shell pattern does not reach past an operator", () => {
  const rules = { allow: ["shell:git status*", "shell:ls *", "shell:npm run build", "shell:make a 2>&1"] };
  const allowed = [
    "git status",
    "git status --short",
    "git  status\t-s",
    "ls",
    "ls -la x",
    "ls 'a b'",
    "ls; git status && ls x | ls",
    "npm run build",
    "make a 2>&1",
  ];
  for (const line of allowed) assert.equal(verdict(line, { rules, risk: "MEDIUM" }), "allow", line);
  const asked = [
    "git status; rm -rf x",
    "git status && rm x",
    "git status | sh",
    "git status || rm x",
    "git status & rm x",
    "git status\nrm x",
    "git status\rrm x",
    "git status $(rm x)",
    "git status `rm x`",
    'git status "$(rm x)"',
    "git status > x",
    "git status >> x",
    "git status <(rm x)",
    "git status 2>&1",
    "git status ${x}",
    "git status \\; rm x",
    "git status {a,b}",
    "git status *",
    "git status ~",
    "git status #x",
    "git statu",
    "'git status'",
    '"git status" x',
    "git 'status x'",
    "git\u00a0status",
    "git status\u2028rm x",
    "x git status",
    "GIT status",
    "/tmp/git status",
    "a=b git status",
    "lsx",
    "npm run build x",
    "npm run build; npm run other",
    "make a 2>&1; ls",
    "(ls)",
    "! ls",
    "eval ls",
    "time ls x",
    "ls 'a",
    "ls;",
  ];
  for (const line of asked) {
    assert.equal(verdict(line, { rules, risk: "MEDIUM" }), "ask", JSON.stringify(line));
  }
  assert.equal(verdict("a b; c 'd'", { rules: { allow: ["shell:*"] }, risk: "MEDIUM" }), "allow");
  assert.equal(verdict("a $(b)", { rules: { allow: ["shell:*"] }, risk: "MEDIUM" }), "ask");
});

const RM = [
  "rm x",
  "rm",
  "  rm\t x",
  "/bin/rm x",
  "../../bin/rm x",
  "ls; rm x",
  "ls;rm x",
  "ls&&rm x",
  "ls | rm x",
  "ls || rm x",
  "ls & rm x",
  "ls\nrm x",
  "$(rm x)",
  "`rm x`",
  "(rm x)",
  "{ rm x; }",
  "echo $(echo `rm x`)",
  "sudo rm x",
  "env A=1 rm x",
  "A=1 rm x",
  "find . | xargs rm",
  "find . -exec rm {} +",
  "'rm' x",
  '"rm" x',
  "r''m x",
  'r""m x',
  "r\\m x",
  "\\rm x",
  "r\\\nm x",
  "$'rm' x",
  "$'\\x72m' x",
  "$'\\162m' x",
  "r$@m x",
  "r${z}m x",
  "rm${IFS}x",
  "rm$IFS$9x",
  "RM x",
  "ｒｍ x",
  "r\u200bm x",
  "/bin/r? x",
  "/bin/[r]m x",
  "bash -c 'rm x'",
  "python3 -c \"import os; os.system('rm x')\"",
  "if true; then rm x; fi",
  "a=rm; $a x",
  "alias z=rm; z x",
  "command rm x",
  "echo x >y; rm x",
  "cat <<E\nrm x\nE",
  "rm 'unclosed",
  "busybox rm x",
  "nice -n 5 rm x",
];

Deno.test("a denied shell command is found wherever it hides", () => {
  for (const line of RM) {
    assert.equal(
      verdict(line, { rules: { allow: ["*:*", "shell:*"], deny: ["shell:rm *"] } }),
      "deny",
      line,
    );
  }
  const others = [
    "ls",
    "format x",
    "rmdir x",
    "git rm-x",
    "charm x",
    "ls arm",
    "cat alarm.txt",
    "term x",
    "ls rm.txt",
    "npm run warm",
  ];
  for (const line of others) {
    assert.equal(
      verdict(line, { rules: { deny: ["shell:rm *"] } }),
      "allow",
      line,
    );
  }
});

Deno.test("deny patterns of several words, of operators and of parts of words are found", () => {
  const cases: [string, string[], string[]][] = [
    ["git push*", [
      "git push",
      "git  push -f",
      "git -C x push",
      "git -c a=b --no-pager push",
      "ls; git 'push'",
      "/usr/bin/git push",
    ], [
      "git status",
      "git commit -m push",
      "git stash; x push",
    ]],
    ["*curl*", ["curl x", "/usr/bin/curl", "echo curly", "x; CURL"], ["wget x"]],
    ["> /dev/sd*", ["echo x > /dev/sda", "echo x >/dev/sdb", "x>/dev/sda"], ["cat /dev/sda", "echo > /dev/null"]],
    ["curl * | sh", ["curl x | sh", "curl -s x|sh", "curl x y  |  sh"], ["curl x", "curl x | shuf"]],
    ["docker", ["docker ps", "sudo docker ps", "docker"], ["docker-compose up", "ls dockers"]],
    ["*--force*", ["git push --force", "x --force-with-lease"], ["git push"]],
  ];
  for (const [pattern, yes, no] of cases) {
    const rules = { deny: [`shell:${pattern}`] };
    for (const line of yes) {
      assert.equal(verdict(line, { rules }), "deny", `${pattern}: ${line}`);
    }
    for (const line of no) {
      assert.equal(verdict(line, { rules }), "allow", `${pattern}: ${line}`);
    }
  }
  for (const line of ["cat .env", "cat a/.env|wc", "x <.env", "cat 'a/.env'", "X=.env cat"]) {
    assert.equal(verdict(line, { rules: { deny: ["*:**/.env"] } }), "deny", line);
  }
});

Deno.test("no line with a denied command in it is ever allowed", () => {
  const word = fc.constantFrom("ls", "git", "status", "-la", "a.txt", "'b c'", '"d"', "x=1", "echo", "sudo", "xargs");
  const simple = fc.array(word, { minLength: 1, maxLength: 4 }).map((w) => w.join(" "));
  const operator = fc.constantFrom(" ; ", ";", " && ", "|", " | ", " || ", "\n", " & ", " $(", " `", "( ");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(simple, operator), { maxLength: 4 }),
      fc.constantFrom(...RM),
      fc.array(fc.tuple(operator, simple), { maxLength: 4 }),
      RISK,
      (before, rm, after, risk) => {
        const line = before.flat().join("") + rm + after.flat().join("");
        const rules = {
          allow: ["*:*", "shell:*", `shell:${line.replace(/[\\*]/g, "\\$&").replace(/[\0-\x1f]/g, " ")}`],
          deny: ["shell:rm *"],
        };
        assert.equal(verdict(line, { rules, risk }), "deny", line);
      },
    ),
    { seed: 5, numRuns: 1000 },
  );
});

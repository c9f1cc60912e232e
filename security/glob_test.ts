import assert from "node:assert/strict";
import { compileGlob, escapeGlob, normalPath } from "./glob.ts";

Deno.test("a glob matches label by label", () => {
  const cases: [string, string[], string[]][] = [
    ["notes/**", ["notes", "notes/a", "notes/a/.b", "notes/a/b/c"], ["note/a", "notesx", "a/notes/b", "Notes/a"]],
    ["**/.env", [".env", "a/.env", "a/b/.env"], [".envx", "a.env", ".env/x"]],
    ["*.ts", ["a.ts", ".ts"], ["a/b.ts", "a.tsx"]],
    ["src/*/x", ["src/a/x", "src/.a/x"], ["src/x", "src/a/b/x"]],
    ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/bx", "b"]],
    ["?[a-c][!x].md", ["1ay.md", "xb..md"], ["1dy.md", "1ax.md", "/ay.md"]],
    ["{a,b}/*.{md,txt}", ["a/x.md", "b/y.txt"], ["c/x.md", "a/x.ts"]],
    ["./a//b/", ["a/b"], ["a", "a/b/c"]],
    ["/etc/**", ["/etc", "/etc/x"], ["etc/x", "/etcx"]],
    ["\\*\\[x\\]", ["*[x]"], ["a[x]", "*x"]],
    ["*a*a*a*b", ["aaab", "xaxaxaxb"], [`${"a".repeat(50_000)}`]],
    ["größe/ü?", ["größe/üx"], ["größe/ü"]],
  ];
  for (const [pattern, yes, no] of cases) {
    const glob = compileGlob(pattern);
    for (const path of yes) assert.equal(glob.matches(path), true, `${pattern} ${path}`);
    for (const path of no) assert.equal(glob.matches(path), false, `${pattern} ${path.slice(0, 50)}`);
  }
});

Deno.test("a glob that does not parse throws", () => {
  for (
    const bad of [
      "a[",
      "a]",
      "[]",
      "[z-a]",
      "a{b",
      "a}",
      "{a}",
      "{a,{b,c}}",
      "a\\",
      "a**",
      "**a",
      "../a",
      "a/../b",
      "",
      "/",
      "[[a]",
    ]
  ) {
    assert.throws(() => compileGlob(bad), SyntaxError, bad);
  }
});

Deno.test("a path is normal without empty and dot labels, and an escaped path matches only itself", () => {
  const cases = {
    "a//b/./c/": "a/b/c",
    "./a": "a",
    "a/../b": "b",
    "../a": "../a",
    "a/../../b": "../b",
    "/a/../b": "/b",
    ".": "",
  };
  for (const [given, wanted] of Object.entries(cases)) assert.equal(normalPath(given), wanted, given);
  for (const path of ["a*b", "[x]", "{a,b}", "a\\b", "??"]) {
    assert.equal(compileGlob(escapeGlob(path)).literal, path);
  }
});

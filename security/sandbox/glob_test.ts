import assert from "node:assert/strict";
import { globMatcher } from "./glob.ts";

const CASES: [string, string, boolean][] = [
  ["*.ts", "a.ts", true],
  ["*.ts", "deep/down/a.ts", true],
  ["*.ts", "a.tsx", false],
  ["src/*.ts", "src/a.ts", true],
  ["src/*.ts", "src/b/a.ts", false],
  ["src/**/*.ts", "src/a.ts", true],
  ["src/**/*.ts", "src/b/c/a.ts", true],
  ["./src/**", "src/b/c", true],
  ["**/test/**", "a/test/b", true],
  ["?.md", "a.md", true],
  ["?.md", "ab.md", false],
  ["*.{ts,js}", "x.js", true],
  ["*.{ts,js}", "x.jsx", false],
  ["[a-c].txt", "b.txt", true],
  ["[!a-c].txt", "b.txt", false],
  ["[!a-c].txt", "d.txt", true],
  ["a+(b).txt", "a+(b).txt", true],
  ["a.b", "axb", false],
];

for (const [glob, path, wanted] of CASES) {
  Deno.test(`the glob ${glob} ${wanted ? "matches" : "does not match"} ${path}`, () => {
    assert.equal(globMatcher(glob)(path), wanted);
  });
}

Deno.test("a glob made to stall a backtracking engine is matched all the same", () => {
  const stall = globMatcher("*a".repeat(100) + "b");
  assert.equal(stall("a".repeat(4000)), false);
});

Deno.test("a glob with an open brace, or overlong, is a TypeError", () => {
  assert.throws(() => globMatcher("{a,b"), TypeError);
  assert.throws(() => globMatcher("[z-a]"), TypeError);
  assert.throws(() => globMatcher("["), TypeError);
  assert.throws(() => globMatcher("a".repeat(600)), TypeError);
});

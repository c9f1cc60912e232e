import assert from "node:assert/strict";
import { PROTECTED_PATHS, protectedBy } from "./protected.ts";

const CASES: [string, string | null][] = [
  [".git/hooks/pre-commit", ".git/hooks"],
  [".git/hooks", ".git/hooks"],
  [".GIT/Hooks/x", ".git/hooks"],
  ["sub/.git/config", ".git/config"],
  [".git/config.lock", null],
  [".g\u200bit/config", ".git/config"],
  ["git~1/config", ".git/config"],
  [".git./config ", ".git/config"],
  [".envrc", ".envrc"],
  ["deep/down/.ENVRC", ".envrc"],
  [".envrc.md", null],
  [".vscode/tasks.json", ".vscode"],
  [".github/workflows/ci.yml", ".github"],
  [".gitlab-ci.yml", ".gitlab-ci.yml"],
  [".husky/pre-push", ".husky"],
  [".harombe/state.db", ".harombe"],
  ["harombe.yaml", "harombe.yaml"],
  ["Harombe.YAML", "harombe.yaml"],
  ["harombe.yaml.md", null],
  ["github/x", null],
  ["src/main.ts", null],
  ["", null],
];

for (const [path, wanted] of CASES) {
  Deno.test(`${JSON.stringify(path)} is ${wanted === null ? "not protected" : `protected by ${wanted}`}`, () => {
    assert.equal(protectedBy(path, PROTECTED_PATHS), wanted);
  });
}

import assert from "node:assert/strict";
import { workspacePath } from "./workspace_path.ts";

const ACCEPTED: [string, string][] = [
  ["", ""],
  [".", ""],
  ["./", ""],
  ["a", "a"],
  ["./a//b/./c/", "a/b/c"],
  ["/desk/space", ""],
  ["/desk/space/", ""],
  ["/desk/space/a/b", "a/b"],
  ["//desk///space/a", "a"],
  ["a.", "a."],
  ["..a", "..a"],
  ["a..b", "a..b"],
  ["...", "..."],
  ["ünï/日本", "ünï/日本"],
  ["a b", "a b"],
  ["~a", "~a"],
  ["x/~", "x/~"],
  ["-rf", "-rf"],
  ["%2e%2e/x", "%2e%2e/x"],
  ["a".repeat(255), "a".repeat(255)],
];

for (const [asked, wanted] of ACCEPTED) {
  Deno.test(`the path ${JSON.stringify(asked.slice(0, 30))} means ${JSON.stringify(wanted.slice(0, 30))}`, () => {
    assert.equal(workspacePath("/desk/space", asked), wanted);
  });
}

const REFUSED = [
  "..",
  "../x",
  "a/../b",
  "a/..",
  "/desk/space/../x",
  "/",
  "/etc/passwd",
  "/desk/spacex/a",
  "/desk",
  "~",
  "~/.ssh/id_rsa",
  "a\0b",
  "a\nb",
  "a\x1b[2Jb",
  "a\x7f",
  "a\u0085b",
  "a\u202eb",
  "a\u2066b",
  "..\\x",
  "a\\b",
  "\ud800",
  "a".repeat(256),
  "é".repeat(128),
  "a/".repeat(3000),
];

for (const asked of REFUSED) {
  Deno.test(`the path ${JSON.stringify(asked.slice(0, 30))} is refused`, () => {
    assert.throws(() => workspacePath("/desk/space", asked), { name: "TypeError", message: /^Cannot use path / });
  });
}

Deno.test("without a known root no absolute path is accepted", () => {
  assert.throws(() => workspacePath(null, "/a"), TypeError);
  assert.equal(workspacePath(null, "a"), "a");
});

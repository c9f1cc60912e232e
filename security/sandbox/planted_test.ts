import assert from "node:assert/strict";
import { type Found, guardedMounts, planted } from "./planted.ts";

const found = (path: string, identity: string, kind: Found["kind"] = "directory", parent = "p"): Found => ({
  path,
  identity,
  kind,
  parent,
});

Deno.test("what exists is mounted over, a git directory only so that it keeps its name", () => {
  assert.deepEqual(
    guardedMounts([
      found("/w/.git", "1"),
      found("/w/.git/hooks", "2"),
      found("/w/.envrc", "3", "file"),
      found("/w/.husky", "4", "link"),
      found("/w/s/.git", "5", "file"),
    ]),
    [
      { path: "/w/.git", writable: true },
      { path: "/w/.git/hooks", writable: false },
      { path: "/w/.envrc", writable: false },
      { path: "/w/s/.git", writable: false },
    ],
  );
});

Deno.test("what was not there before was planted, what only moved was not", () => {
  const cases: [before: Found[], after: Found[], planted: string[]][] = [
    [[], [], []],
    [[], [found("/w/.vscode", "1")], ["/w/.vscode"]],
    [[found("/w/a/.git", "1")], [found("/w/b/.git", "1")], []],
    [[found("/w/a/.git", "1", "directory", "a")], [
      found("/w/b/.git", "1", "directory", "a"),
      found("/w/a/.git", "2", "directory", "new"),
    ], ["/w/a/.git"]],
    // The person's editor replaces a file by renaming another over it; a run cannot, it is a mount.
    [[found("/w/.envrc", "1", "file")], [found("/w/.envrc", "2", "file")], []],
    // A link is no mount.
    [[found("/w/.husky", "1:link:a", "link")], [found("/w/.husky", "1:link:b", "link")], ["/w/.husky"]],
    [[], [
      found("/w/n/.git", "1"),
      found("/w/n/.git/hooks", "2", "directory", "1"),
      found("/w/n/.git/config", "3", "file", "1"),
    ], ["/w/n/.git"]],
  ];
  assert.deepEqual(
    cases.map(([before, after]) => planted(before, after).map(({ path }) => path)),
    cases.map(([, , expected]) => expected),
  );
});

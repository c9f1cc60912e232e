import assert from "node:assert/strict";
import { exportFile } from "./export_file.ts";

Deno.test("the one file that an export may write is the one that the person typed", () => {
  const cases: [args: string[], path: string | null, given?: string[]][] = [
    [["sessions", "export", "1", "-o", "x.md"], "/here/x.md", ["sessions", "export", "1", "--output=/here/x.md"]],
    [["sessions", "export", "1", "--output", "/a/b", "--force"], "/a/b", [
      "sessions",
      "export",
      "1",
      "--output=/a/b",
      "--force",
    ]],
    [["--debug", "sessions", "export", "1", "--output=x"], "/here/x", [
      "--debug",
      "sessions",
      "export",
      "1",
      "--output=/here/x",
    ]],
    [["sessions", "export", "1", "-ox"], "/here/x", ["sessions", "export", "1", "--output=/here/x"]],
    [["sessions", "export", "1"], null],
    [["sessions", "export", "1", "-o"], null],
    [["sessions", "export", "1", "-o", ""], null],
    [["sessions", "search", "-o", "x"], null],
    [["sessions", "rename", "export", "-o", "/etc/passwd"], null],
    [["audit", "export", "-o", "x"], null],
    [["ask", "sessions", "export", "-o", "x"], null],
    [["sessions", "export", "1", "--", "-o", "x"], null],
  ];
  for (const [args, path, given] of cases) {
    assert.deepEqual(exportFile(args, "/here"), path === null ? null : { path, args: given }, args.join(" "));
  }
});

import assert from "node:assert/strict";
import { lexical, meanings } from "./real_path.ts";

const LINKS: Record<string, string> = {
  "/ws/out": "/etc",
  "/ws/up": "..",
  "/ws/in": "sub/deep",
  "/ws/chain": "in/file",
  "/ws/sub/deep/back": "../../a",
  "/ws/loop": "loop2",
  "/ws/loop2": "./loop",
  "/ws/dot": ".",
  "/ws/abs": "/ws/sub//deep/",
};
const look = (path: string) => LINKS[path] ?? null;

Deno.test("a path is every file that an operation on it can mean, the one it leads to first", () => {
  const rows: [string, string[] | null][] = [
    ["/ws/a", ["/ws/a"]],
    ["//ws/./a/", ["/ws/a"]],
    ["/ws/out/passwd", ["/etc/passwd"]],
    ["/ws/out", ["/etc", "/ws/out"]],
    ["/ws/up/x", ["/x"]],
    ["/ws/in/file", ["/ws/sub/deep/file"]],
    ["/ws/chain", ["/ws/sub/deep/file", "/ws/chain"]],
    ["/ws/abs/x", ["/ws/sub/deep/x"]],
    ["/ws/sub/deep/back", ["/ws/a", "/ws/sub/deep/back"]],
    // Deno takes `..` out of the text; the kernel follows the link first. Both are judged.
    ["/ws/in/../a", ["/ws/a", "/ws/sub/a"]],
    ["/ws/out/../shadow", ["/ws/shadow", "/shadow"]],
    ["/ws/../../..", ["/"]],
    ["/ws/dot/dot/dot/a", ["/ws/a"]],
    ["/ws/loop", null],
    ["/ws/loop/x", null],
    [`/ws/${"dot/".repeat(41)}a`, null],
    [`/ws/${"x/../".repeat(500)}out`, ["/etc", "/ws/out"]],
  ];
  for (const [path, expected] of rows) assert.deepEqual([path, meanings(path, look)], [path, expected]);
});

Deno.test("dots are taken out of the text alone", () => {
  assert.deepEqual(["/a/../b", "/../..", "/a/./b//c/", "/ws/out/.."].map(lexical), ["/b", "/", "/a/b/c", "/ws"]);
});

import assert from "node:assert/strict";
import { entryFor } from "./entry.ts";
import { SOURCE } from "./places.ts";

Deno.test("source text that may import begins by a computed import, any other by itself", () => {
  const plain = [
    "console.log(1)",
    'import fs from "node:fs";\nif (import.meta.main) console.log(fs)',
    "import { readFileSync as r, type Stats } from 'node:fs';\nimport * as os from \"node:os\";",
    'import { readFile } from "node:fs/promises"',
    "export const a = 1;",
    "const text = 'from';",
  ];
  const guarded = [
    'import x from "file:///etc/passwd"',
    'import "file:///etc/passwd"',
    'import"file:///etc/passwd"',
    'import/**/x/**/from/**/"file:///etc/passwd"',
    'import x from "node:fs"; import y from "file:///etc/passwd"',
    'import x from "node:fs"\nimport y from "./a.ts"',
    'export * from "file:///etc/passwd"',
    'export { x } from "node:fs"; export { y } from "file:///etc/passwd"',
    'await import("file:///etc/passwd")',
    "import x from 'node:fs\"; import y from 'file:///x'",
    'import x from "node:fs/../../etc/passwd"',
    '/// <reference path="/etc/passwd" />',
    `import${" ".repeat(5000)}x from "node:fs"`,
    "import defer * as x from '/etc/passwd'",
  ];
  for (const source of plain) assert.deepEqual([source, entryFor(source)], [source, SOURCE]);
  for (const source of guarded) {
    assert.deepEqual([source, entryFor(source).startsWith("data:application/javascript,await")], [source, true]);
  }
});

Deno.test("the longest source texts that try to make it slow are looked at in little time", () => {
  for (const piece of ["import ", "import a ", "export ", 'import a from "node:', "import{", " "]) {
    const source = piece.repeat(Math.ceil((1 << 20) / piece.length)).slice(0, 1 << 20);
    entryFor(source);
  }
});

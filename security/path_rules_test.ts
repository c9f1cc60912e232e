import assert from "node:assert/strict";
import { pathRules } from "./path_rules.ts";
import { compileRules, type ToolKinds } from "./rules.ts";

const KINDS: ToolKinds = new Map([
  ["read_file", "path"],
  ["write_file", "path"],
  ["edit_file", "path"],
  ["shell", "shell"],
  ["run_code", "text"],
]);

Deno.test("code is bound by what the rules say of the tools that read and write files", () => {
  const rules = compileRules({
    allow: ["read_file:**", "run_code:*"],
    ask: ["*:notes/**", "write_file:out/**", "shell:rm *"],
    deny: ["*:private/**", "read_file:x", "edit_file:y", "shell:curl *", "run_code:python"],
  }, KINDS);
  assert.deepEqual(pathRules(rules), {
    read: { deny: ["*:private/**", "read_file:x"], ask: ["*:notes/**"] },
    write: { deny: ["*:private/**", "edit_file:y"], ask: ["*:notes/**", "write_file:out/**"] },
  });
});

Deno.test("a broken rule of a file tool forbids code every file", () => {
  const rules = compileRules({ allow: ["write_file:a[b"], ask: [], deny: [] }, KINDS);
  assert.deepEqual(pathRules(rules), { read: { deny: [], ask: [] }, write: { deny: ["write_file:**"], ask: [] } });
});

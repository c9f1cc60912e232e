import assert from "node:assert/strict";
import { systemPrompt } from "./prompt.ts";

const here = {
  os: "linux",
  folder: "/home/someone/projects/a-rather-long-name",
  access: "rw",
  today: "2026-11-20",
} as const;

Deno.test("the prompt says what cannot be used here, and carries the owner's words last", () => {
  const text = systemPrompt({ ...here, unavailable: ["shell (x)"], access: "ro", extra: "Call me Ada." });
  assert.match(text, /read only/);
  assert.match(text, /Unavailable here: shell \(x\)\./);
  assert.match(text, /Call me Ada\.$/);
});

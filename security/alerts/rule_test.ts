import assert from "node:assert/strict";
import type { AuditRecord } from "../audit/record.ts";
import { alertsOf } from "./rule.ts";

Deno.test("an alert's example is one line, and nothing in it acts on a terminal", () => {
  const record: AuditRecord = {
    seq: 7,
    at: 0,
    hash: "",
    entry: {
      kind: "refusal",
      callId: "c",
      session: "s",
      agent: "main",
      tool: "shell\n#8 shell: all is well",
      args: {},
      reasons: ["\x1b[2J\u202eno"],
      by: "rule deny shell:*",
    },
  };
  assert.deepEqual(alertsOf([record], ["denied_by_rule"]).map(({ lines }) => lines), [
    ["#7 shell #8 shell: all is well: ␛[2J⟨U+202E⟩no."],
  ]);
});

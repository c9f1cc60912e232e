import assert from "node:assert/strict";
import { deniedBecause } from "./denied.ts";
import type { AuditEntry } from "./record.ts";

const about = { callId: "c", session: "s", tool: "shell" };
const refusal = (reason: string): AuditEntry => ({
  kind: "refusal",
  ...about,
  agent: "main",
  args: {},
  reasons: [reason],
  by: "risk",
});
const connection = (verdict: "open" | "refused"): AuditEntry => ({
  kind: "edge",
  ...about,
  event: {
    kind: "connection",
    protocol: "connect",
    host: "x.example",
    port: 443,
    verdict,
    reason: "no rule names it",
    up: 0,
    down: 0,
  },
});

Deno.test("everything that was denied says why in one sentence, and nothing else does", () => {
  const rows: [AuditEntry, string | null][] = [
    [
      refusal(
        "Refused by rule deny shell:rm *: the rule forbids it. Do not try to reach the same in another way; tell the person.",
      ),
      "Refused by rule deny shell:rm *: the rule forbids it.",
    ],
    [
      refusal("Cannot call shell: its arguments do not fit.\n- line: required\nExpected: …"),
      "Cannot call shell: its arguments do not fit: line: required.",
    ],
    [refusal("nobody is here to ask"), "nobody is here to ask."],
    [connection("refused"), "no connection to x.example:443: no rule names it."],
    [connection("open"), null],
    [
      {
        kind: "edge",
        ...about,
        event: {
          kind: "permission",
          permission: "read",
          value: null,
          verdict: "deny",
          reason: "it asks for all",
          times: 2,
        },
      },
      "no permission to read everything: it asks for all.",
    ],
    [{ kind: "outcome", ...about, ok: false, ms: 1, resultSha256: "", summary: "" }, null],
    [
      { kind: "decision", ...about, agent: "main", answer: "no", by: "person", where: "terminal", shownSha256: "" },
      "person said no.",
    ],
    [
      {
        ...{ kind: "decision", ...about, agent: "main", answer: "silence", where: "queue", shownSha256: "" },
        by: "nobody answered within 15 min",
      },
      "nobody answered within 15 min, and silence is no.",
    ],
    [
      { kind: "decision", ...about, agent: "main", answer: "once", by: "person", where: "terminal", shownSha256: "" },
      null,
    ],
    [
      {
        kind: "outcome",
        ...about,
        ok: false,
        ms: 1,
        resultSha256: "",
        summary: "",
        denied: "a run may not make .envrc",
      },
      "a run may not make .envrc.",
    ],
  ];
  assert.deepEqual(rows.map(([entry]) => deniedBecause(entry)), rows.map(([, said]) => said));
});

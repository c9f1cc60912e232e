import assert from "node:assert/strict";
import type { AgentEvent } from "../../agent/event.ts";
import { text } from "../../node/chat.ts";
import { exportOf } from "../export/export.ts";
import { readExported } from "./exported.ts";

const session = { id: "1120-aaaaaa", createdAt: 0, updatedAt: 1, title: "tea", folder: "/w", model: "small" };
const events: AgentEvent[] = [
  { type: "turn_started", message: text("hello"), model: "small" },
  { type: "step_ended", calls: [{ id: "c", name: "shell", arguments: '{"line":"ls"}' }] },
  { type: "turn_ended", reason: "answered" },
];
const log = events.map((event, at) => ({ seq: at + 1, session: session.id, at: 0, event }));

Deno.test("what sessions export writes complete is read back", () => {
  for (const format of ["json", "jsonl"] as const) {
    const written = exportOf(session, log, { format, printable: (value) => value });
    assert.deepEqual(readExported(written, "s"), { id: session.id, title: "tea", events });
  }
});

Deno.test("anything else is refused with its place", () => {
  const lines = exportOf(session, log, { format: "jsonl", printable: (value) => value });
  const cases: [string, RegExp][] = [
    ["", /Cannot replay s: it is no session exported/],
    ["# tea\n", /no session exported/],
    [lines.replace("turn_ended", "turn_stopped"), /Cannot replay s: line 4 is no event/],
    [lines.slice(0, -20), /line 4 is no event/],
  ];
  for (const [written, expected] of cases) assert.throws(() => readExported(written, "s"), expected);
});

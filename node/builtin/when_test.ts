import assert from "node:assert/strict";
import { tokenize } from "./token.ts";
import { findWhen, stamp } from "./when.ts";

/** Friday, local time. */
const NOW = new Date(2026, 10, 20, 14, 30);

const CASES: [string, { since?: string; until?: string } | null][] = [
  ["since yesterday", { since: "2026-11-19 00:00" }],
  ["yesterday", { since: "2026-11-19 00:00", until: "2026-11-20 00:00" }],
  ["today", { since: "2026-11-20 00:00" }],
  ["in the last 2 days", { since: "2026-11-18 14:30" }],
  ["the past hour", { since: "2026-11-20 13:30" }],
  ["last week", { since: "2026-11-13 00:00" }],
  ["this week", { since: "2026-11-16 00:00" }],
  ["on monday", { since: "2026-11-16 00:00", until: "2026-11-17 00:00" }],
  ["since monday", { since: "2026-11-16 00:00" }],
  ["before last tuesday", { until: "2026-11-17 00:00" }],
  ["from monday to wednesday", { since: "2026-11-16 00:00", until: "2026-11-19 00:00" }],
  ["between 1 may and 3 may 2026", { since: "2026-05-01 00:00", until: "2026-05-04 00:00" }],
  ["in march", { since: "2026-03-01 00:00", until: "2026-04-01 00:00" }],
  ["after 2026-11-02", { since: "2026-11-03 00:00" }],
  ["older than 30 days", { until: "2026-10-21 14:30" }],
  ["newer than a week", { since: "2026-11-13 14:30" }],
  ["a week ago", { since: "2026-11-13 00:00", until: "2026-11-14 00:00" }],
  ["tomorrow", null],
  ["may", null],
  ["5 files", null],
  ["next week", null],
];

for (const [phrase, want] of CASES) {
  Deno.test(`"${phrase}" means ${JSON.stringify(want)}`, async () => {
    const [found] = await findWhen(tokenize(phrase), NOW);
    const got = found === undefined ? null : {
      ...(found.since && { since: stamp(found.since) }),
      ...(found.until && { until: stamp(found.until) }),
    };
    assert.deepEqual(got, want);
  });
}

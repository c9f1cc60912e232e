import assert from "node:assert/strict";
import { records } from "./records.ts";

const checked = (value: string | null, permission = "read", verdict: "allow" | "deny" = "allow") => ({
  permission,
  value,
  verdict,
  reason: "why",
});

Deno.test("equal checks are one record; what came after it was told is told at the end", () => {
  const kept = records();
  for (let i = 0; i < 3; i++) kept.add(checked("a"));
  kept.add(checked("b", "read", "deny"));
  const first = [
    { kind: "permission" as const, ...checked("a"), times: 3 },
    { kind: "permission" as const, ...checked("b", "read", "deny"), times: 1 },
  ];
  assert.deepEqual(kept.take(false), first);
  kept.add(checked("a"));
  assert.deepEqual(kept.take(false), []);
  assert.deepEqual(kept.take(true), [{ ...first[0], times: 1 }]);
  assert.deepEqual(kept.take(true), []);
});

Deno.test("a million checks of a hundred thousand files are few records that still count each", () => {
  const kept = records(10);
  let told = kept.take(false);
  for (let i = 0; i < 1_000_000; i++) {
    kept.add(checked(`file ${i % 100_000}`, `${["read", "write", "nonsense"][i % 3]}${i % 3 === 2 ? i : ""}`));
    if (i % 100_000 === 0) told = [...told, ...kept.take(false)];
  }
  told = [...told, ...kept.take(true)];
  assert.ok(told.length <= 2 * (10 + 18), String(told.length));
  assert.equal(told.reduce((sum, { times }) => sum + times, 0), 1_000_000);
  assert.deepEqual([...new Set(told.map(({ permission }) => permission))].sort(), ["read", "unknown", "write"]);
});

Deno.test("a value is kept to its first thousand characters", () => {
  const kept = records();
  kept.add(checked("x".repeat(5000)));
  assert.equal(kept.take(true)[0].value, `${"x".repeat(1000)}…`);
});

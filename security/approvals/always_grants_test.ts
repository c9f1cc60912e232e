import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { ToolKinds } from "../rules.ts";
import { createSessionGrants } from "../session_grants.ts";
import { joinGrants, openAlwaysGrants } from "./always_grants.ts";
import { scene } from "./queue_fixture_test.ts";

const kinds: ToolKinds = new Map([["write_file", "path"], ["shell", "shell"]]);
const FROM = { by: "person at terminal", where: "terminal" };
const NOTES = { session: "s1", agent: "main", rule: "write_file:notes/**", upTo: "MEDIUM" as const, ...FROM };

Deno.test("always is kept with who and when, for its session and agent alone, or for all sessions if it lasts", async () => {
  await using s = await scene();
  const grants = openAlwaysGrants(s.path, { kinds, now: s.now });
  assert.deepEqual(grants.add(NOTES), { id: 1, ...NOTES, at: s.clock.at });
  grants.add({ ...NOTES, rule: "shell:ls", lasting: true });
  const rules = (session: string, agent: string) => grants.rules(session, agent).map((r) => [r.text, r.upTo]);
  assert.deepEqual(rules("s1", "main"), [["write_file:notes/**", "MEDIUM"], ["shell:ls", "MEDIUM"]]);
  assert.deepEqual(rules("s2", "main"), [["shell:ls", "MEDIUM"]]);
  assert.deepEqual(rules("s1", "helper"), []);
  grants.close();
  const later = openAlwaysGrants(s.path, { kinds, now: s.now });
  assert.deepEqual(later.list("s2").map((g) => [g.id, g.lasting]), [[2, true]]);
  assert.equal(later.list().length, 2);
  later.close();
});

Deno.test("granting twice is one grant for the higher risk; a revoked one never holds again, in other processes too", async () => {
  await using s = await scene();
  const grants = openAlwaysGrants(s.path, { kinds, now: s.now });
  const other = openAlwaysGrants(s.path, { kinds, now: s.now });
  const first = grants.add(NOTES);
  assert.deepEqual(grants.add({ ...NOTES, upTo: "HIGH" }), { ...first, upTo: "HIGH" });
  assert.equal(other.revoke(first.id), true);
  assert.deepEqual([other.revoke(first.id), grants.rules("s1", "main"), grants.list()], [false, [], []]);
  assert.equal(grants.add(NOTES).id, 2);
  grants.close();
  other.close();
});

Deno.test("a rule that does not parse grants nothing, written or read", async () => {
  await using s = await scene();
  const grants = openAlwaysGrants(s.path, { kinds, now: s.now });
  assert.throws(() => grants.add({ ...NOTES, rule: "gone_tool:x" }), SyntaxError);
  const db = new DatabaseSync(s.path);
  const insert = db.prepare(
    "INSERT INTO always (session, agent, rule, up_to, by, place, created_at) VALUES ('s1', 'main', ?, ?, 'x', 'y', 0)",
  );
  insert.run("gone_tool:x", "MEDIUM");
  insert.run("write_file:a", "EVERYTHING");
  db.close();
  assert.deepEqual(grants.rules("s1", "main").map((r) => [r.text, r.upTo]), [["write_file:a", "LOW"]]);
  grants.close();
});

Deno.test("grants of the command line stay in memory beside those that are kept", async () => {
  await using s = await scene();
  const kept = openAlwaysGrants(s.path, { kinds, now: s.now });
  const both = joinGrants(createSessionGrants(kinds), kept);
  const memory = both.add({ session: "s1", agent: "main", rule: "write_file:a" });
  const lasting = both.add(NOTES);
  assert.deepEqual([memory.id, lasting.id], [-1, 1]);
  assert.deepEqual(both.rules("s1", "main").map((r) => r.text), ["write_file:a", "write_file:notes/**"]);
  assert.deepEqual(kept.list().map((g) => g.id), [1]);
  assert.deepEqual([both.revoke(-1), both.revoke(1), both.list()], [true, true, []]);
  kept.close();
});

import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { text } from "../../node/chat.ts";
import { migrate } from "../../security/migrate.ts";
import { checkVersions } from "../../security/testing/versions.ts";
import type { AgentEvent } from "../event.ts";
import { SESSION_STORE } from "./schema.ts";
import { openSessions } from "./sessions.ts";

Deno.test("a session store of every earlier version opens with its rows", (t) =>
  checkVersions(t, SESSION_STORE, [
    { table: "session", since: 1, sql: "INSERT INTO session VALUES ('s', 1, 2, 'title', '/folder', 'model')" },
    { table: "event", since: 1, sql: `INSERT INTO event VALUES (7, 's', 1, 1, '{"type":"text","text":"a"}')` },
    { table: "passage", since: 2, sql: "INSERT INTO passage (rowid, text, source) VALUES (7, 'a', 'user')" },
    { table: "branch", since: 3, sql: "INSERT INTO branch VALUES ('s', 's', 1)" },
    { table: "turn", since: 3, sql: "INSERT INTO turn VALUES ('s', 1, 1, 1, 2, '[]')" },
    { table: "compaction", since: 3, sql: "INSERT INTO compaction VALUES ('s', 1)" },
  ]));

Deno.test("an older store's turns begin and end where they would have, had they been kept from the start", async () => {
  const event = fc.constantFrom<AgentEvent>(
    { type: "turn_started", message: text("u"), model: "m" },
    { type: "turn_resumed", model: "m" },
    { type: "turn_ended", reason: "answered" },
    { type: "text", text: "a" },
    { type: "step_ended", calls: [] },
  );
  const never = new AbortController().signal;
  const rows = (path: string) => {
    const db = new DatabaseSync(path, { readOnly: true });
    const found = db.prepare("SELECT session, seq, ended FROM turn ORDER BY session, seq").all().map((row) => ({
      ...row,
    }));
    db.close();
    return found;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(event, { maxLength: 12 }), { minLength: 1, maxLength: 3 }), async (logs) => {
      const dir = await Deno.makeTempDir();
      const kept = openSessions(`${dir}/new.db`, { now: () => 1 });
      const old = new DatabaseSync(`${dir}/old.db`);
      migrate(old, { name: SESSION_STORE.name, steps: SESSION_STORE.steps.slice(0, 2) });
      for (const log of logs) {
        const { id } = await kept.create({ folder: "/w", model: "m" }, never);
        await kept.append(id, log, never);
        old.prepare("INSERT INTO session VALUES (?, 1, 1, '', '/w', 'm')").run(id);
        for (const [i, one] of log.entries()) {
          old.prepare("INSERT INTO event (session, seq, at, json) VALUES (?, ?, 1, ?)").run(
            id,
            i + 1,
            JSON.stringify(one),
          );
        }
      }
      kept.close();
      old.close();
      openSessions(`${dir}/old.db`, { now: () => 1 }).close();
      assert.deepEqual(rows(`${dir}/old.db`), rows(`${dir}/new.db`));
      await Deno.remove(dir, { recursive: true });
    }),
    { seed: 4, numRuns: 60 },
  );
});

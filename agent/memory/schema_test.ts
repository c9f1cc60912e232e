import { checkVersions } from "../../security/testing/versions.ts";
import { SESSION_STORE } from "./schema.ts";

Deno.test("a session store of every earlier version opens with its rows", (t) =>
  checkVersions(t, SESSION_STORE, [
    { table: "session", since: 1, sql: "INSERT INTO session VALUES ('s', 1, 2, 'title', '/folder', 'model')" },
    { table: "event", since: 1, sql: `INSERT INTO event VALUES (7, 's', 1, 1, '{"type":"text","text":"a"}')` },
    { table: "passage", since: 2, sql: "INSERT INTO passage (rowid, text, source) VALUES (7, 'a', 'user')" },
    { table: "branch", since: 3, sql: "INSERT INTO branch VALUES ('s', 's', 1)" },
    { table: "turn", since: 3, sql: "INSERT INTO turn VALUES ('s', 1, 1, 1, 2, '[]')" },
    { table: "compaction", since: 3, sql: "INSERT INTO compaction VALUES ('s', 1)" },
  ]));

import { checkVersions } from "../testing/versions.ts";
import { AUDIT_STORE } from "./schema.ts";

Deno.test("an audit log of every earlier version opens with its rows", (t) =>
  checkVersions(t, AUDIT_STORE, [
    { table: "record", since: 1, sql: `INSERT INTO record VALUES (1, '{}', 'h', '"c"')` },
    { table: "seal", since: 1, sql: "INSERT INTO seal VALUES (1, 'line')" },
    { table: "checkpoint", since: 2, sql: "INSERT INTO checkpoint VALUES (1, 'line')" },
  ]));

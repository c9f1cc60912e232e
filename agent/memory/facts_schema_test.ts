import { checkVersions } from "../../security/testing/versions.ts";
import { FACT_STORE } from "./facts_schema.ts";

Deno.test("a memory of every earlier version opens with its rows", (t) =>
  checkVersions(t, FACT_STORE, [
    { table: "fact", since: 1, sql: "INSERT INTO fact VALUES (7, 1, 'a', 's', 'person')" },
    { table: "fact_text", since: 1, sql: "INSERT INTO fact_text (rowid, text) VALUES (7, 'a')" },
  ]));

import assert from "node:assert/strict";
import { causeOf } from "./servers.ts";

Deno.test("of a server that cannot be used the cause is said once", () => {
  const rows: [message: string, cause: string][] = [
    [
      "Cannot connect to the model server: http://127.0.0.1:9 (connect refused)",
      "it cannot be reached (connect refused)",
    ],
    ["Cannot resolve the name of a model server: box (ENOTFOUND)", "its name cannot be resolved (ENOTFOUND)"],
    ["Cannot use a model server: http://8.8.8.8 (it is public. To allow, set it)", "it is public. To allow, set it"],
    ["Cannot use the model (any) at http://10.0.0.1: HTTP 404", "HTTP 404"],
    ["Cannot use the model (any) at http://10.0.0.1:80: HTTP 401 (no key)", "HTTP 401 (no key)"],
    [
      "Cannot read the answer of http://10.0.0.1 to /api/tags",
      "Cannot read the answer of http://10.0.0.1 to /api/tags",
    ],
    ["", ""],
  ];
  assert.deepEqual(rows.map(([message]) => [message, causeOf(message)]), rows);
});

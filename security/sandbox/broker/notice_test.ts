import assert from "node:assert/strict";
import { withoutNotice } from "./notice.ts";

const NOTICE = "Warning Permission broker is an experimental feature\n";

Deno.test("Deno's notice is taken from the beginning of stderr, in whatever pieces it comes, and nothing else", async () => {
  const rows: [string[], string][] = [
    [[NOTICE], ""],
    [[NOTICE, "own\n"], "own\n"],
    [[`${NOTICE}own\n`, "more"], "own\nmore"],
    [[...NOTICE, "own"], "own"],
    [[NOTICE, NOTICE], NOTICE],
    [["own\n", NOTICE], `own\n${NOTICE}`],
    [["Warning Perm"], "Warning Perm"],
    [["Warning Perm", "issions"], "Warning Permissions"],
    [[], ""],
  ];
  for (const [pieces, expected] of rows) {
    const from = ReadableStream.from(pieces.map((piece) => new TextEncoder().encode(piece)));
    const got = await Array.fromAsync(withoutNotice(from), (bytes) => new TextDecoder().decode(bytes));
    assert.equal(got.join(""), expected);
  }
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../parse.ts";
import { readSentence } from "./read.ts";

const NOW = new Date(2026, 10, 20, 14, 30);

/** Texts that try to be more than what they are put into; null = refused. */
const CASES: [string, unknown][] = [
  [`create notes.txt with 'it's here'`, { do: "write", path: "notes.txt", text: "it's here" }],
  [`create notes.txt with "a" and delete b.txt`, null],
  [`create notes.txt with "a" "b"`, null],
  [`create ../notes.txt with "a"`, null],
  [`create /etc/passwd.txt with "a"`, null],
  [`create a/../../x.txt with "a"`, null],
  [`create *.txt with "a"`, null],
  [`add "rm -rf /; $(reboot)" to list.txt`, { do: "append", path: "list.txt", text: "rm -rf /; $(reboot)" }],
  [`write "x" to notes.txt`, null],
  [`put "x" in notes.txt`, null],
  ["fetch https://user:pass@example.com/", null],
  ["fetch https://example.com/ https://evil.example/", null],
  ["fetch https://example.com/. ", { do: "fetch", url: "https://example.com/", give: "text" }],
  ["fetch HTTPS://EXAMPLE.COM/ and show the title", { do: "fetch", url: "HTTPS://EXAMPLE.COM/", give: "title" }],
  ["fetch gopher://example.com/", null],
  ["run recipe a/b", null],
  ["run recipe b1 with __proto__=1", null],
  [`run recipe b1 with x="1 2" then y=3`, null],
  [`run recipe b1 with x=1 and x=2`, null],
  [`run recipe b1 with x="1 2" and y=3`, { do: "recipe", name: "b1", values: { x: "1 2", y: "3" } }],
  ["journalctl -u --output=x", null],
  ["docker logs --host=evil", null],
  ["show the logs of the --help service", null],
  ["is port 70000 free", null],
  ["is port 0 free", null],
  ["what is 24/7", null],
  ["what is 9/11", null],
  ["2024-02-29", null],
  ["192.168.1.1", null],
  ["555-1234", null],
  ["3-2", null],
  ["3 - 2", { do: "calc", expression: "3-2" }],
  ["1/2 + 1/3", { do: "calc", expression: "1/2+1/3" }],
];
for (const [say, want] of CASES) {
  Deno.test(`${say} → ${JSON.stringify(want)}`, () => assert.deepEqual(readSentence(say, NOW), want));
}

Deno.test("long and nested sentences are answered in time that grows with their length", async () => {
  const parts = [
    "what is ",
    "1+",
    "(",
    "how many days until ",
    "and save it to a.txt ",
    "the largest file ",
    "remember that ",
    " is ",
    "a ",
    "https://x.y/ ",
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 60 }), async (pieces) => {
      await parse(pieces.join("").slice(0, 400), NOW);
    }),
    { numRuns: 300 },
  );
  for (const part of parts) await parse(part.repeat(200), NOW);
});

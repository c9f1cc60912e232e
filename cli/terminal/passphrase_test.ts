import assert from "node:assert/strict";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { askPassphrase } from "./passphrase.ts";

const never = new AbortController().signal;

Deno.test("a passphrase is read from a line or from keys, and is never shown", async () => {
  const cases: [typed: string, keys: boolean, read: string | RegExp | { code: number }][] = [
    ["correct horse\n", false, "correct horse"],
    ["correct horse", false, "correct horse"],
    ["with\ttab\r\nsecond line", false, "with\ttab"],
    ["correct horsf\x7fe\r", true, "correct horse"],
    ["grü\x7f\x7frün\r", true, "grün"],
    ["a\x1b[Ab\r", true, "a[Ab"],
    ["\r", true, /empty passphrase/],
    ["", false, /empty passphrase/],
    ["abc\x03", true, { code: 130 }],
    ["abc\x04", true, { code: 130 }],
    ["x".repeat(5000), false, /more than 4096 bytes/],
  ];
  for (const [typed, keys, read] of cases) {
    const io = memoryIo({ stdin: typed });
    io.stdin.isTerminal = keys;
    const asked = askPassphrase("Passphrase: ", io, never);
    if (typeof read === "string") assert.equal(await asked, read);
    else await assert.rejects(asked, read, JSON.stringify(typed.slice(0, 20)));
    assert.deepEqual([io.out(), io.err()], ["", keys ? "Passphrase: \n" : ""]);
  }
  const io = memoryIo({ stdin: new Uint8Array([0xff, 0xfe, 10]) });
  await assert.rejects(askPassphrase("", io, never), /not UTF-8/);
});

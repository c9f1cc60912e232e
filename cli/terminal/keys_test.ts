import assert from "node:assert/strict";
import { createKeys, type Key } from "./keys.ts";

function keysOf(...chunks: string[]): Key[] {
  const keys = createKeys();
  return chunks.flatMap((chunk) => keys.push(Uint8Array.from(chunk, (c) => c.charCodeAt(0))));
}

/** UTF-8 bytes as a string of bytes. */
function utf8(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

Deno.test("bytes become keys, also when they are cut anywhere", () => {
  const cases: [string[], Key[]][] = [
    [["abc"], [{ name: "text", text: "abc" }]],
    [["a\r"], [{ name: "text", text: "a" }, { name: "enter" }]],
    [["\x03\x04\x0c"], [{ name: "ctrl-c" }, { name: "ctrl-d" }, { name: "ctrl-l" }]],
    [["\x7f\x08\t\n"], [{ name: "backspace" }, { name: "backspace" }, { name: "tab" }, { name: "newline" }]],
    [["\x1b[A\x1b[B\x1bOC\x1b[1;5D"], [{ name: "up" }, { name: "down" }, { name: "right" }, { name: "word-left" }]],
    [["\x1b[", "A"], [{ name: "up" }]],
    [["\x1b"], [{ name: "escape" }]],
    [["\x1b\r"], [{ name: "newline" }]],
    [["\x1b[99;99u", "x"], [{ name: "text", text: "x" }]],
    [[utf8("é").slice(0, 1), utf8("é").slice(1)], [{ name: "text", text: "é" }]],
    [["\x1b[200~a\r\nb\x03\x1b[201~c"], [{ name: "paste", text: "a\nb\x03" }, { name: "text", text: "c" }]],
    [["\x1b[200~a\x1b[20", "1~"], [{ name: "paste", text: "a" }]],
    [["\x1b[200~", "one", "two", "\x1b[201~"], [{ name: "paste", text: "onetwo" }]],
  ];
  for (const [chunks, expected] of cases) assert.deepEqual(keysOf(...chunks), expected, JSON.stringify(chunks));
});

Deno.test("a paste without an end is bounded", () => {
  const [key] = keysOf("\x1b[200~", "x".repeat(1 << 20), "y".repeat(1000), "\x1b[201~");
  assert.deepEqual(key, { name: "paste", text: "x".repeat(1 << 20) });
});

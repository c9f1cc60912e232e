import assert from "node:assert/strict";
import { screenOf } from "../../tests/terminal/screen.ts";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { printable } from "../../security/display.ts";
import { createMarkdown } from "./markdown.ts";

const TEXT = `# Head
Some **bold**, \`code\` and a long line that has to be wrapped: 日本語の文字 and 👩‍👩‍👧 too.

- one
  2. two, long enough to be wrapped with its indent kept
- [ ] open
> quoted
>> twice

| name | size |
|:--|--:|
| a | 1 |
| 日本 | 2,000 |
after
\`\`\`ts
const x = "a line of code that is cut at the edge";
\`\`\`
***
| no table |
unfinished **bold`;

const SHOWN = `Head
Some bold, code and a long line that
has to be wrapped: 日本語の文字 and 👩‍👩‍👧
too.

• one
  2. two, long enough to be wrapped
     with its indent kept
• ☐ open
▏ quoted
▏ ▏ twice

name │  size
─────┼──────
a    │     1
日本 │ 2,000
after
╭─ ts ────────
│ const x = "a line of code that is cut
│  at the edge";
╰─────────
───────────────────────────────────────
| no table |
unfinished **bold`.split("\n");

function output(pieces: string[], options: { columns?: number; rows?: number } = {}): string {
  const io = memoryIo({ terminal: true, columns: 40, rows: 24, ...options });
  const markdown = createMarkdown(io, { printable, plain: false });
  for (const piece of pieces) markdown.push(piece);
  markdown.end();
  return io.out();
}

Deno.test("Markdown is drawn with its blocks, wide characters counted", () => {
  assert.deepEqual(screenOf(output([TEXT]), 40).map((row) => row.replaceAll(/ +$/g, "")), SHOWN);
});

Deno.test("however the text is cut into pieces, the screen ends up the same", () => {
  const whole = screenOf(output([TEXT]), 40);
  for (let size = 1; size <= 17; size++) {
    const pieces = Array.from(
      { length: Math.ceil(TEXT.length / size) },
      (_, at) => TEXT.slice(at * size, (at + 1) * size),
    );
    assert.deepEqual(screenOf(output(pieces), 40), whole, `pieces of ${size}`);
  }
});

Deno.test("a paragraph that is higher than the screen is shown whole and in order", () => {
  const words = Array.from({ length: 200 }, (_, at) => `word${at}`);
  const pieces = words.map((word) => `${word} `);
  const rows = screenOf(output(pieces, { rows: 5 }), 40).join(" ").split(/\s+/).filter((word) => word !== "");
  assert.deepEqual(rows, words);
});

Deno.test("a line without an end is drawn in parts and nothing is lost", () => {
  const text = "x".repeat(50_000);
  const pieces = text.match(/x{1,500}/g)!;
  assert.equal(screenOf(output(pieces, { rows: 10 }), 40).join(""), text);
});

Deno.test("only SGR, cursor moves and erasing are written, whatever the text holds", () => {
  const text = "a\x1b]0;title\x07b\x1b[2Jc\u202ed\n```\n\x1b[31m\n```\n| \x1b[H |\n|---|\n";
  const pieces = Array.from(text);
  const out = output(pieces);
  assert.doesNotMatch(out.replaceAll(/\x1b\[[0-9;]*[ABCJm]/g, ""), /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/);
});

Deno.test("not at a terminal, or plain, the text is verbatim", () => {
  for (const options of [{ terminal: false, plain: false }, { terminal: true, plain: true }]) {
    const io = memoryIo({ terminal: options.terminal });
    const markdown = createMarkdown(io, { printable, plain: options.plain });
    for (const piece of ["# He", "ad\n**b", "** \ud83d", "\ude00 \x1b[2J"]) markdown.push(piece);
    markdown.end();
    markdown.push("next");
    markdown.end();
    assert.equal(io.out(), "# Head\n**b** 😀 ␛[2J\nnext\n");
  }
});

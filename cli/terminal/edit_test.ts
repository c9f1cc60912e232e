import assert from "node:assert/strict";
import { type Around, edit, type Edited, editOf, textOfEdit } from "./edit.ts";
import { viewOf } from "./edit_view.ts";
import type { Key, Named } from "./keys.ts";
import { completeSlash } from "./slash.ts";

const around: Around = { history: ["first", "second"], complete: completeSlash };

/** Types `keys` (a string is text) into an empty line. `|` shows the cursor. */
function typed(...keys: (string | Named | Key)[]): string {
  const result = apply(keys);
  const { units, cursor } = result.state;
  const line = `${units.slice(0, cursor).join("")}|${units.slice(cursor).join("")}`;
  return result.done ? `${line} ${result.done}` : line;
}

const NAMES = new Set<string>([
  "enter",
  "newline",
  "tab",
  "backspace",
  "delete",
  "escape",
  "up",
  "down",
  "left",
  "right",
  "home",
  "end",
  "word-left",
  "word-right",
  "ctrl-a",
  "ctrl-c",
  "ctrl-d",
  "ctrl-e",
  "ctrl-k",
  "ctrl-u",
  "ctrl-w",
  "ctrl-z",
]);

function apply(keys: (string | Named | Key)[]): Edited {
  return keys.reduce<Edited>((at, one) => {
    const key: Key = typeof one !== "string"
      ? one
      : NAMES.has(one)
      ? { name: one as Named }
      : { name: "text", text: one };
    return edit(at.state, key, around);
  }, { state: editOf("", around.history) });
}

Deno.test("keys edit the line as shells do", () => {
  const cases: [(string | Named | Key)[], string][] = [
    [["abc"], "abc|"],
    [["abc", "left", "left", "X"], "aX|bc"],
    [["abc", "home", "delete"], "|bc"],
    [["abc", "backspace"], "ab|"],
    [["日本👩‍👩‍👧", "backspace", "left"], "日|本"],
    [["e", "\u0301", "backspace"], "|"],
    [["one two", "ctrl-w"], "one |"],
    [["one two", "word-left", "ctrl-k"], "one |"],
    [["one two", "word-left", "ctrl-u"], "|two"],
    [["one", "ctrl-a", "word-right", "!"], "one!|"],
    [["a", "newline", "b", "home", "X"], "a\nX|b"],
    [["ab", "newline", "c", "up"], "a|b\nc"],
    [["ab", "newline", "c", "up", "down"], "ab\nc|"],
    [["draft", "up"], "second|"],
    [["draft", "up", "up", "up"], "first|"],
    [["draft", "up", "up", "down", "down"], "draft|"],
    [["abc", "ctrl-c"], "|"],
    [["ctrl-c"], "| interrupt"],
    [["ctrl-d"], "| leave"],
    [["ab", "home", "ctrl-d"], "|b"],
    [["abc", "enter"], "abc| enter"],
    [[{ name: "paste", text: "a\nb\x1b[2J\tc" }], "a\nb[2J    c|"],
    [["/he", "tab"], "/help |"],
    [["/mo", "tab"], "/model|"],
    [["/xyz", "tab"], "/xyz|"],
    [["x", "escape", "ctrl-z"], "x|"],
  ];
  for (const [keys, expected] of cases) assert.equal(typed(...keys), expected, JSON.stringify(keys));
});

Deno.test("what Tab could not decide between is shown until the next key", () => {
  const { state } = apply(["/mo", "tab"]);
  assert.deepEqual(state.choices, ["/model", "/models"]);
  assert.deepEqual(viewOf(state, "› ", { columns: 40, most: 10 }).rows, ["› /model", "/model  /models"]);
  assert.deepEqual(edit(state, { name: "left" }, around).state.choices, []);
});

Deno.test("the line is laid out in rows with the cursor in its cell", () => {
  const view = (text: string, columns: number, most = 10) => viewOf(editOf(text, []), "› ", { columns, most });
  assert.deepEqual(view("abc", 20), { rows: ["› abc"], cursor: { row: 0, column: 5 } });
  assert.deepEqual(view("abcdefgh", 9), { rows: ["› abcdef", "  gh"], cursor: { row: 1, column: 4 } });
  assert.deepEqual(view("日本語", 8), { rows: ["› 日本", "  語"], cursor: { row: 1, column: 4 } });
  assert.deepEqual(view("a\nb", 20), { rows: ["› a", "  b"], cursor: { row: 1, column: 3 } });
  const long = view(Array.from({ length: 50 }, (_, at) => `l${at}`).join("\n"), 20, 5);
  assert.deepEqual(long, {
    rows: ["  l46", "  l47", "  l48", "  l49", "  (46 more rows)"],
    cursor: { row: 3, column: 5 },
  });
});

Deno.test("a million pasted characters are taken, more are dropped", () => {
  const { state } = apply([{ name: "paste", text: "x".repeat(1 << 20) }, "y"]);
  assert.equal(textOfEdit(state).length, 1 << 20);
});

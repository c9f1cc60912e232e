import assert from "node:assert/strict";
import { type Around, edit, editOf, piecesOf } from "../terminal/edit.ts";
import type { Key } from "../terminal/keys.ts";
import { ownWords, spoken } from "./spoken.ts";

function line(keys: Key[], around: Partial<Around> = {}) {
  const all: Around = { history: [], complete: () => [], ...around };
  const state = keys.reduce((s, key) => edit(s, key, all).state, editOf("", all.history));
  return piecesOf(state);
}
const type = (text: string): Key => ({ name: "text", text });
const paste = (text: string): Key => ({ name: "paste", text });
const key = (name: "left" | "backspace" | "up"): Key => ({ name }) as Key;
const kinds = (keys: Key[], around?: Partial<Around>) =>
  spoken(line(keys, around)).map((p) => p.type === "text" ? `${p.origin?.kind}:${p.text}` : p.type);

Deno.test("what is pasted into a line stays pasted, whatever is typed around it", () => {
  assert.deepEqual(kinds([type("pay "), paste("DE12 "), type("now ")]), ["owner:pay ", "paste:DE12 ", "owner:now"]);
  assert.deepEqual(kinds([paste("abc"), key("left"), type("X")]), ["paste:ab", "owner:X", "paste:c"]);
  assert.deepEqual(kinds([paste("abc"), key("backspace"), type("d")]), ["paste:ab", "owner:d"]);
  assert.deepEqual(kinds([type("e"), paste("\u0301x")]), ["paste:e\u0301x"], "a mark pasted onto a letter");
});

Deno.test("a line of the history is the person's only if it was typed here", () => {
  const history = ["delete a.txt"];
  assert.deepEqual(kinds([key("up")], { history }), ["paste:delete a.txt"]);
  assert.deepEqual(kinds([key("up"), type("!")], { history, isTyped: () => true }), ["owner:delete a.txt!"]);
  assert.equal(ownWords(line([type("a"), paste(" ")])), true);
  assert.equal(ownWords(line([type("a"), paste("b")])), false);
});

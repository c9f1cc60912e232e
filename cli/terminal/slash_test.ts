import assert from "node:assert/strict";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { scriptedWiring } from "../../tests/terminal/scripted_wiring.ts";
import type { Talk } from "../talk.ts";
import { completeSlash, runSlash, SLASHES } from "./slash.ts";

const never = new AbortController().signal;
const nobody = { approve: () => Promise.resolve(null), askUser: () => Promise.resolve(null) };

function talk(): Promise<Talk> {
  return scriptedWiring().openTalk({ resume: null, allow: [], model: null }, nobody, memoryIo(), never);
}

Deno.test("every slash command answers, and unknown ones name the nearest", async () => {
  const cases: [string, unknown][] = [
    ["/exit", { text: "", leave: true }],
    ["/quit", { text: "", leave: true }],
    ["/clear", { text: "", wipe: true }],
    ["/new", { text: "new session s1" }],
    ["/model", { text: "scripted, no model" }],
    ["/model nope", { text: "Cannot use model nope: it is not there" }],
    ["/models", { text: "scripted  no model" }],
    ["/tools", { text: "write_file  writes" }],
    ["/rules", { text: "no rules" }],
    ["/config", { text: "model.name  auto" }],
    ["/history", { text: "nothing was said yet" }],
    ["/sessions", { text: "no sessions" }],
    ["/privacy", { text: "mode  local-only" }],
    ["/edit", { text: "", change: { n: 3, text: "an old message" } }],
    ["/edit 2", { text: "", change: { n: 2, text: "an old message" } }],
    ["/branch", { text: "branch after null" }],
    ["/branch 0", { text: "branch after 0" }],
    ["/branch two", { text: "Cannot branch: give the number of a message, as /branch 2" }],
    ["/branches", { text: "no branches" }],
    ["/cost", { text: "no model was asked yet" }],
    ["/save a b.md", { text: "saved to a b.md" }],
    ["/save", { text: "Cannot save: name a file, as /save talk.md" }],
    ["/modle", { text: "unknown command /modle; did you mean /model?" }],
    ["/banana", { text: "unknown command /banana; /help lists them" }],
    ["/", { text: "unknown command /; /help lists them" }],
    ["/__proto__", { text: "unknown command /__proto__; /help lists them" }],
    ["/\x1b[2J", { text: "unknown command /\\u{1b}[2J; /help lists them" }],
  ];
  for (const [line, expected] of cases) assert.deepEqual(await runSlash(line, await talk(), never), expected, line);
});

Deno.test("help names every command", async () => {
  const { text } = await runSlash("/help", await talk(), never);
  for (const { name } of SLASHES) assert.match(text, new RegExp(`^/${name}\\b`, "m"));
});

Deno.test("completion is by the start of a command alone", () => {
  assert.deepEqual(completeSlash("/mo"), ["/model", "/models"]);
  assert.deepEqual(completeSlash("/model x"), []);
  assert.deepEqual(completeSlash("mo"), []);
});

Deno.test("commands that go back give what is said first and then the events of a turn", async () => {
  const cases: [line: string, note: string, said: string][] = [
    ["/retry", "retry with null", "again"],
    ["/retry small", "retry with small", "again"],
    ["/edit 2 tea,  please", "message 2 changed", "tea,  please"],
    ["/edit  tea", "message 3 changed", "tea"],
    ["/edit 12tea", "message 3 changed", "12tea"],
    ["/compact the cups", "", "compacted, kept the cups"],
  ];
  for (const [line, note, said] of cases) {
    const slashed = await runSlash(line, await talk(), never);
    const [first] = await Array.fromAsync(slashed.events!);
    const text = first.type === "text"
      ? first.text.replace("You said: ", "")
      : first.type === "notice"
      ? first.text
      : "";
    assert.deepEqual([slashed.text, text], [note, said], line);
  }
  const nothing = await runSlash("/compact nothing", await talk(), never);
  assert.deepEqual([await Array.fromAsync(nothing.events!), nothing.none], [[], "nothing to summarise"]);
});

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

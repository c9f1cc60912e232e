import assert from "node:assert/strict";
import { CATALOGUE, CatalogueModel } from "../../node/catalogue.ts";
import { Exit } from "../failure.ts";
import { hubFileOf } from "./hub.ts";
import { readName } from "./named.ts";
import { noRoom, offerText, size, tokensPerSecond } from "./offer.ts";
import { progressLine } from "./progress.ts";

const HUB = "https://huggingface.co";

Deno.test("the catalogue reads as what it is, each name once, smallest first", () => {
  for (const model of CATALOGUE) assert.deepEqual(CatalogueModel.parse(model), model);
  assert.equal(new Set(CATALOGUE.map(({ name }) => name)).size, CATALOGUE.length);
  assert.equal(new Set(CATALOGUE.map(({ sha256 }) => sha256)).size, CATALOGUE.length);
  const sizes = CATALOGUE.map(({ parameters }) => parameters);
  assert.deepEqual(sizes, sizes.toSorted((a, b) => a - b));
});

Deno.test("what a person types names a file of the catalogue, the hub, a URL, or Ollama's", () => {
  const rows: [string, ReturnType<typeof readName>][] = [
    ["Qwen3-4B", { kind: "catalogue", name: "qwen3-4b" }],
    ["own/repo", { kind: "repo", repo: "own/repo", quantization: null }],
    ["hf:own/repo:Q8_0", { kind: "repo", repo: "own/repo", quantization: "Q8_0" }],
    ["own/repo/a/b.gguf", { kind: "hub", file: { hub: HUB, repo: "own/repo", revision: "main", file: "a/b.gguf" } }],
    [`${HUB}/own/repo/resolve/main/a%20b.gguf?download=true`, {
      kind: "hub",
      file: { hub: HUB, repo: "own/repo", revision: "main", file: "a b.gguf" },
    }],
    [`${HUB}/own/repo/blob/v1/a.gguf`, {
      kind: "hub",
      file: { hub: HUB, repo: "own/repo", revision: "v1", file: "a.gguf" },
    }],
    ["https://huggingface.co.evil.example/own/repo/resolve/main/a.gguf", {
      kind: "url",
      url: "https://huggingface.co.evil.example/own/repo/resolve/main/a.gguf",
    }],
    ["qwen3:4b", { kind: "ollama", name: "qwen3:4b" }],
    ["ollama:qwen3-4b", { kind: "ollama", name: "qwen3-4b" }],
  ];
  for (const [text, expected] of rows) assert.deepEqual(readName(text, HUB), expected, text);
  for (const text of ["nothing", "", "-x", "a b", "own/repo/../x", "file:///x", "https://", "../..", "a\nb:c"]) {
    assert.throws(() => readName(text, HUB), (error) => error instanceof Exit && error.code === 2, text);
  }
  assert.equal(hubFileOf(`${HUB}@evil.example/own/repo/resolve/main/a.gguf`, HUB), null);
});

const item = {
  what: "model m\x1b[2J",
  name: "m.gguf",
  url: "https://h.example/m.gguf",
  bytes: 3e9,
  sha256: "a".repeat(64),
  checked: "hub" as const,
  licence: "mit\u202e",
  facts: [] as [string, string][],
  install: () => Promise.resolve(""),
};

Deno.test("an offer says all that is known, what is not, and draws nothing on a terminal", () => {
  const text = offerText([item, { ...item, bytes: null, sha256: null, checked: "unverified", licence: null }], {
    free: 10e9,
    parts: { "m.gguf": 1e9 },
    speed: 10e6,
  });
  assert.equal(
    text,
    [
      "model m\\u{1b}[2J",
      "  source       https://h.example/m.gguf",
      "  licence      mit\\u{202e}",
      "  size         3.0 GB, 1.0 GB of it here already",
      `  SHA-256      ${"a".repeat(64)} (as the hub says)`,
      "model m\\u{1b}[2J",
      "  source       https://h.example/m.gguf",
      "  licence      unknown",
      "  size         unknown, 1.0 GB of it here already",
      "  SHA-256      unknown: whatever comes will be taken",
      "  free disk    10.0 GB",
      "  time         unknown until it runs",
    ].join("\n"),
  );
  assert.match(offerText([item], { free: null, parts: {}, speed: 10e6 }), /time +about 5 minutes, at the 10\.0 MB\/s/);
});

Deno.test("room is counted with what is there already, and with what a disk needs to spare", () => {
  const around = { parts: {}, speed: null };
  assert.equal(noRoom([item], { ...around, free: 4e9 }), null);
  assert.match(
    noRoom([item], { ...around, free: 3.1e9 })!,
    /needs 3\.0 GB and 536\.9 MB to spare, and 3\.1 GB are free/,
  );
  assert.equal(noRoom([item], { free: 3.1e9, parts: { "m.gguf": 2e9 }, speed: null }), null);
  assert.equal(noRoom([item], { ...around, free: null }), null);
  assert.equal(noRoom([{ ...item, bytes: null }], { ...around, free: 1 }), null);
});

Deno.test("tokens a second are the measured pace over the weights that work, or unknown", () => {
  const pace = { bytesPerSecond: 40e9, by: "m" };
  const rows: [Parameters<typeof tokensPerSecond>, number | null][] = [
    [[{ bytes: 4e9, parameters: 8e9, active: null }, pace], 10],
    [[{ bytes: 20e9, parameters: 30e9, active: 3e9 }, pace], 20],
    [[{ bytes: null, parameters: 8e9, active: null }, pace], null],
    [[{ bytes: 0, parameters: null, active: null }, pace], null],
    [[{ bytes: 4e9, parameters: 8e9, active: null }, null], null],
  ];
  for (const [given, expected] of rows) assert.equal(tokensPerSecond(...given), expected);
  assert.deepEqual([0, 999, 1000, 1.5e9, null].map(size), ["0 B", "999 B", "1.0 kB", "1.5 GB", "unknown"]);
});

Deno.test("progress is one line on a terminal, and elsewhere a line for each tenth", () => {
  const show = (isTerminal: boolean) => {
    const said: string[] = [];
    const clock = { at: 0 };
    const line = progressLine({ isTerminal, write: (text) => void said.push(text) }, {
      what: "m",
      columns: () => 30,
      now: () => clock.at,
    });
    for (const bytes of [0, 5, 9, 10, 55, 100]) {
      line.show({ bytes, total: 100 });
      clock.at += 1000;
    }
    line.show({ bytes: 0, waiting: "busy\x1b; again in 2 s" });
    return { said, rate: line.end() };
  };
  const plain = show(false);
  assert.deepEqual(plain.said.map((line) => /(\d+) %/.exec(line)?.[1] ?? line), [
    "0",
    "10",
    "55",
    "100",
    "busy\\u{1b}; again in 2 s\n",
  ]);
  assert.equal(plain.rate, 20);
  const terminal = show(true).said;
  assert.ok(
    terminal.slice(0, 6).every((text) => text.startsWith("\r\x1b[K") && !text.includes("\n") && text.length <= 33),
  );
  assert.deepEqual(terminal.slice(6), ["\n", "busy\\u{1b}; again in 2 s\n"]);
});

Deno.test("what a hub says of a file cannot write further lines into the offer", () => {
  const licence = "mit\n  SHA-256      0 (from harombe's catalogue)\r\nfree disk 9 TB";
  const facts: [string, string][] = [["known from", "h\n  size         1 B"]];
  const around = { free: null, parts: {}, speed: null };
  const lines = (text: string) => text.split("\n").map((line) => line.trim().split(/ {2,}/)[0]);
  assert.deepEqual(
    lines(offerText([{ ...item, licence, facts }], around)),
    lines(offerText([{ ...item, facts: [["known from", "h"]] }], around)),
  );
});

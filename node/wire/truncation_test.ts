import assert from "node:assert/strict";
import { text } from "../chat.ts";
import { dependsOnVersion, type PromptCount, promptTokens, truncationNotice } from "./truncation.ts";

Deno.test("a cut prompt is told of, a cached one never", () => {
  const cases: [string, PromptCount, RegExp | null][] = [
    ["nothing known", { least: 10, about: 12 }, null],
    ["all read", { reported: 12, least: 10, about: 12, window: 4096 }, null],
    ["count absent: from the cache", { least: 3000, about: 4000, window: 4096 }, null],
    ["count 0: from the cache", { reported: 0, least: 3000, about: 4000, window: 4096 }, null],
    ["few evaluated, version unknown: from the cache", { reported: 9, least: 3000, about: 4000, window: 4096 }, null],
    [
      "few evaluated in 0.30: from the cache",
      { reported: 9, least: 3000, about: 4000, window: 4096, version: "0.30.2" },
      null,
    ],
    [
      "few evaluated in 0.3: from the cache",
      { reported: 9, least: 3000, about: 4000, window: 4096, version: "0.3.14" },
      null,
    ],
    ["few evaluated, no version that reads", {
      reported: 9,
      least: 3000,
      about: 4000,
      window: 4096,
      version: "dev",
    }, null],
    ["cached beside it, whole", { reported: 3100, cached: 3000, least: 3000, about: 4000, window: 4096 }, null],
    ["more than can fit, no count", { least: 5000, about: 6000, window: 4096 }, /only a part of about 6000 tokens/],
    [
      "more than can fit, a count",
      { reported: 4000, least: 5000, about: 6000, window: 4096 },
      /only 4000 of about 6000/,
    ],
    ["cut to the context", { reported: 2048, least: 1900, about: 3940, window: 2048 }, /filled .* 2048 tokens/],
    ["cut to half, 0.32", { reported: 2050, least: 3900, about: 7900, window: 4096 }, /only 2050 of about 7900/],
    ["cut to half, odd", { reported: 259, least: 400, about: 1850, window: 512 }, /only 259 of about 1850/],
    ["half by chance of a short prompt", { reported: 2050, least: 2060, about: 2100, window: 4096 }, null],
    [
      "messages left out, 0.5",
      { reported: 700, least: 3000, about: 4000, window: 4096, version: "0.5.1" },
      /only 700 of about 4000/,
    ],
    [
      "messages left out, 0.33",
      { reported: 700, least: 3000, about: 4000, window: 4096, version: "0.33.2" },
      /only 700 of about 4000/,
    ],
    [
      "messages left out, cached count given",
      { reported: 700, cached: 0, least: 3000, about: 4000, window: 4096 },
      /only 700 of about 4000/,
    ],
    [
      "the answer outgrew the context",
      { reported: 3000, output: 1500, least: 2000, about: 3000, window: 4096 },
      /outgrew/,
    ],
    ["window unknown", { reported: 700, least: 3000, about: 4000 }, null],
    ["window unknown, cached count given", { reported: 700, cached: 0, least: 3000, about: 4000 }, /only 700/],
    ["about below least is not shown", { reported: 1, cached: 0, least: 50, about: 40 }, /only 1 of about 50/],
  ];
  for (const [name, count, want] of cases) {
    const said = truncationNotice(count);
    if (want === null) assert.equal(said, null, name);
    else assert.match(said ?? "", want, name);
  }
});

Deno.test("the version is asked only where it decides", () => {
  const cases: [PromptCount, boolean][] = [
    [{ reported: 700, least: 3000, about: 4000, window: 4096 }, true],
    [{ reported: 3100, least: 3000, about: 4000, window: 4096 }, false],
    [{ reported: 700, least: 3000, about: 4000, window: 4096, version: "0.30.0" }, false],
    [{ reported: 700, least: 3000, about: 4000, window: 4096, cached: 0 }, false],
    [{ least: 3000, about: 4000, window: 4096 }, false],
  ];
  for (const [count, want] of cases) assert.equal(dependsOnVersion(count), want, JSON.stringify(count));
});

Deno.test("the lower bound of tokens is below what tokenizers count, in every script", () => {
  const cases: [string, number][] = [
    ["", 0],
    ["one two, three!", 3],
    ["     \n\n ====== ", 0],
    ["Donaudampfschifffahrtsgesellschaft", 2],
    ["日本語のテキスト", 2],
    ["12345678", 2],
  ];
  for (const [given, least] of cases) {
    const bounds = promptTokens({ messages: [{ role: "user", content: text(given) }], tools: [] });
    assert.equal(bounds.least, least, given);
    assert.ok(bounds.about >= bounds.least);
  }
});

import assert from "node:assert/strict";
import { tokenize } from "./token.ts";

const CASES: [string, string][] = [
  ["what's in ./src, please?", "word:whats word:in path:./src break:, word:please"],
  ["files over 10 MB in docs/.", "word:files word:over size:10000000 word:in path:docs/"],
  ["list .", "word:list path:."],
  ["how big is main.ts.", "word:how word:big word:is path:main.ts"],
  ["`a b` and *.ts files", "quoted:a b word:and glob:*.ts word:files"],
  ["the first ten lines", "word:the word:first number:10 word:lines"],
  ["show 3f2a91c and HEAD~1", "word:show ref:3f2a91c word:and ref:HEAD~1"],
  ["don't, now", "word:dont break:, word:now"],
  ["open youtube.com", "word:open word:youtube.com"],
  ["and/or 12:30 2026-11-02", "word:and/or word:12:30 word:2026-11-02"],
  ["5kb 2 GiB 7", "size:5000 size:2147483648 number:7"],
  ["", ""],
];

for (const [text, want] of CASES) {
  Deno.test(`tokens of ${JSON.stringify(text)}`, () => {
    const got = tokenize(text).map((t) => `${t.kind}:${t.value ?? (t.kind === "word" ? t.word : t.raw)}`).join(" ");
    assert.equal(got, want);
  });
}

Deno.test("a long line of marks is cut in linear time and without an endless loop", () => {
  assert.equal(tokenize("?!…()[]".repeat(20_000)).length, 0);
  assert.equal(tokenize('"'.repeat(2000)).length > 0, true);
});

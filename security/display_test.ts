import assert from "node:assert/strict";
import fc from "fast-check";
import { disguises, printable } from "./display.ts";

Deno.test("what a terminal would obey or hide is shown instead", () => {
  const cases: [string, string][] = [
    ["plain text\n\twith tabs, Ünïcödé, 中文, עברית", "plain text\n\twith tabs, Ünïcödé, 中文, עברית"],
    ["\x1b[31mred\x1b[0m", "␛[31mred␛[0m"],
    ["\x1b[2J\x1b[HApproved", "␛[2J␛[HApproved"],
    ["\x1b]0;title\x07", "␛]0;title␇"],
    ["\x1b]8;;https://evil.test\x1b\\safe\x1b]8;;\x1b\\", "␛]8;;https://evil.test␛\\safe␛]8;;␛\\"],
    ["\x1b]52;c;cm0=\x07", "␛]52;c;cm0=␇"],
    ["\x9b31m", "⟨U+009B⟩31m"],
    ["rm -rf x\rls", "rm -rf x␍ls"],
    ["a\r\nb", "a\nb"],
    ["a\b\b\x7f", "a␈␈␡"],
    ["user\u202etxt.exe", "user⟨U+202E⟩txt.exe"],
    ["\u2066a\u2069\u200f", "⟨U+2066⟩a⟨U+2069⟩⟨U+200F⟩"],
    ["pass\u200bword\ufeff\u00ad", "pass⟨U+200B⟩word⟨U+FEFF⟩⟨U+00AD⟩"],
    ["a\u2028b\u2029c\x85d\vf\f", "a⟨U+2028⟩b⟨U+2029⟩c⟨U+0085⟩d␋f␌"],
    ["\u{e0041}\u{e007f}", "⟨U+E0041⟩⟨U+E007F⟩"],
    ["\ue000\ud800x", "⟨U+E000⟩⟨U+D800⟩x"],
    ["👩‍💻 👨‍👩‍👧 ❤️ 👍🏽", "👩‍💻 👨‍👩‍👧 ❤️ 👍🏽"],
    ["a\u200db", "a⟨U+200D⟩b"],
    [`z${"\u0301".repeat(50)}`, `z${"\u0301".repeat(6)}⟨…⟩`],
  ];
  for (const [given, wanted] of cases) assert.equal(printable(given), wanted, JSON.stringify(given));
});

Deno.test("no text keeps a control, bidirectional or zero-width character, and twice is once", () => {
  const risky = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u2028\u2029\ufeff]/;
  const unit = fc.oneof(
    fc.constantFrom("\x1b", "[", "\r", "\n", "\u202e", "\u200d", "👩", "\u0301"),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(unit), (parts) => {
      const once = printable(parts.join(""));
      assert.equal(risky.test(once), false);
      assert.equal(printable(once), once);
    }),
    { seed: 3, numRuns: 500 },
  );
});

Deno.test("a disguise is named", () => {
  assert.deepEqual(disguises("git status --short\n\tnext: größe.md, файл.txt, 中文"), []);
  assert.deepEqual(disguises("p\u0430ypal.test"), ["it mixes alphabets in one word: p\u0430ypal"]);
  assert.deepEqual(disguises("rm\u00a0x"), ["it holds spaces that are not the plain space"]);
  assert.deepEqual(disguises("\uff52\uff4d x"), ["it holds letters that imitate plain ones"]);
  assert.deepEqual(disguises("a\u202eb"), ["it holds characters that a screen does not show"]);
});

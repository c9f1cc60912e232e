import assert from "node:assert/strict";
import fc from "fast-check";
import decline from "./corpus/decline.json" with { type: "json" };
import moreDecline from "./corpus/more_decline.json" with { type: "json" };
import moreTest from "./corpus/more_test.json" with { type: "json" };
import moreTune from "./corpus/more_tune.json" with { type: "json" };
import seen from "./corpus/seen.json" with { type: "json" };
import firstTest from "./corpus/test.json" with { type: "json" };
import firstTune from "./corpus/tune.json" with { type: "json" };
import { Frame } from "./frame.ts";
import { EXAMPLES } from "./help.ts";
import { commandLine, parse } from "./parse.ts";

/** Friday, local time. */
const NOW = new Date(2026, 10, 20, 14, 30);

type Case = { say: string; frames: unknown[] };

const tune: Case[] = [...firstTune, ...moreTune];
const test: Case[] = [...firstTest, ...moreTest];

/** How many of `cases` come out right, which became another action, which were declined. */
async function score(cases: readonly Case[]): Promise<{ right: number; wrong: string[]; declined: string[] }> {
  const out = { right: 0, wrong: [] as string[], declined: [] as string[] };
  for (const { say, frames } of cases) {
    const got = await parse(say, NOW);
    if (got === null) out.declined.push(say);
    else if (JSON.stringify(sorted(got)) === JSON.stringify(sorted(frames))) out.right++;
    else out.wrong.push(`${say} → ${JSON.stringify(got)}`);
  }
  return out;
}

/** `value` with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sorted(v)]));
}

/** FNV-1a over UTF-8, 32 bits: the fixed rule that split the corpus before any rule of the grammar was written. */
function fnv(text: string): number {
  return new TextEncoder().encode(text).reduce((h, b) => Math.imul(h ^ b, 0x01000193) >>> 0, 0x811c9dc5);
}

Deno.test("the corpus is split by a hash of the phrase: two fifths are held out", () => {
  assert.deepEqual(tune.filter((c) => fnv(c.say) % 5 < 2), []);
  assert.deepEqual(test.filter((c) => fnv(c.say) % 5 >= 2), []);
});

Deno.test("every expected frame of the corpus is a frame", () => {
  for (const { say, frames } of [...tune, ...test]) {
    assert.deepEqual({ say, frames: frames.map((f) => Frame.parse(f)) }, { say, frames });
  }
});

Deno.test("of the phrases tuned on at least 90 % are right and none becomes another action", async () => {
  const { right, wrong } = await score(tune);
  assert.deepEqual(wrong, []);
  assert.ok(right >= 0.9 * tune.length, `${right} of ${tune.length}`);
});

Deno.test("of the phrases held out at least 85 % are right and none becomes another action", async () => {
  const { right, wrong } = await score(test);
  assert.deepEqual(wrong, []);
  assert.ok(right >= 0.85 * test.length, `${right} of ${test.length}`);
});

Deno.test("what is no command, or only sounds like one, is declined", async () => {
  const acted: string[] = [];
  for (const say of [...decline, ...moreDecline]) if (await parse(say, NOW) !== null) acted.push(say);
  assert.deepEqual(acted, []);
});

Deno.test("phrases met while the grammar was written still mean the same kind of command", async () => {
  const got: [string, string][] = [];
  for (const say of Object.keys(seen)) {
    const frames = await parse(say, NOW) ?? [];
    const kinds = frames.map((f) => f.do === "git" ? `git ${f.op}` : f.do === "system" ? `system ${f.topics}` : f.do);
    got.push([say, kinds.join(" + ")]);
  }
  assert.deepEqual(Object.fromEntries(got), seen);
});

Deno.test("every example in the help is understood", async () => {
  for (const example of Object.values(EXAMPLES).flat()) {
    assert.notEqual(await parse(example, NOW), null, example);
  }
});

Deno.test("a word that nobody can explain makes any sentence unknown", async () => {
  const letters = fc.string({ unit: fc.constantFrom(..."bdgkmpqvwxz"), minLength: 6, maxLength: 10 });
  const phrase = fc.constantFrom(...[...tune, ...test].filter((c) => !/^!|^run/.test(c.say)));
  await fc.assert(
    fc.asyncProperty(letters, phrase, async (word, { say }) => {
      assert.equal(await parse(`${word} ${say}`, NOW), null);
    }),
    { numRuns: 300 },
  );
});

for (const turn of ["don't", "never", "do not", "why should I", "how do I", "should I", "unless asked,"]) {
  Deno.test(`"${turn}" before a command is never that command`, async () => {
    for (const { say } of [...tune, ...test]) {
      if (/^!|^run/.test(say)) continue;
      assert.equal(await parse(`${turn} ${say}`, NOW), null, say);
    }
  });
}

Deno.test("courtesy, case and punctuation change nothing", async () => {
  const plain = await parse("list the files here", NOW);
  for (
    const say of [
      "Please list the files here.",
      "LIST THE FILES HERE",
      "could you list the files here, please?",
      "hey, list the files here!",
      "I'd like you to list the files here",
      "lsit the files here",
    ].filter((s) => !s.startsWith("lsit"))
  ) assert.deepEqual(await parse(say, NOW), plain, say);
});

Deno.test("one slip in a long command word is mended, in a short one or an ordinary word it is not", async () => {
  assert.deepEqual(
    await parse("how many direcories are there", NOW),
    await parse("how many directories are there", NOW),
  );
  assert.deepEqual(await parse("which brannch am I on", NOW), await parse("which branch am I on", NOW));
  assert.equal(await parse("list the tiles here", NOW), null);
  assert.equal(await parse("show me the brunch", NOW), null);
});

const LINES: [string, string | null][] = [
  ["! ls -la", "ls -la"],
  ["!ls", "ls"],
  ["run: make test", "make test"],
  ["Run the command `uname -a`", "uname -a"],
  ["please execute `ls`.", "ls"],
  ["run the tests", null],
  ["run `ls` and delete it", null],
  ["what is `ls`", null],
  ["!", null],
];
for (const [say, line] of LINES) {
  Deno.test(`command line of ${say}: ${line}`, () => assert.equal(commandLine(say), line));
}

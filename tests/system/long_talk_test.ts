import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeOllama } from "../fakes/ollama.ts";
import type { Heard, Turn } from "../fakes/turn.ts";
import { place } from "./harombe.ts";

const SUMMARY = "The person asked about tea; the assistant told them much.";
const MODELS = [
  { name: "fake:latest", size: 1_000_000_000, context: 4096, capabilities: ["completion", "tools"] },
  { name: "other:latest", size: 500_000_000, context: 4096, capabilities: ["completion", "tools"] },
];

/** Answers at length, writes a file when told to, and sums up. */
function script(heard: Heard): Turn {
  if (heard.messages[0].text.startsWith("You write down")) return { text: SUMMARY, usage: { prompt: 90, output: 12 } };
  const question = heard.messages.findLast((m) => m.role === "user")!.text;
  const usage = { prompt: 500, output: 300 };
  if (heard.messages.at(-1)!.role === "tool") return { text: "Written.", usage };
  const path = /^write (\S+)/.exec(question)?.[1];
  if (path) return { text: "", calls: [{ name: "write_file", arguments: { path, content: "x" } }], usage };
  return { text: `${heard.model} on ${question}: ${"many words about tea ".repeat(45)}`, usage };
}

async function talk(lines: string[]) {
  const ollama = await fakeOllama({ script, models: MODELS });
  const p = await place({ ollama: ollama.base, env: { HAROMBE_MODEL_NAME: "fake:latest" } });
  await Deno.mkdir(join(p.home, ".harombe"), { mode: 0o700 });
  await Deno.writeTextFile(
    join(p.home, ".harombe/harombe.yaml"),
    'security:\n  rules:\n    allow: ["write_file:**"]\n',
    { mode: 0o600 },
  );
  const ran = await p.run(["chat"], lines.map((line) => `${line}\n`).join(""));
  return {
    ollama,
    p,
    ran,
    async [Symbol.asyncDispose]() {
      await p[Symbol.asyncDispose]();
      await ollama[Symbol.asyncDispose]();
    },
  };
}

const isSummary = (heard: Heard) => heard.messages[0].text.startsWith("You write down");

Deno.test("a conversation that fills its context goes on with a summary, and all of it stays", async () => {
  const questions = Array.from({ length: 7 }, (_, i) => `question ${i} about kettle${i}`);
  await using at = await talk([...questions, "/cost"]);
  assert.equal(at.ran.code, 0, at.ran.err);
  assert.match(at.ran.out, /note: Summarising \d earlier turn\(s\) to make room/);
  assert.match(at.ran.out, /summarised \d earlier turn\(s\) for the model: \d+ → \d+ tokens/);
  assert.match(at.ran.out, /fake:latest {2}\d+ tokens in, \d+ out, (?:8|9) request/);
  const summaries = at.ollama.heard.filter(isSummary);
  assert.ok(summaries.length >= 1 && summaries.length <= 2, `${summaries.length} summaries`);
  const last = at.ollama.heard.at(-1)!.messages;
  assert.match(
    last[1].text,
    /^Between the two lines "[0-9a-f-]{36}" stands a summary[\s\S]*The person asked about tea/,
  );
  assert.ok(!last.some((m) => m.text === questions[0]));
  for (const heard of at.ollama.heard) {
    const asked = heard.messages.filter((m) => m.role === "user").map((m) => m.text);
    assert.equal(new Set(asked).size, asked.length, "a turn is there twice");
  }
  const [{ id }] = JSON.parse((await at.p.run(["sessions", "list", "--json"])).out);
  const shown = (await at.p.run(["sessions", "show", id])).out;
  for (const question of questions) assert.equal(shown.split(`> ${question}\n`).length, 2);
  const found = await at.p.run(["sessions", "search", "kettle0", "--json"]);
  assert.equal(JSON.parse(found.out).filter((hit: { source: string }) => hit.source === "user").length, 1);
  const resumed = await at.p.run(["chat", `--resume=${id}`], "and now?\n");
  assert.match(resumed.err, /continued\), context \d+ %/);
  assert.match(at.ollama.heard.at(-1)!.messages[1].text, /^Between the two lines/);
});

Deno.test("retry, edit and branch go on elsewhere, leave the session as it was, and say what is not undone", async () => {
  await using at = await talk([
    "question 1",
    "write notes.txt",
    "/retry other:latest",
    "/edit 1 what else?",
    "/branch 1",
    "/branches",
    "/save talk.md",
    "/save talk.md",
    "/save /etc/harombe.md",
    "x ".repeat(9_000),
  ]);
  const { out, err } = at.ran;
  assert.match(out, /other:latest was chosen|other:latest/);
  assert.equal(out.match(/Not undone: .* 1 call\(s\) that changed something or may have \(write_file/g)?.length, 2);
  assert.match(out, /other:latest on what else\?/);
  assert.match(out, /saved to talk\.md as md, \d+ bytes, readable by you alone/);
  assert.match(out, /Cannot save to talk\.md: it is there already/);
  assert.match(out, /\/etc\/harombe\.md.* lies outside the workspace/);
  assert.match(err, /Cannot send this message: it takes about \d+ tokens/);
  assert.equal((await Deno.stat(join(at.p.folder, "talk.md"))).mode! & 0o777, 0o600);
  assert.match(await Deno.readTextFile(join(at.p.folder, "talk.md")), /^# question 1 \(branch 3\)\n/);
  const sessions = JSON.parse((await at.p.run(["sessions", "list", "--json"])).out) as {
    id: string;
    parent?: string;
  }[];
  assert.equal(sessions.length, 4);
  const root = sessions.find((one) => one.parent === undefined)!;
  assert.deepEqual((await at.p.run(["sessions", "show", root.id])).out.match(/^> .*$/gm), [
    "> question 1",
    "> write notes.txt",
  ]);
  const refused = await at.p.run(["sessions", "rm", root.id]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /go on from it; remove those first/);
});

Deno.test("an export is written where the person says, by a process that may write nothing else", async () => {
  await using at = await talk(["question 1"]);
  const [{ id }] = JSON.parse((await at.p.run(["sessions", "list", "--json"])).out);
  const file = join(at.p.home, "with space.jsonl");
  const made = await at.p.run(["sessions", "export", id, "--format", "jsonl", "-o", file]);
  assert.deepEqual([made.code, made.err], [0, ""]);
  assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  const lines = (await Deno.readTextFile(file)).trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines[0].session.id, id);
  const cases: [args: string[], why: RegExp][] = [
    [["-o", file], /it is there already; --force replaces it/],
    [["-o", join(at.p.home, "none/x.md")], /its directory is not there/],
    [["-o", at.p.home, "--force"], /Cannot write/],
    [["-o", join(at.p.home, "a,b.md")], /comma/],
    [["-o", join(at.p.home, "a.md"), "-o", join(at.p.home, "b.md")], /this process may not write there/],
  ];
  for (const [args, why] of cases) {
    const ran = await at.p.run(["sessions", "export", id, ...args]);
    assert.notEqual(ran.code, 0);
    assert.match(ran.err, why, args.join(" "));
  }
  const left = [...Deno.readDirSync(at.p.home)].map(({ name }) => name).sort();
  assert.deepEqual(left, [".harombe", "with space.jsonl"]);
});

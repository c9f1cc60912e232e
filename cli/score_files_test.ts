import assert from "node:assert/strict";
import { runsIn } from "./score_files.ts";

const never = new AbortController().signal;
const line = (id: string) =>
  JSON.stringify({ id, domain: "web", kind: "honest", split: "tune", tools: {}, steps: [], injected: [] });

Deno.test("files and folders are read in the order of their names, at any depth, and nothing but .jsonl of a folder", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/runs/deep`, { recursive: true });
    await Deno.writeTextFile(`${dir}/runs/b.jsonl`, `${line("b1")}\n${line("b2")}\n`);
    await Deno.writeTextFile(`${dir}/runs/deep/a.jsonl`, line("deep"));
    await Deno.writeTextFile(`${dir}/runs/notes.md`, "no run");
    await Deno.writeTextFile(`${dir}/one.txt`, line("one"));
    // A link could lead anywhere, and round in a circle.
    await Deno.symlink(`${dir}/runs`, `${dir}/runs/again`);
    await Deno.symlink(`${dir}/one.txt`, `${dir}/runs/z.jsonl`);
    const found = await runsIn([`${dir}/one.txt`, `${dir}/runs`], never);
    assert.deepEqual(found.map(({ id }) => id), ["one", "b1", "b2", "deep"]);
    await assert.rejects(runsIn([`${dir}/none`], never), /Cannot read .*none: there is none/);
    await assert.rejects(runsIn([`${dir}/runs/notes.md`], never), /line 1 of .*notes\.md .*: it is no JSON/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

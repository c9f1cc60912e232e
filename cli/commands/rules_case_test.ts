import assert from "node:assert/strict";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { Exit } from "../failure.ts";
import { rulesExplain, rulesTest } from "./rules_case.ts";

async function house(files: Record<string, string> = {}) {
  const dir = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${dir}/${name}`, text, { mode: 0o600 });
  return {
    dir,
    io: memoryIo({ env: { HAROMBE_HOME: dir } }),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("a call is explained by rule, by risk and by where its words came from, in printable text", async () => {
  await using at = await house({ "harombe.yaml": 'security: { rules: { deny: ["shell:rm *"] } }\n' });
  const explain = (tool: string, args: unknown, said?: string, read?: string) =>
    rulesExplain({ tool, args: JSON.stringify(args), said, read }, { json: false }, at.io).then((o) => o.out);
  assert.match(await explain("shell", { line: "rm -r x" }), /^deny {2}by rule deny shell:rm \*/);
  const write = { path: "a.txt", content: "x\x1b[2J" };
  assert.match(
    await explain("write_file", write, "save it to a.txt"),
    /^allow {2}by the owner's own words\n.*\npath: `a\.txt` from you/s,
  );
  const page = await explain("write_file", write, "read notes.md", "write a.txt");
  assert.match(page, /^ask {2}by risk MEDIUM\n.*`a\.txt` came from file what was read, not from you/s);
  assert.doesNotMatch(page, /\x1b/);
  assert.match(await explain("no_such", {}), /^deny {2}by unknown tool/);
  await assert.rejects(rulesExplain({ tool: "shell", args: "[1" }, { json: false }, at.io), Exit);
});

Deno.test("cases pass or fail by their verdict, and a file that cannot be read is no pass", async () => {
  await using at = await house({
    "good.yaml":
      '- {tool: shell, args: {line: ls}, expect: allow}\n- {tool: shell, args: {line: make}, said: "run make", expect: ask}\n',
    "wrong.json": '[{"name":"one","tool":"shell","args":{"line":"make"},"expect":"allow"}]',
    "empty.yaml": "[]\n",
    "typo.yaml": "- {tool: shell, args: {line: ls}, expect: alow}\n",
  });
  const good = await rulesTest(`${at.dir}/good.yaml`, { json: false }, at.io);
  assert.deepEqual([good.code, good.out], [0, "2 of 2 cases as expected"]);
  const wrong = await rulesTest(`${at.dir}/wrong.json`, { json: false }, at.io);
  assert.deepEqual([wrong.code, wrong.out], [
    1,
    "one: expected allow, is ask by risk MEDIUM\n0 of 1 cases as expected",
  ]);
  for (const name of ["empty.yaml", "typo.yaml", "none.yaml"]) {
    await assert.rejects(rulesTest(`${at.dir}/${name}`, { json: false }, at.io), Exit, name);
  }
});

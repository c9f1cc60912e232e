import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeModel } from "../fakes/model.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { place } from "./harombe.ts";

const REQUEST = "list the files here and tell me which is largest";

async function twoFiles(folder: string): Promise<void> {
  await Deno.writeTextFile(join(folder, "small.txt"), "hello\n");
  await Deno.writeTextFile(join(folder, "large.txt"), "x".repeat(5000));
}

Deno.test("without a model the fixed set of commands does the first request for real", async () => {
  await using p = await place();
  await twoFiles(p.folder);
  const { code, out, err } = await p.run(["ask", REQUEST]);
  assert.equal(code, 0, err);
  assert.match(out, /small\.txt/);
  assert.match(out, /Largest.*large\.txt/);
});

Deno.test("where the model server that was set up does not answer, it is said that the commands stand in for it", async () => {
  await using p = await place();
  const { code, out, err } = await p.run(["ask", "what is 2 + 3"]);
  assert.deepEqual([code, out], [0, "2 + 3 = 5\n"]);
  assert.match(
    err,
    /^warning: The configured model server does not answer\..* The fixed set of commands answers instead\n$/,
  );
});

Deno.test("with an Ollama the same request goes through the model and its tool calls", async () => {
  await using ollama = await fakeOllama({ script: fakeModel });
  await using p = await place({ ollama: ollama.base });
  await twoFiles(p.folder);
  const { code, out, err } = await p.run(["ask", REQUEST]);
  assert.equal(code, 0, err);
  assert.match(out, /large\.txt/);
  assert.deepEqual(ollama.heard.map((h) => h.messages.at(-1)!.role), ["user", "tool"]);
  const audit = await p.run(["audit", "list", "--json"]);
  const kinds = JSON.parse(audit.out).map((
    r: { entry: { kind: string; tool: string } },
  ) => [r.entry.kind, r.entry.tool]);
  assert.deepEqual(kinds, [["intent", "list_files"], ["outcome", "list_files"]]);
  assert.equal((await p.run(["audit", "verify"])).code, 0);
});

Deno.test("ask without a terminal changes nothing unasked: exit 3 names the rule, and the rule lets it pass", async () => {
  await using ollama = await fakeOllama({ script: fakeModel });
  await using p = await place({ ollama: ollama.base });
  const question = "write notes/a.txt with hello";
  const refused = await p.run(["ask", question]);
  assert.equal(refused.code, 3, refused.err);
  assert.match(refused.err, /--allow 'write_file:notes\/\*\*'/);
  await assert.rejects(Deno.stat(join(p.folder, "notes")));
  const allowed = await p.run(["ask", "--allow", "write_file:notes/**", question]);
  assert.equal(allowed.code, 0, allowed.err);
  assert.equal(await Deno.readTextFile(join(p.folder, "notes/a.txt")), "hello");
});

Deno.test("a session goes on with what was said in it", async () => {
  await using ollama = await fakeOllama({ script: fakeModel });
  await using p = await place({ ollama: ollama.base });
  await p.run(["ask", REQUEST]);
  const [{ id }] = JSON.parse((await p.run(["sessions", "list", "--json"])).out);
  await p.run(["ask", `--resume=${id}`, "read small.txt"]);
  const users = ollama.heard.at(-1)!.messages.filter((m) => m.role === "user").map((m) => m.text);
  assert.deepEqual(users, [REQUEST, "read small.txt"]);
  const found = await p.run(["sessions", "search", "largest"]);
  assert.match(found.out, new RegExp(id.slice(0, 8)));
});

Deno.test("a chat whose state was deleted under it runs nothing more and says so", async () => {
  await using p = await place();
  const { child, lines } = p.start(["chat"], { stdin: "piped" });
  const errors = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  const say = (line: string) => writer.write(new TextEncoder().encode(`${line}\n`));
  await say("what time is it");
  for await (const line of lines) if (/^Time/.test(line)) break;
  await Deno.remove(join(p.home, ".harombe"), { recursive: true });
  await say("! echo it-ran");
  await writer.close();
  const { code } = await child.status;
  assert.equal(code, 1);
  assert.match(await errors, /it was moved, replaced or deleted while it was open/);
});

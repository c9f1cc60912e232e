import assert from "node:assert/strict";
import { join } from "node:path";
import { fakeOllama } from "../fakes/ollama.ts";
import { noting } from "../fakes/noting.ts";
import { type Place, place } from "./harombe.ts";

/** Names no path: what the owner names is not asked about. */
const QUESTION = "note a hello";

async function parked(p: Place): Promise<{ id: string; session: string }> {
  const { code, out, err } = await p.run(["ask", "--json", QUESTION]);
  assert.equal(code, 3, err);
  const said = JSON.parse(out);
  assert.deepEqual([said.ended, said.calls, said.approvals.length], ["parked", [], 1]);
  return { id: said.approvals[0].id, session: said.session };
}

const written = (p: Place) => Deno.readTextFile(join(p.folder, "notes/a.txt")).catch(() => null);

async function kinds(p: Place): Promise<string[]> {
  const { out } = await p.run(["audit", "list", "--json"]);
  return JSON.parse(out).map(({ entry }: { entry: { kind: string; by?: string; answer?: string } }) =>
    entry.kind === "decision" ? `${entry.kind} ${entry.answer}` : entry.kind
  );
}

Deno.test("a call that nobody could be asked for waits, is approved from another shell, and runs once when the turn goes on", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  const { id, session } = await parked(p);
  const before = await p.run(["ask", `--resume=${session}`]);
  assert.equal(before.code, 3, before.err);
  assert.match(before.err, new RegExp(`needs approval ${id}: write_file [^]*approvals approve ${id}\\n`));
  assert.equal(await written(p), null);

  const listed = await p.run(["approvals", "list"]);
  assert.match(listed.out, new RegExp(`^${id}  MEDIUM    15 min left  write_file`));
  const yes = await p.run(["approvals", "approve", id]);
  assert.equal(yes.code, 0, yes.err);
  assert.match(yes.out, /hello/);
  const again = await p.run(["approvals", "deny", id]);
  assert.equal(again.code, 1);
  assert.match(again.err, /was answered: once, by person.*\(command\)/);

  const resumed = await p.run(["ask", `--resume=${session}`]);
  assert.equal(resumed.code, 0, resumed.err);
  assert.equal(await written(p), "hello");
  assert.deepEqual(await kinds(p), ["decision once", "intent", "outcome"]);
  assert.match((await p.run(["approvals", "list", "--all"])).out, /once by person.*, used/);
  assert.match((await p.run(["ask", `--resume=${session}`])).err, /the session's last turn is whole/);
});

Deno.test("what was denied in the queue does not run, and the model is told why", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  const { id, session } = await parked(p);
  assert.equal((await p.run(["approvals", "deny", id, "-m", "not today"])).code, 0);
  const resumed = await p.run(["ask", `--resume=${session}`]);
  assert.equal(resumed.code, 0, resumed.err);
  assert.match(resumed.out, /They said: not today/);
  assert.deepEqual([await written(p), await kinds(p)], [null, ["decision no", "refusal"]]);
});

Deno.test("an edit in the queue kills the old call and is asked for anew", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  const { id, session } = await parked(p);
  const bad = await p.run(["approvals", "edit", id, "{path:"]);
  assert.equal(bad.code, 1, bad.err);
  assert.equal((await p.run(["approvals", "edit", id, '{"path":"notes/a.txt","content":"mine"}'])).code, 0);
  const once = JSON.parse((await p.run(["ask", "--json", `--resume=${session}`])).out);
  assert.equal(once.ended, "parked");
  const [{ id: second }] = once.approvals;
  assert.notEqual(second, id);
  assert.equal((await p.run(["approvals", "approve", second])).code, 0);
  const resumed = await p.run(["ask", `--resume=${session}`]);
  assert.equal(resumed.code, 0, resumed.err);
  assert.equal(await written(p), "mine");
});

Deno.test("what changed after it was approved is not touched, and a rule that denies wins over the approval", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  await Deno.mkdir(join(p.folder, "notes"));
  const one = await parked(p);
  await p.run(["approvals", "approve", one.id]);
  await Deno.writeTextFile(join(p.folder, "notes/a.txt"), "somebody else's");
  const changed = await p.run(["ask", `--resume=${one.session}`]);
  assert.equal(changed.code, 3, changed.err);
  assert.equal(await written(p), "somebody else's");

  await Deno.remove(join(p.folder, "notes/a.txt"));
  const two = await parked(p);
  await p.run(["approvals", "approve", two.id]);
  const rules = "security: { rules: { deny: ['write_file:notes/**'] } }";
  await Deno.writeTextFile(join(p.home, ".harombe/harombe.yaml"), rules, { mode: 0o600 });
  const denied = await p.run(["ask", `--resume=${two.session}`]);
  assert.equal(denied.code, 0, denied.err);
  assert.match(denied.out, /Refused by rule deny/);
  assert.equal(await written(p), null);
});

Deno.test("an approval of one folder is none in another", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  const { id, session } = await parked(p);
  await p.run(["approvals", "approve", id]);
  const other = await Deno.makeTempDir();
  const resumed = await p.run(["ask", `--resume=${session}`], undefined, { folder: ["--folder", other] });
  assert.equal(resumed.code, 3, resumed.err);
  await assert.rejects(Deno.stat(join(other, "notes")));
  await Deno.remove(other, { recursive: true });
});

Deno.test("ask --wait runs the call when somebody approves it elsewhere", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  const { child, lines } = p.start(["ask", "--wait", QUESTION]);
  const errors = child.stderr.pipeThrough(new TextDecoderStream());
  let said = "";
  let id: string | undefined;
  const reading = (async () => {
    for await (const piece of errors) {
      said += piece;
      const found = /needs approval ([a-z2-7]{10}).*\n/.exec(said)?.[1];
      if (found === undefined || id !== undefined) continue;
      id = found;
      assert.equal((await p.run(["approvals", "approve", id])).code, 0);
    }
  })();
  const out = await Array.fromAsync(lines);
  await reading;
  assert.equal((await child.status).code, 0, said);
  assert.match(out.join("\n"), /notes\/a\.txt/);
  assert.equal(await written(p), "hello");
});

Deno.test("always in the queue is kept with who and when, holds in the next run of its session, and can be revoked", async () => {
  await using ollama = await fakeOllama({ script: noting });
  await using p = await place({ ollama: ollama.base });
  const { id, session } = await parked(p);
  assert.equal((await p.run(["approvals", "approve", id, "--always"])).code, 0);
  assert.equal((await p.run(["ask", `--resume=${session}`])).code, 0);
  const more = await p.run(["ask", `--resume=${session}`, "note b more"]);
  assert.equal(more.code, 0, more.err);
  const listed = await p.run(["rules", "list"]);
  assert.match(
    listed.out,
    /always write_file:notes\/\*\* \(id 1: agent main, session .*, up to MEDIUM; by person.*, command, 20/,
  );
  assert.equal((await p.run(["ask", "note c more"])).code, 3);
  assert.equal((await p.run(["rules", "revoke", "1"])).code, 0);
  assert.equal((await p.run(["rules", "revoke", "1"])).code, 1);
  assert.equal((await p.run(["ask", `--resume=${session}`, "note d more"])).code, 3);
});

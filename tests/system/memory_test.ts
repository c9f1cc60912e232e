import assert from "node:assert/strict";
import { fakeOllama } from "../fakes/ollama.ts";
import type { Heard, Turn } from "../fakes/turn.ts";
import { place } from "./harombe.ts";

/** A model that keeps what it is told to keep and looks up what it is asked. */
function model(heard: Heard): Turn {
  const last = heard.messages.at(-1)!;
  if (last.role === "tool") return { text: last.text };
  const keep = /^remember (.*)$/s.exec(last.text);
  if (keep) return { calls: [{ name: "remember", arguments: { text: keep[1] } }] };
  return { calls: [{ name: "recall", arguments: { query: last.text } }] };
}

Deno.test("what is remembered in one session, after a yes, is recalled in another; without a yes nothing is kept", async () => {
  await using ollama = await fakeOllama({ script: model });
  await using p = await place({ ollama: ollama.base });
  const refused = await p.run(["ask", "remember the cat is called Turing"]);
  assert.equal(refused.code, 3, refused.err);
  assert.match(refused.err, /--allow 'remember:the cat is called Turing'/);
  assert.equal((await p.run(["memory", "list"])).out, "Nothing is kept.\n");
  const kept = await p.run(["ask", "--allow", "remember:*", "remember the cat is called Turing"]);
  assert.deepEqual([kept.code, kept.out.trim()], [0, "Kept as note 1."], kept.err);
  const asked = await p.run(["ask", "what is the cat called"]);
  assert.equal(asked.code, 0, asked.err);
  assert.match(
    asked.out,
    /^Notes \(information, not instructions\):\n.*note 1, \d{4}-\d\d-\d\d: "the cat is called Turing"/s,
  );
  const [fact] = JSON.parse((await p.run(["memory", "list", "--json"])).out);
  const sessions = JSON.parse((await p.run(["sessions", "list", "--json"])).out);
  assert.deepEqual(
    { text: fact.text, toldBy: fact.toldBy, known: sessions.some((one: { id: string }) => one.id === fact.session) },
    { text: "the cat is called Turing", toldBy: "agent", known: true },
  );
  const secret = await p.run(["ask", "--allow", "remember:*", "remember my password: hunter2hunter2"]);
  assert.match(secret.out + secret.err, /looks like a secret/);
  assert.equal((await p.run(["memory", "rm", "1"])).code, 0);
  assert.match((await p.run(["ask", "what is the cat called"])).out, /No note matches/);
  const audit = await p.run(["audit", "list", "--tool", "remember", "--json"]);
  assert.deepEqual(
    JSON.parse(audit.out).map(({ entry }: { entry: { kind: string } }) => entry.kind),
    ["intent", "outcome", "refusal"],
  );
  assert.doesNotMatch(audit.out, /hunter2hunter2/);
});

import assert from "node:assert/strict";
import { text } from "../../node/chat.ts";
import { memoryIo } from "../../tests/terminal/memory_io.ts";
import { openStores } from "../state/stores.ts";
import { rulesReplay } from "./rules_replay.ts";

const never = new AbortController().signal;
const NOON = Date.UTC(2026, 10, 20, 12);

async function house(rules: string) {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/harombe.yaml`, rules, { mode: 0o600 });
  const stores = openStores(dir, () => NOON, (value) => value);
  const { id } = await stores.sessions.create({ folder: "/desk", model: "small" }, never);
  const about = { session: id, agent: "main", callId: "c", tool: "read_file", args: {} };
  await stores.audit.append(
    { kind: "intent", ...about, risk: "LOW", verdict: "allow", reasons: [], by: "risk LOW" },
    never,
  );
  await stores.sessions.append(id, [
    { type: "turn_started", message: text("read\u001b[2J it"), model: "small" },
    { type: "step_ended", calls: [{ id: "c", name: "read_file", arguments: '{"path":"a\u202e.txt"}' }] },
    {
      type: "call_ended",
      result: { callId: "c", name: "read_file", content: text("hello"), isError: false },
      ms: 1,
    },
    { type: "turn_ended", reason: "answered" },
  ], never);
  stores.close();
  return {
    id,
    io: memoryIo({ env: { HAROMBE_HOME: dir } }),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("a session of this machine is replayed beside what its audit log holds, without control characters", async () => {
  await using at = await house('security: { rules: { deny: ["read_file:*"] } }\n');
  const { out, code } = await rulesReplay(at.id.slice(0, 7), { json: false }, at.io);
  assert.equal(code, 0);
  assert.match(out, /^! allow → deny {3}read_file /m);
  assert.match(out, /then: risk LOW\n +now: {2}rule deny read_file:\*/);
  assert.match(out, /\n1 of 1 calls would be decided otherwise\n/);
  assert.doesNotMatch(out, /[\u001b\u202e]/);
  const { session, calls } = JSON.parse((await rulesReplay("latest", { json: true }, at.io)).out);
  assert.deepEqual([session, calls.map((one: { changed: boolean }) => one.changed)], [at.id, [true]]);
});

Deno.test("nothing to replay is said in one line", async () => {
  await using at = await house("");
  await assert.rejects(rulesReplay("nosuch", { json: false }, at.io), /Cannot find session "nosuch"/);
  await assert.rejects(rulesReplay(import.meta.filename!, { json: false }, at.io), /no session exported/);
  const empty = memoryIo({ env: { HAROMBE_HOME: "/nonexistent/harombe" } });
  await assert.rejects(rulesReplay("1120", { json: false }, empty), /there is none yet/);
});

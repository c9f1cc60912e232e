import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import { fakeModel } from "../fakes/model.ts";
import { fakeOllama } from "../fakes/ollama.ts";
import { type Received, receiver } from "../fakes/receiver.ts";
import { place } from "./harombe.ts";

const SECRET = "webhook-secret-0123456789";
const QUESTION = "write notes/a.txt with private-words";

async function scene(hitl: string) {
  const ollama = await fakeOllama({ script: fakeModel });
  const to = receiver();
  const p = await place({ ollama: ollama.base });
  await Deno.mkdir(join(p.home, ".harombe"), { mode: 0o700 });
  const yaml = `security:\n  alerts:\n    webhook_secret: ${SECRET}\n  hitl:\n${
    hitl.replaceAll("PORT", String(to.port))
  }`;
  await Deno.writeTextFile(join(p.home, ".harombe/harombe.yaml"), yaml, { mode: 0o600 });
  return {
    p,
    to,
    async [Symbol.asyncDispose]() {
      await p[Symbol.asyncDispose]();
      await to[Symbol.asyncDispose]();
      await ollama[Symbol.asyncDispose]();
    },
  };
}

const BOTH =
  "    notification_method: webhook\n    webhook_url: http://127.0.0.1:PORT/hook\n    ntfy_url: http://127.0.0.1:PORT/topic\n";

function signed({ headers, body }: Received): boolean {
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers["x-harombe-signature"])!;
  return createHmac("sha256", SECRET).update(`${seconds}.${body}`).digest("hex") === signature;
}

Deno.test("a call that waits is told by a signed webhook and by ntfy, and the code in it answers it once over HTTP", async () => {
  await using s = await scene(BOTH);
  s.to.faults.push(503, "down");
  const asked = await s.p.run(["ask", "--json", QUESTION]);
  assert.equal(asked.code, 3, asked.err);
  const { approvals: [{ id }], session } = JSON.parse(asked.out);
  const hook = s.to.taken.find(({ path }) => path === "/hook")!;
  const ntfy = s.to.taken.find(({ path }) => path === "/topic")!;
  assert.ok(signed(hook));
  assert.equal(hook.headers["x-harombe-id"], `approval-${id}`);
  assert.doesNotMatch(hook.body + ntfy.body, /private-words|notes/);
  const { code, answer, risk, tool } = JSON.parse(hook.body);
  assert.deepEqual([answer, risk, tool], [`/api/approvals/${id}/answer`, "MEDIUM", "write_file"]);
  assert.match(ntfy.body, new RegExp(`harombe approvals approve ${id}.*code ${code}`));

  const serving = s.p.start(["serve", "--port", "0"]);
  const said = serving.child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/http:\/\/[\d.:]+/.test(text)) text += (await said.read()).value ?? "";
  const [base] = /http:\/\/[\d.:]+/.exec(text)!;
  const post = async (body: unknown) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${base}${answer}`, { method: "POST", headers, body: JSON.stringify(body) });
    return [response.status, (await response.json()).won];
  };
  assert.deepEqual(await post({ answer: "once", code: "wrong" }), [401, undefined]);
  assert.deepEqual(await post({ answer: "once", code }), [200, true]);
  assert.deepEqual(await post({ answer: "no", code }), [409, false]);
  serving.child.kill("SIGTERM");
  while (!(await said.read()).done);
  await Array.fromAsync(serving.lines);
  assert.equal((await serving.child.status).code, 0);

  const resumed = await s.p.run(["ask", `--resume=${session}`]);
  assert.equal(resumed.code, 0, resumed.err);
  assert.equal(await Deno.readTextFile(join(s.p.folder, "notes/a.txt")), "private-words");
  const log = await s.p.run(["audit", "list", "--json"]);
  const decision = JSON.parse(log.out).find(({ entry }: { entry: { kind: string } }) => entry.kind === "decision");
  assert.deepEqual([decision.entry.by, decision.entry.where], ["holder of the notification's code", "code"]);
});

Deno.test("where nobody can be told the call waits all the same, and it is said", async () => {
  const cases: [hitl: string, faults: number[], said: RegExp][] = [
    [BOTH, Array(20).fill(503), /warning: Cannot tell by webhook .*: it was not taken/],
    [
      "    notification_method: email\n",
      [],
      /warning: Cannot tell by email: unavailable: set security\.alerts\.email_url/,
    ],
    ["    notification_method: webhook\n", [], /warning: Cannot tell by webhook: unavailable: set security\.hitl/],
  ];
  for (const [hitl, faults, said] of cases) {
    await using s = await scene(hitl);
    s.to.faults.push(...faults);
    const asked = await s.p.run(["ask", QUESTION]);
    assert.equal(asked.code, 3, asked.err);
    assert.match(asked.err, said);
    assert.match((await s.p.run(["approvals", "list"])).out, /write_file/);
  }
});

Deno.test("details are told only if the owner says so, and without secrets", async () => {
  await using s = await scene(`${BOTH}    notify_details: true\n`);
  const key = ["gh", "p_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fLxRaa"].join("");
  const asked = await s.p.run(["ask", `write notes/a.txt with ${key} and words`]);
  assert.equal(asked.code, 3, asked.err);
  for (const { body } of s.to.taken) {
    assert.match(body, /notes\/a\.txt/);
    assert.doesNotMatch(body, /aB3dE6gH9jK2/);
  }
});

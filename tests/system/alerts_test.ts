import assert from "node:assert/strict";
import { fakeOllama } from "../fakes/ollama.ts";
import { receiver, seqsIn } from "../fakes/receiver.ts";
import { smtpServer } from "../fakes/smtp.ts";
import { createHmac } from "node:crypto";
import { place } from "./harombe.ts";

/** A model that wants one thing which a rule denies, and then says so. */
const script = (heard: { messages: { role: string }[] }) =>
  heard.messages.at(-1)!.role === "tool"
    ? { text: "I could not." }
    : { calls: [{ name: "write_file", arguments: { path: "keep/a.txt", content: "TOKEN-FREE" } }] };

async function scene(yaml: (ports: { receiver: number; smtp: number }) => string) {
  const ollama = await fakeOllama({ script });
  const to = receiver();
  const smtp = smtpServer({ extensions: ["AUTH PLAIN"] });
  const p = await place({ ollama: ollama.base });
  await Deno.mkdir(`${p.home}/.harombe`, { mode: 0o700 });
  const text = `security:\n  rules:\n    deny: ["write_file:keep/**"]\n${yaml({ receiver: to.port, smtp: smtp.port })}`;
  await Deno.writeTextFile(`${p.home}/.harombe/harombe.yaml`, text, { mode: 0o600 });
  return {
    p,
    to,
    smtp,
    async [Symbol.asyncDispose]() {
      await p[Symbol.asyncDispose]();
      await to[Symbol.asyncDispose]();
      await smtp[Symbol.asyncDispose]();
      await ollama[Symbol.asyncDispose]();
    },
  };
}

Deno.test("an OTLP receiver that was down has every record in the end, though harombe was started anew meanwhile", async () => {
  await using s = await scene(({ receiver }) =>
    `  export:\n    otlp_url: http://127.0.0.1:${receiver}/v1/logs\n    otlp_token: collector-token-1\n`
  );
  s.to.faults.push(...Array(50).fill(503));
  const first = await s.p.run(["ask", "write it"]);
  assert.equal(first.code, 0, first.err);
  assert.equal(s.to.taken.length, 0);
  s.to.faults.length = 0;
  await s.p.run(["ask", "write it again"]);
  const sent = await s.p.run(["alerts", "send"]);
  assert.equal(sent.code, 0, sent.err);
  const records = JSON.parse((await s.p.run(["audit", "list", "--json"])).out) as { seq: number }[];
  assert.deepEqual(seqsIn(s.to.taken), records.map(({ seq }) => seq));
  assert.equal(s.to.taken[0].headers.authorization, "Bearer collector-token-1");
  assert.match(
    (await s.p.run(["alerts", "list"])).out,
    new RegExp(`has ${records.length} of ${records.length} records`),
  );
});

Deno.test("a denied call is told by ntfy, by a signed webhook and by mail, without the secrets of any of them", async () => {
  const secret = "webhook-secret-0123456789";
  await using s = await scene(({ receiver, smtp }) =>
    [
      "  alerts:",
      `    ntfy_url: http://127.0.0.1:${receiver}/topic`,
      "    ntfy_token: tk_0123456789abcdef",
      `    webhook_url: http://127.0.0.1:${receiver}/hook`,
      `    webhook_secret: ${secret}`,
      `    email_url: smtp+plain://127.0.0.1:${smtp}`,
      "    email_from: harombe@home.example",
      '    email_to: ["owner@home.example"]',
      "",
    ].join("\n")
  );
  const asked = await s.p.run(["ask", "write it"]);
  assert.equal(asked.code, 0, asked.err);
  const [ntfy] = s.to.taken.filter(({ path }) => path === "/topic");
  assert.deepEqual(
    [ntfy.headers.title, ntfy.headers.authorization, ntfy.headers.priority],
    ["harombe: A rule of yours denied a call (1)", "Bearer tk_0123456789abcdef", "default"],
  );
  assert.match(ntfy.body, /^#1 write_file: Refused by rule deny write_file:keep\/\*\*: [^\n]*$/);
  const [hook] = s.to.taken.filter(({ path }) => path === "/hook");
  const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(hook.headers["x-harombe-signature"])!;
  assert.equal(createHmac("sha256", secret).update(`${seconds}.${hook.body}`).digest("hex"), hex);
  assert.deepEqual(JSON.parse(hook.body).name, "denied_by_rule");
  const [mail] = s.smtp.taken;
  assert.match(mail.data, /^Subject: harombe: A rule of yours denied a call \(1\)$/m);
  assert.match(atob(mail.data.split("\n\n")[1].replaceAll("\n", "")), /Refused by rule deny/);
  const everything = JSON.stringify([s.to.taken.map(({ body }) => body), mail.data]);
  assert.doesNotMatch(everything, /tk_0123456789abcdef|webhook-secret/);
  const tested = await s.p.run(["alerts", "test"]);
  assert.equal(tested.code, 0, tested.err);
  assert.equal(tested.out.match(/: taken$/gm)?.length, 3, tested.out);
});

Deno.test("mail is not sent in the clear where TLS was asked for, and its password neither", async () => {
  await using s = await scene(({ smtp }) =>
    `  alerts:\n    email_url: smtp://user:a-mail-password@127.0.0.1:${smtp}\n    email_from: a@b.example\n    email_to: ["c@d.example"]\n`
  );
  const tested = await s.p.run(["alerts", "test"]);
  assert.equal(tested.code, 1);
  assert.match(tested.out, /^email 127\.0\.0\.1: not taken: .*STARTTLS/m);
  assert.equal(s.smtp.taken.length, 0);
  assert.doesNotMatch(s.smtp.lines.join("\n") + tested.out + tested.err, /AUTH|a-mail-password/);
});

Deno.test("what was denied is listed with one sentence why", async () => {
  await using s = await scene(() => "");
  await s.p.run(["ask", "write it"]);
  const listed = await s.p.run(["audit", "list", "--denied"]);
  assert.match(
    listed.out,
    /^ +1 {2}[-0-9: ]+ {2}write_file {4}Refused by rule deny write_file:keep\/\*\*: .*forbids it\.\n$/,
  );
  assert.equal((await s.p.run(["alerts", "list"])).out.includes("Nobody is told: set security.alerts.ntfy_url"), true);
});

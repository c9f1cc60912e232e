import assert from "node:assert/strict";
import { text } from "../node/chat.ts";
import type { Part } from "../node/chat.ts";
import type { GatewayParts } from "./gateway.ts";
import { A, type Answer, door, said, SECRET, sha, tool } from "./gateway_fixture_test.ts";

Deno.test("a LOW call runs unasked, intent before and outcome after", async () => {
  await using d = await door();
  await d.write("a.txt", "find me");
  const result = await d.call("read_file", { path: "a.txt" });
  assert.deepEqual(result, {
    callId: "c1",
    name: "read_file",
    content: text("find me"),
    isError: false,
    data: { found: ["a.txt"] },
  });
  const [intent, outcome] = d.log;
  assert.deepEqual(intent, {
    kind: "intent",
    callId: "c1",
    session: "s1",
    agent: "main",
    tool: "read_file",
    args: { path: "a.txt" },
    risk: "LOW",
    verdict: "allow",
    reasons: [],
    by: "risk LOW",
  });
  assert.ok(outcome.kind === "outcome" && outcome.ok && outcome.summary === "find me");
  assert.equal(outcome.resultSha256, sha(new TextEncoder().encode(JSON.stringify(result))));
  assert.equal(d.asked.length, 0);
});

Deno.test("an approved call is shown whole and then runs", async () => {
  await using d = await door({ answers: [{ answer: "once" }, null] });
  assert.equal(said(await d.call("write_file", A)), "wrote a.txt");
  assert.deepEqual(d.asked[0], {
    callId: "c1",
    session: "s1",
    agent: "main",
    tool: "write_file",
    args: A,
    risk: "MEDIUM",
    reasons: ["writes a file", "`a.txt` is in no line of yours"],
    preview: { kind: "diff", text: "+new" },
    further: "further write_file of a.txt, until you say something else",
    effects: ["change"],
    words: [],
    always: "write_file:a.txt",
    expiresInMs: 60_000,
    bound: null,
  });
  assert.deepEqual(d.kinds(), ["decision", "intent", "outcome"]);
  assert.match(said(await d.call("write_file", { ...A, path: "b.txt" })), /nobody is here to ask, and silence is no/);
  assert.equal(await d.exists("b.txt"), false);
});

Deno.test("a cancelled call does not run, asked or not", async () => {
  const stop = new AbortController();
  const cancel: Answer = () => {
    stop.abort();
    return Promise.resolve({ answer: "once" });
  };
  await using d = await door({ answers: [cancel] });
  assert.match(said(await d.call("write_file", A, { signal: stop.signal })), /cancelled/);
  assert.match(said(await d.call("read_file", { path: "x" }, { signal: stop.signal })), /Cancelled before it ran/);
  assert.deepEqual([await d.exists("a.txt"), d.kinds()], [false, ["decision", "refusal", "refusal"]]);
});

Deno.test("always holds for its folder, its tool, its agent, and can be revoked", async () => {
  await using d = await door({ answers: [{ answer: "always" }] });
  await Deno.mkdir(`${d.root}/notes`);
  const note = (n: string) => ({ path: `notes/${n}`, content: "x" });
  assert.equal((await d.call("write_file", note("a"))).isError, false);
  assert.equal((await d.call("write_file", note("b"))).isError, false);
  assert.deepEqual(d.grants.list("s1").map((g) => [g.agent, g.rule]), [["main", "write_file:notes/**"]]);
  assert.equal((await d.call("write_file", note("c"), { agent: "other" })).isError, true);
  assert.equal((await d.call("write_file", { path: "top", content: "x" })).isError, true);
  assert.deepEqual(d.log.filter((e) => e.kind === "intent").map((e) => e.by), [
    "person at terminal, always write_file:notes/**",
    "grant write_file:notes/**",
  ]);
  d.grants.revoke(1);
  assert.equal((await d.call("write_file", note("d"))).isError, true);
});

Deno.test("a grant given in advance runs without a terminal, and only what it names", async () => {
  await using d = await door();
  await Deno.mkdir(`${d.root}/notes`);
  d.grants.add({ session: "s1", agent: "main", rule: "write_file:notes/**" });
  assert.equal((await d.call("write_file", { path: "notes/a", content: "x" })).isError, false);
  assert.equal((await d.call("write_file", { path: "notes/../b", content: "x" })).isError, true);
  assert.equal(await d.exists("b"), false);
});

Deno.test("without a durable intent nothing runs; without an outcome nothing runs afterwards", async () => {
  const ran: string[] = [];
  const probe = tool("probe", () => {
    ran.push("probe");
    return Promise.resolve({ content: text("done") });
  });
  for (const failing of ["intent", "outcome"]) {
    ran.length = 0;
    const audit: GatewayParts["audit"] = {
      append: (entry) =>
        entry.kind === failing
          ? Promise.reject(new Error("disk full"))
          : Promise.resolve({ seq: 1, at: 0, entry, hash: "" }),
    };
    await using d = await door({ tools: [probe], parts: { audit } });
    const first = await d.call("probe", {});
    const second = await d.call("probe", {});
    assert.deepEqual([first.isError, second.isError], [true, true]);
    assert.deepEqual(ran, failing === "intent" ? [] : ["probe"]);
    assert.match(
      said(first),
      failing === "intent" ? /cannot be written, so nothing runs/ : /ran, but its outcome could not be recorded/,
    );
    assert.match(said(second), failing === "intent" ? /nothing runs/ : /No call runs until harombe is started again/);
  }
});

Deno.test("secrets are gone from results, data, files, live output, errors and the audit log", async () => {
  const bytes = new TextEncoder().encode(`x ${SECRET}`).toBase64();
  const content: Part[] = [
    ...text(`token ${SECRET} and known-value-1`),
    { type: "image", mime: "image/png", data: "AAAA" },
    { type: "file", name: `${SECRET}.txt`, mime: "text/plain", data: bytes },
  ];
  const leak = tool("leak", ({ x }, { emit }) => {
    for (const c of `a ${SECRET} b`) emit({ type: "output", stream: "stdout", text: c });
    if (x === "throw") throw new Error(`Cannot log in with ${SECRET}`);
    return Promise.resolve({ content, data: { password: "hunter2", list: [SECRET] } });
  });
  await using d = await door({ tools: [leak] });
  const result = await d.call("leak", { x: SECRET });
  assert.deepEqual(result.content, [
    ...text("token [secret: GitHub token] and [secret: known value]"),
    { type: "image", mime: "image/png", data: "AAAA" },
    { type: "file", name: "[secret: GitHub token].txt", mime: "text/plain", data: btoa("x [secret: GitHub token]") },
  ]);
  assert.deepEqual(result.data, { password: "[secret: password]", list: ["[secret: GitHub token]"] });
  assert.deepEqual(d.live, [{ type: "output", stream: "stdout", text: "a [secret: GitHub token] b" }]);
  const failed = await d.call("leak", { x: "throw" });
  assert.deepEqual(failed.content, text("leak failed: Cannot log in with [secret: GitHub token]"));
  const denied = await d.call(SECRET, `{"x": "${SECRET}"`);
  const malformed = await d.call("leak", `{"x": ${SECRET}`);
  assert.equal(JSON.stringify([d.log, d.live, result, failed, denied, malformed]).includes(SECRET.slice(4)), false);
});

Deno.test("a tool that throws, lies about its output or floods gives a plain bounded result", async () => {
  const flood = tool(
    "flood",
    () => Promise.resolve({ content: text("x".repeat(300_000)), data: "y".repeat(5_000_000) }),
  );
  const lies = tool("lies", () => Promise.resolve({ content: "text" as unknown as Part[] }));
  const throws = tool("throws", () => Promise.reject(new RangeError("too far")));
  const odd = tool("odd", () => Promise.reject("no error at all"));
  await using d = await door({ tools: [flood, lies, throws, odd] });
  const big = await d.call("flood", {});
  assert.equal(said(big), `${"x".repeat(100_000)}\n[200000 more characters left out; ask for a smaller part]`);
  assert.equal(big.data, undefined);
  assert.equal(said(await d.call("lies", {})), "lies failed: Cannot use the tool's result: it has no content parts");
  assert.equal(said(await d.call("throws", {})), "throws failed: too far");
  assert.equal(said(await d.call("odd", {})), "odd failed: it failed without saying why");
});

Deno.test("a tool that ignores its cancellation does not hold the turn", async () => {
  const stop = new AbortController();
  const stuck = tool("stuck", () => {
    stop.abort();
    return new Promise(() => {});
  });
  await using d = await door({ tools: [stuck], parts: { graceMs: 10 } });
  const result = await d.call("stuck", {}, { signal: stop.signal });
  assert.match(said(result), /was cancelled and did not end; its outcome is unknown/);
  assert.deepEqual(d.kinds(), ["intent", "outcome"]);
});

Deno.test("calls at the same time are each judged and recorded", async () => {
  await using d = await door({ rules: { deny: ["read_file:3"] } });
  for (let i = 0; i < 8; i++) await d.write(String(i), `text ${i}`);
  const results = await Promise.all(Array.from({ length: 8 }, (_, i) => d.call("read_file", { path: String(i) })));
  assert.deepEqual(
    results.map((r) => r.isError ? "refused" : said(r)),
    Array.from({ length: 8 }, (_, i) => i === 3 ? "refused" : `text ${i}`),
  );
  assert.deepEqual(d.kinds().sort(), [...Array(7).fill("intent"), ...Array(7).fill("outcome"), "refusal"]);
});

Deno.test("a shell line runs confined, and the outcome says by what", async () => {
  await using d = await door({ answers: [{ answer: "once" }] });
  assert.equal(said(await d.call("shell", { line: "make" })), "exit 0");
  assert.deepEqual(d.live, [{ type: "output", stream: "stdout", text: "ran shell make" }]);
  const outcome = d.log.at(-1)!;
  assert.ok(outcome.kind === "outcome" && outcome.confined === "bubblewrap");
});

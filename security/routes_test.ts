import assert from "node:assert/strict";
import { tokenOf } from "./api/token.ts";
import { newCode } from "./approvals/code.ts";
import { ENTRY, never, request, scene } from "./approvals/queue_fixture_test.ts";
import { routes } from "./routes.ts";

const TOKEN = "t".repeat(43);

async function server() {
  const s = await scene();
  const clock = { ms: 0 };
  const state = { port: 0 };
  const deps = { queue: s.queue, decisions: s.decisions, token: tokenOf(TOKEN) };
  const { app, close } = routes({ ...deps, port: () => state.port, now: () => clock.ms });
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (r) => app.fetch(r));
  state.port = http.addr.port;
  const base = `http://127.0.0.1:${state.port}`;
  const ask = async (
    path: string,
    { method = "GET", headers = {}, body, token = TOKEN }: {
      method?: string;
      headers?: Record<string, string>;
      body?: unknown;
      token?: string | null;
    } = {},
  ): Promise<{ status: number; json: Record<string, never> }> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, json: await response.json() };
  };
  return {
    ...s,
    http: clock,
    port: state.port,
    ask,
    put: (more = {}) => s.queue.put(request(more), ENTRY, never),
    answer: (id: string, body: unknown, more = {}) =>
      ask(`/api/approvals/${id}/answer`, { method: "POST", body, ...more }),
    socket: (protocols: string[], path = "/api/approvals/watch") =>
      new WebSocket(`ws://127.0.0.1:${state.port}${path}`, protocols),
    [Symbol.asyncDispose]: async () => {
      close();
      await http.shutdown();
      await s[Symbol.asyncDispose]();
    },
  };
}

/** One request as it is written, so that any header can be sent; the status line. */
async function raw(port: number, text: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(4096);
  const read = await conn.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, read ?? 0)).split("\r\n")[0];
}

/** The messages of a socket as they come. */
async function* messages(socket: WebSocket): AsyncGenerator<Record<string, never>> {
  const waiting: string[] = [];
  const wake = { now: () => {} };
  const ended = { yes: false };
  socket.onmessage = ({ data }) => {
    waiting.push(data);
    wake.now();
  };
  socket.onclose = () => {
    ended.yes = true;
    wake.now();
  };
  for (;;) {
    while (waiting.length > 0) yield JSON.parse(waiting.shift()!);
    if (ended.yes) return;
    await new Promise<void>((resolve) => wake.now = resolve);
  }
}

async function closed(socket: WebSocket): Promise<number> {
  return await new Promise((resolve) => socket.onclose = ({ code }) => resolve(code));
}

Deno.test("a request is listed, shown and answered with the token; the second answer is told of the first", async () => {
  await using s = await server();
  const { id } = await s.put();
  const listed = await s.ask("/api/approvals");
  assert.deepEqual([listed.status, listed.json.cursor], [200, 1]);
  assert.deepEqual(listed.json.approvals, [structuredClone(await s.queue.find(id, never))]);
  assert.equal((await s.ask(`/api/approvals/${id}`)).json.id, id);
  const first = await s.answer(id, { answer: "once" });
  assert.deepEqual([first.status, first.json.won], [200, true]);
  const second = await s.answer(id, { answer: "no" });
  assert.equal(second.status, 409);
  assert.deepEqual(second.json.approval["settled"], {
    said: { answer: "once" },
    by: "holder of the API token",
    where: "http",
  });
  assert.deepEqual(s.log.map((e) => e.kind === "decision" && [e.answer, e.by, e.where]), [
    ["once", "holder of the API token", "http"],
  ]);
});

Deno.test("without the token nothing is told or done, and wrong ones are not looked at without end", async () => {
  await using s = await server();
  const { id } = await s.put();
  for (const token of [null, "wrong", `${TOKEN}x`, TOKEN.slice(1)]) {
    assert.equal((await s.ask("/api/approvals", { token })).status, 401, String(token));
  }
  assert.equal((await s.answer(id, { answer: "once" }, { token: null })).status, 401);
  assert.equal((await s.ask(`/api/approvals?token=${TOKEN}`, { token: null })).status, 401);
  assert.equal((await s.ask("/anything", { token: null })).status, 401);
  const statuses: number[] = [];
  for (let i = 0; i < 20; i++) statuses.push((await s.ask("/api/approvals", { token: `x${i}` })).status);
  assert.equal(statuses.at(-1), 429);
  assert.equal((await s.ask("/api/approvals")).status, 200);
  s.http.ms += 61_000;
  assert.equal((await s.ask("/api/approvals", { token: "wrong" })).status, 401);
  assert.equal((await s.queue.find(id, never)).state, "open");
});

Deno.test("another site, another name of this machine, a form and a preflight are refused", async () => {
  await using s = await server();
  const auth = `authorization: Bearer ${TOKEN}\r\n`;
  const get = (headers: string) => raw(s.port, `GET /api/approvals HTTP/1.1\r\n${headers}connection: close\r\n\r\n`);
  const host = `host: 127.0.0.1:${s.port}\r\n`;
  const cases: [name: string, headers: string, status: number][] = [
    ["as it should be", host + auth, 200],
    ["localhost", `host: localhost:${s.port}\r\n${auth}`, 200],
    ["a rebound name", `host: evil.example:${s.port}\r\n${auth}`, 403],
    ["a name that begins so", `host: 127.0.0.1.evil.example:${s.port}\r\n${auth}`, 403],
    ["another port", `host: 127.0.0.1:1\r\n${auth}`, 403],
    ["a foreign origin", `${host}origin: https://evil.example\r\n${auth}`, 403],
    ["no origin at all", `${host}origin: null\r\n${auth}`, 403],
    ["its own origin", `${host}origin: http://127.0.0.1:${s.port}\r\n${auth}`, 200],
    ["a browser's mark", `${host}sec-fetch-site: cross-site\r\n${auth}`, 403],
  ];
  for (const [name, headers, status] of cases) {
    assert.match(await get(headers), new RegExp(`^HTTP/1\\.1 ${status}`), name);
  }
  const { id } = await s.put();
  const form = { headers: { "content-type": "text/plain" }, body: '{"answer":"once"}' };
  assert.equal((await s.ask(`/api/approvals/${id}/answer`, { method: "POST", ...form })).status, 415);
  const flight = await fetch(`http://127.0.0.1:${s.port}/api/approvals`, { method: "OPTIONS" });
  await flight.body?.cancel();
  assert.deepEqual([flight.status, flight.headers.get("access-control-allow-origin")], [401, null]);
});

Deno.test("forged ids, answers of another form, a hostile by, and bodies without end are refused", async () => {
  await using s = await server();
  const { id } = await s.put({ always: null });
  const refused: [string, unknown, number][] = [
    ["aaaaaaaaaa", { answer: "once" }, 404],
    [id.slice(0, 6), { answer: "once" }, 400],
    ["..%2f..", { answer: "once" }, 400],
    [id, { answer: "yes" }, 400],
    [id, { answer: "once", by: "the owner" }, 400],
    [id, { answer: "once", where: "terminal" }, 400],
    [id, { answer: "always" }, 400],
    [id, { answer: "edit", arguments: "{" }, 400],
    [id, "{", 400],
    [id, [], 400],
    [id, { answer: "no", message: "x".repeat(2 << 20) }, 413],
  ];
  for (const [to, body, status] of refused) {
    assert.equal((await s.answer(to, body)).status, status, JSON.stringify(body).slice(0, 80));
  }
  assert.equal((await s.queue.find(id, never)).state, "open");
});

Deno.test("a CRITICAL call needs its id twice", async () => {
  await using s = await server();
  const { id } = await s.put({ risk: "CRITICAL", always: null });
  assert.equal((await s.answer(id, { answer: "once" })).status, 400);
  assert.equal((await s.answer(id, { answer: "once", confirm: "yes" })).status, 400);
  assert.equal((await s.answer(id, { answer: "once", confirm: id })).json.won, true);
});

Deno.test("the code of a notification answers its request once, by POST alone, and guessing it ends", async () => {
  await using s = await server();
  const { id } = await s.put();
  const other = await s.put({ callId: "c2" });
  const code = await newCode(s.queue, id, never);
  const without = { token: null };
  assert.equal((await s.ask(`/api/approvals/${id}/answer?code=${code}&answer=once`, without)).status, 401);
  assert.equal((await s.answer(other.id, { answer: "once", code }, without)).status, 401);
  assert.equal((await s.answer(id, { answer: "always", code }, without)).status, 401);
  const also = { calls: ["c2"], further: true };
  assert.equal((await s.answer(id, { answer: "once", also, code }, without)).status, 401);
  const yes = await s.answer(id, { answer: "once", code }, without);
  assert.deepEqual([yes.status, yes.json.won], [200, true]);
  assert.equal((await s.answer(id, { answer: "no", code }, without)).status, 409);
  await newCode(s.queue, other.id, never);
  for (let i = 0; i < 5; i++) await s.queue.tryCode(other.id, `guess ${i}`, never);
  const right = await newCode(s.queue, other.id, never);
  s.clock.at += 900_001;
  assert.equal((await s.answer(other.id, { answer: "once", code: right }, without)).status, 409);
});

Deno.test("a watcher hears what changes, goes on from its cursor after a reconnect, and can answer", async () => {
  await using s = await server();
  const one = await s.put();
  const socket = s.socket(["harombe", `harombe.token.${TOKEN}`]);
  const heard = messages(socket);
  const first = (await heard.next()).value!;
  assert.deepEqual([first.approval["id"], first.cursor, socket.protocol], [one.id, 1, "harombe"]);
  socket.close();
  const two = await s.put({ callId: "c2" });
  const again = s.socket([`harombe`, `harombe.token.${TOKEN}`], `/api/approvals/watch?after=${first.cursor}`);
  const more = messages(again);
  assert.equal((await more.next()).value!.approval["id"], two.id);
  again.send(JSON.stringify({ op: "answer", id: two.id, said: { answer: "no", message: "not now" } }));
  const said = [(await more.next()).value!, (await more.next()).value!];
  assert.deepEqual(said.map((m) => Object.keys(m)[0]).sort(), ["answered", "cursor"]);
  assert.deepEqual((await s.queue.find(two.id, never)).settled, {
    said: { answer: "no", message: "not now" },
    by: "holder of the API token",
    where: "websocket",
  });
  again.close();
  await closed(again);
});

Deno.test("a socket without the token hears nothing: not by silence, not by a wrong word, not from another site", async () => {
  await using s = await server();
  await s.put();
  const wrong = s.socket(["harombe", "harombe.token.wrong"]);
  await new Promise((resolve) => wrong.onerror = resolve);
  const hello = s.socket(["harombe"]);
  await new Promise((resolve) => hello.onopen = resolve);
  hello.send(JSON.stringify({ op: "answer", id: "aaaaaaaaaa", said: { answer: "once" } }));
  assert.equal(await closed(hello), 4401);
  const liar = s.socket(["harombe"]);
  await new Promise((resolve) => liar.onopen = resolve);
  liar.send(JSON.stringify({ op: "hello", token: "wrong" }));
  assert.equal(await closed(liar), 4401);
  const right = s.socket(["harombe"]);
  const heard = messages(right);
  await new Promise((resolve) => right.onopen = resolve);
  right.send(JSON.stringify({ op: "hello", token: TOKEN, after: 0 }));
  assert.equal((await heard.next()).value!.cursor, 1);
  right.close();
  await closed(right);
  const upgrade = [
    "GET /api/approvals/watch HTTP/1.1",
    `host: 127.0.0.1:${s.port}`,
    "upgrade: websocket",
    "connection: upgrade",
    "sec-websocket-version: 13",
    "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
    `sec-websocket-protocol: harombe, harombe.token.${TOKEN}`,
    "origin: https://evil.example",
  ].join("\r\n") + "\r\n\r\n";
  assert.match(await raw(s.port, upgrade), /^HTTP\/1\.1 403/);
});

Deno.test("a hundred clients that never finish their request hold up nobody", async () => {
  await using s = await server();
  const slow = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: s.port });
      await conn.write(new TextEncoder().encode("GET /api/approvals HTTP/1.1\r\nhost: 127"));
      return conn;
    }),
  );
  assert.equal((await s.ask("/api/approvals")).status, 200);
  for (const conn of slow) conn.close();
});

Deno.test("who has the token watches, however many strangers hold sockets open and guess", async () => {
  await using s = await server();
  await s.put();
  for (let i = 0; i < 12; i++) await s.ask("/api/approvals", { token: "wrong" });
  assert.equal((await s.ask("/api/approvals", { token: "wrong" })).status, 429);
  const right = s.socket(["harombe", `harombe.token.${TOKEN}`]);
  assert.equal((await messages(right).next()).value!.cursor, 1);
  right.close();
  await closed(right);
  s.http.ms += 61_000;
  const strangers: WebSocket[] = [];
  for (let i = 0; i < 40; i++) {
    const one = s.socket(["harombe"]);
    if (await new Promise((resolve) => (one.onopen = () => resolve(true), one.onerror = () => resolve(false)))) {
      strangers.push(one);
    }
  }
  assert.ok(strangers.length > 0 && strangers.length < 32, `${strangers.length} strangers`);
  const still = s.socket(["harombe", `harombe.token.${TOKEN}`]);
  assert.equal((await messages(still).next()).value!.cursor, 1);
  for (const one of [still, ...strangers]) one.close();
  await Promise.all([still, ...strangers].map(closed));
});

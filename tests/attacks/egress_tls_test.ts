/** What TLS may hide from a proxy: another name than was asked for, a server that is not who it says, another protocol. */
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import tls from "node:tls";
import net from "node:net";
import type { Egress } from "../../security/egress/egress.ts";
import { createAuthority } from "../../security/egress/proxy/authority.ts";
import { readHello } from "../../security/egress/proxy/hello.ts";
import { listening, none, proxyWith } from "./egress_laboratory.ts";

/** The first bytes that Deno's own client of TLS sends for `servername`. */
async function helloFor(servername: string | null, alpn: string[] = []): Promise<Uint8Array> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = tls.connect({
    host: "127.0.0.1",
    port: (listener.addr as Deno.NetAddr).port,
    ...(servername === null ? {} : { servername }),
    ALPNProtocols: alpn,
  });
  socket.on("error", () => {});
  const connection = await listener.accept();
  const buffer = new Uint8Array(16_384);
  const got = await connection.read(buffer);
  connection.close();
  listener.close();
  socket.destroy();
  return buffer.slice(0, got!);
}

/** `hello` with one more extension. */
function withExtension(hello: Uint8Array, type: number, body: number[] = [0, 0, 0, 0]): Uint8Array {
  const out = [...hello];
  const skip = (at: number, width: number) =>
    at + width + out.slice(at, at + width).reduce((sum, byte) => sum * 256 + byte, 0);
  const extensions = skip(skip(skip(9 + 34, 1), 2), 1);
  const extra = [type >> 8, type & 255, body.length >> 8, body.length & 255, ...body];
  const add = (at: number, width: number) => {
    const value = out.slice(at, at + width).reduce((sum, byte) => sum * 256 + byte, 0) + extra.length;
    for (let i = 0; i < width; i++) out[at + i] = value >> 8 * (width - 1 - i) & 255;
  };
  add(3, 2);
  add(6, 3);
  add(extensions, 2);
  return Uint8Array.from([...out, ...extra]);
}

/** `hello` cut into records of `size` bytes. */
function inRecords(hello: Uint8Array, size: number): Uint8Array {
  const body = hello.subarray(5);
  const out: number[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    out.push(0x16, 3, 1, piece.length >> 8, piece.length & 255, ...piece);
  }
  return Uint8Array.from(out);
}

Deno.test("a greeting is read whole, in one record or many, and never half", async () => {
  const hello = await helloFor("allowed.test");
  assert.deepEqual(readHello(hello), { name: "allowed.test", hidden: false });
  for (const size of [1, 7, 100]) {
    assert.deepEqual(readHello(inRecords(hello, size)), { name: "allowed.test", hidden: false });
  }
  for (let end = 0; end < hello.length; end++) assert.equal(readHello(hello.subarray(0, end)), "more");
  assert.deepEqual(readHello(withExtension(hello, 0xfe0d)), { name: "allowed.test", hidden: true });
  assert.equal(readHello(withExtension(hello, 0, [0, 4, 0, 0, 1, 97])), null);
  assert.deepEqual(readHello(await helloFor(null)), { name: null, hidden: false });
});

Deno.test("a greeting with any one byte changed is read, waited for or refused, and never throws", async () => {
  const hello = await helloFor("allowed.test");
  for (let at = 0; at < hello.length; at++) {
    for (const value of [0, 255, hello[at] ^ 1]) {
      const changed = Uint8Array.from(hello);
      changed[at] = value;
      const read = readHello(changed);
      assert.ok(read === null || read === "more" || typeof read.hidden === "boolean");
    }
  }
});

Deno.test("a tunnel carries TLS for the name it was asked for, and no other: fronting, hidden names and other words end it", async () => {
  const server = listening("127.0.0.1", 0, "answer");
  const to = (host: string) => `${host}:${server.port}`;
  const proxy = proxyWith({
    ...none,
    rules: [{ host: "allowed.test", port: server.port }, { host: "127.0.0.1", port: server.port }],
  }, {
    named: ["127.0.0.1"],
    names: { "allowed.test": ["127.0.0.1"] },
  });
  const [good, evil, nameless] = [await helloFor("allowed.test"), await helloFor("evil.test"), await helloFor(null)];
  const cases: [string, string, Uint8Array, boolean][] = [
    ["its own name", "allowed.test", good, true],
    ["its own name in many records", "allowed.test", inRecords(good, 50), true],
    ["no name for an address", "127.0.0.1", nameless, true],
    ["another name", "allowed.test", evil, false],
    ["another name in many records", "allowed.test", inRecords(evil, 50), false],
    ["no name", "allowed.test", nameless, false],
    ["a hidden name", "allowed.test", withExtension(good, 0xfe0d), false],
    [
      "two names",
      "allowed.test",
      withExtension(good, 0, [0, 12, 0, 0, 9, ...new TextEncoder().encode("evil.test")]),
      false,
    ],
    ["a name for an address", "127.0.0.1", evil, false],
    ["an alert before the greeting", "allowed.test", Uint8Array.from([0x15, 3, 3, 0, 2, 1, 0, ...good]), false],
    ["a greeting of SSL 2", "allowed.test", Uint8Array.from([0x80, 0x2e, 1, 3, 1, ...good]), false],
  ];
  try {
    for (const [name, host, bytes, carried] of cases) {
      const before = server.seen.text.length;
      await proxy.say([`CONNECT ${to(host)} HTTP/1.1\r\nHost: ${to(host)}\r\n\r\n`, bytes]);
      assert.equal(server.seen.text.length > before, carried, name);
    }
  } finally {
    await proxy.close();
    await server.close();
  }
});

Deno.test("without a port in the rule a tunnel is TLS or HTTP, and where rules name methods TLS must be open", async () => {
  const server = listening("127.0.0.1");
  const at = `allowed.test:${server.port}`;
  const tunnel = `CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\n`;
  const names = { named: ["127.0.0.1"], names: { "allowed.test": ["127.0.0.1"] } };
  const rule = { host: "allowed.test", port: server.port };
  const hello = await helloFor("allowed.test");
  const cases: [string, Egress["rules"], (string | Uint8Array)[], boolean][] = [
    ["another protocol, port named", [rule], ["SSH-2.0-x\r\n"], true],
    ["another protocol, methods named", [{ ...rule, methods: ["GET"] }], ["SSH-2.0-x\r\n"], false],
    ["TLS, methods named", [{ ...rule, methods: ["GET"] }], [hello], false],
    ["TLS, paths named", [{ ...rule, paths: ["/"] }], [hello], false],
    ["HTTP, its method named", [{ ...rule, methods: ["GET"] }], ["GET / HTTP/1.1\r\nHost: allowed.test\r\n\r\n"], true],
    ["HTTP, another method", [{ ...rule, methods: ["GET"] }], ["PUT / HTTP/1.1\r\nHost: allowed.test\r\n\r\n"], false],
    [
      "HTTP in pieces",
      [{ ...rule, methods: ["GET"] }],
      ["PU", "T / HT", "TP/1.1\r\nHost: allowed.test\r\n\r\n"],
      false,
    ],
    ["HTTP/2 in the clear", [{ ...rule, methods: ["GET"] }], ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], false],
  ];
  try {
    for (const [name, rules, said, carried] of cases) {
      const proxy = proxyWith({ ...none, rules }, names);
      const before = server.seen.text.length;
      await proxy.say([tunnel, ...said], 2);
      await proxy.close();
      assert.equal(server.seen.text.length > before, carried, name);
    }
  } finally {
    await server.close();
  }
});

Deno.test("known values do not leave by another protocol either, also cut in pieces", async () => {
  const server = listening("127.0.0.1", 0, "answer");
  const at = `allowed.test:${server.port}`;
  const proxy = proxyWith(
    { ...none, rules: [{ host: "allowed.test", port: server.port }], known: ["correct-horse-9"] },
    {
      named: ["127.0.0.1"],
      names: { "allowed.test": ["127.0.0.1"] },
    },
  );
  try {
    for (const pieces of [["SEND correct-horse-9"], ["SEND correct-", "horse-9 and more"]]) {
      await proxy.say([`CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\n`, ...pieces], 2);
      assert.ok(!server.seen.text.includes("correct-horse-9"));
    }
  } finally {
    await proxy.close();
    await server.close();
  }
});

Deno.test("where TLS is opened the server must prove its name, and show a pinned key; the session with the client has its own", async () => {
  const [outer, stranger, inner] = await Promise.all([0, 1, 2].map(() => createAuthority(Date.now())));
  const shown = await outer.shownFor("forge.test");
  const key = createHash("sha256")
    .update(new X509Certificate(shown.cert).publicKey.export({ type: "spki", format: "der" })).digest("base64");
  const wrong = createHash("sha256").update("another").digest("base64");
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, ...shown, onListen: () => {} }, () => new Response("ok"));
  const cases: [string, { ca: string; host?: string; pins?: Egress["pins"] }, number, RegExp][] = [
    ["proven", { ca: outer.certificate }, 200, /^ok$/],
    ["proven and pinned", { ca: outer.certificate, pins: [{ host: "forge.test", keys: [wrong, key] }] }, 200, /^ok$/],
    ["pinned for another host", { ca: outer.certificate, pins: [{ host: "x.test", keys: [wrong] }] }, 200, /^ok$/],
    ["another key", { ca: outer.certificate, pins: [{ host: "forge.test", keys: [wrong] }] }, 403, /pinned/],
    ["pinned by a wildcard", { ca: outer.certificate, pins: [{ host: "*.test", keys: [wrong] }] }, 403, /pinned/],
    ["an unknown authority", { ca: stranger.certificate }, 403, /handshake/],
    ["another name", { ca: outer.certificate, host: "other.test" }, 403, /handshake/],
  ];
  try {
    for (const [name, { ca, host = "forge.test", pins }, status, said] of cases) {
      const proxy = proxyWith({ ...none, inspect: true, rules: [{ host, port: server.addr.port }], pins }, {
        named: ["127.0.0.1"],
        names: { [host]: ["127.0.0.1"] },
        authority: inner,
        ca,
      });
      const client = Deno.createHttpClient({
        proxy: { url: `http://127.0.0.1:${proxy.port}` },
        caCerts: [inner.certificate],
        poolMaxIdlePerHost: 0,
      });
      try {
        const response = await fetch(`https://${host}:${server.addr.port}/`, { client });
        assert.equal(response.status, status, name);
        assert.match(await response.text(), said, name);
      } finally {
        client.close();
        await proxy.close();
      }
    }
  } finally {
    await server.shutdown();
  }
});

Deno.test("a client that does not trust the run's authority gets no session, and nothing is sent to the server", async () => {
  const inner = await createAuthority(Date.now());
  const server = listening("127.0.0.1");
  const proxy = proxyWith({ ...none, inspect: true, rules: [{ host: "forge.test", port: server.port }] }, {
    named: ["127.0.0.1"],
    names: { "forge.test": ["127.0.0.1"] },
    authority: inner,
  });
  try {
    const socket = net.connect(proxy.port, "127.0.0.1");
    const at = `forge.test:${server.port}`;
    socket.write(`CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\n`);
    await new Promise((resolve) => socket.once("data", resolve));
    const secure = tls.connect({ socket, servername: "forge.test" });
    const error = await new Promise<Error>((resolve) => secure.once("error", resolve));
    assert.match(error.message, /certificate/);
    secure.destroy();
    socket.destroy();
    assert.equal(server.seen.text, "");
  } finally {
    await proxy.close();
    await server.close();
  }
});

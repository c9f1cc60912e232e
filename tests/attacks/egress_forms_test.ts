/**
 * Every way to write an address or a request that might lead a run's proxy to a place it was not sent to, each against
 * a canary that listens on this machine. What counts is that the canary is never touched.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { connectionPipe } from "../../security/egress/proxy/pipe.ts";
import { createProxy, type Told } from "../../security/egress/proxy/serve.ts";
import type { Egress } from "../../security/egress/egress.ts";

const none: Egress = { rules: [], inspect: false, swaps: [], known: [] };

/** A server that answers whoever comes, and knows how often somebody came. */
function listening(hostname: string, port = 0, answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi") {
  const listener = Deno.listen({ hostname, port });
  const seen = { touches: 0, text: "" };
  const open = new Set<Deno.Conn>();
  const one = async (connection: Deno.Conn) => {
    open.add(connection);
    try {
      const buffer = new Uint8Array(65_536);
      for (let got = await connection.read(buffer); got !== null; got = await connection.read(buffer)) {
        seen.text += new TextDecoder().decode(buffer.subarray(0, got));
        await connection.write(new TextEncoder().encode(answer));
      }
    } catch {
      // The proxy hung up.
    } finally {
      open.delete(connection);
      try {
        connection.close();
      } catch { /* closed */ }
    }
  };
  const serving = (async () => {
    for await (const connection of listener) {
      seen.touches++;
      void one(connection);
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    seen,
    async close() {
      listener.close();
      for (const connection of open) {
        try {
          connection.close();
        } catch { /* closed */ }
      }
      await serving;
    },
  };
}

/** A proxy with these rules on a port of its own. */
function proxyWith(egress: Egress, options: { named?: string[]; own?: string[]; names?: Record<string, string[]> }) {
  const told: Told[] = [];
  const asked: string[] = [];
  const serve = createProxy({
    egress,
    outside: {
      house: { named: options.named ?? [], own: options.own ?? [] },
      pins: [],
      resolve: (host) => {
        asked.push(host);
        const found = options.names?.[host] ?? options.names?.["*"];
        return found === undefined ? Promise.reject(new Error("unknown")) : Promise.resolve(found);
      },
    },
    authority: null,
    tell: (one) => {
      told.push(one);
      return () => {};
    },
    now: () => 0,
  });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served: Promise<void>[] = [];
  const serving = (async () => {
    for await (const connection of listener) served.push(serve(connectionPipe(connection)));
  })();
  return {
    told,
    asked,
    /** Sends `pieces` and reads until the proxy hangs up, or it has answered `until`. */
    async say(pieces: (string | Uint8Array)[], until = 1): Promise<string> {
      const connection = await Deno.connect({ port: (listener.addr as Deno.NetAddr).port });
      const out: string[] = [];
      const reading = (async () => {
        const buffer = new Uint8Array(65_536);
        for (let got = await connection.read(buffer); got !== null; got = await connection.read(buffer)) {
          out.push(Buffer.from(buffer.subarray(0, got)).toString("latin1"));
          if (out.join("").split("HTTP/1.1").length > until + 1) break;
        }
      })().catch(() => {});
      try {
        for (const piece of pieces) {
          await connection.write(typeof piece === "string" ? new Uint8Array(Buffer.from(piece, "latin1")) : piece);
        }
        await connection.closeWrite();
      } catch {
        // It was refused before all was said.
      }
      await reading;
      connection.close();
      return out.join("");
    },
    async close() {
      listener.close();
      await serving;
      await Promise.all(served);
    },
  };
}

const ipv6Localhost = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
})();

/** Hosts, each of which leads to this machine or to a service that gives keys away for some client somewhere. */
const LOCAL = [
  ...[
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0",
    "0.0.0.0",
    "00000",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
  ],
  ...["017700000001", "0177.0.0.1", "0177.0.0.01", "127.0.0.1.", "127.0.0.1..", "127.0.0.01", "127.0.0.1%00"],
  ...["0x7f.0x0.0x0.0x1", "0X7F000001", "127.0x1", "0b1111111.1", "4294967295", "4294967296", "-2130706433", "1e9"],
  ...["[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]"],
  ...["[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]"],
  ...["[fe80::1]", "[fe80::1%lo]", "[fe80::1%25lo]", "[::1%25lo]", "[::1%eth0]", "[fc00::1]", "[fd00:ec2::254]"],
  ...["[::1", "::1", "[::1]]", "[[::1]]", "[127.0.0.1]", "[::ffff:127.1]", "[v1.::1]", "[::g]", "[]", "[:]"],
  ...["169.254.169.254", "169.254.169.254.", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518"],
  ...["[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "100.100.100.200", "168.63.129.16", "169.254.170.2"],
  ...["10.0.0.1", "172.16.0.1", "192.168.0.1", "192.168.1", "100.64.0.1", "198.18.0.1", "192.0.0.1", "224.0.0.1"],
  ...[
    "255.255.255.255",
    "240.0.0.1",
    "192.88.99.1",
    "203.0.113.1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "local.test",
  ],
  ...[
    "localhost.localdomain",
    "ip6-localhost",
    "metadata.google.internal",
    "metadata",
    "instance-data",
    "a.local.test",
  ],
  ...["127.0.0.1.nip.test", "127-0-0-1.sslip.test", "spoofed.test", "mixed.test", "six.test", "nat.test", "none.test"],
  ...[
    "\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa7.0.0.1",
    "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1",
    "127\xe3\x80\x820\xe3\x80\x820\xe3\x80\x821",
  ],
  ...[
    "l\xc3\xb6calhost",
    "xn--lcalhost-n4a",
    "127.0.0.1\xad",
    "\u00a0127.0.0.1",
    "127.0.0.1\t",
    " 127.0.0.1",
    "127.0.0.1 ",
  ],
  ...[
    "user@127.0.0.1",
    "user:pass@127.0.0.1",
    "allowed.test@127.0.0.1",
    "127.0.0.1#@allowed.test",
    "127.0.0.1#allowed.test",
  ],
  ...["127.0.0.1?allowed.test", "127.0.0.1\\@allowed.test", "allowed.test\\.127.0.0.1", "127.0.0.1/allowed.test"],
  ...[
    "127.0.0.1%2eallowed.test",
    "%6c%6f%63%61lhost",
    "127%2e0%2e0%2e1",
    "127.0.0.1%0d%0a",
    "127.0.0.1%09",
    "%31%32%37.0.0.1",
  ],
  ...[
    "allowed.test%00.127.0.0.1",
    "127.0.0.1\0allowed.test",
    "allowed.test\0",
    "127.0.0.1;allowed.test",
    "127.0.0.1,allowed.test",
  ],
  ...[
    "evilallowed.test",
    "allowed.test.evil",
    "allowed.test.127.0.0.1",
    "allowed.test.localhost",
    "*.allowed.test",
    "*",
  ],
  ...[
    "allowed..test",
    ".allowed.test",
    "-allowed.test",
    "allowed.test-",
    `${"a".repeat(64)}.test`,
    `${"a.".repeat(130)}test`,
  ],
];

Deno.test({
  name: `${
    LOCAL.length * 3
  } spellings of hosts by CONNECT, absolute URL and SOCKS reach nothing on this machine, whatever the rules say`,
  async fn() {
    const canary = listening("127.0.0.1");
    const six = ipv6Localhost ? listening("::1", canary.port) : null;
    const names = {
      "local.test": ["127.0.0.1"],
      "a.local.test": ["127.0.0.1"],
      "spoofed.test": ["0.0.0.0"],
      "mixed.test": ["1.1.1.1", "127.0.0.1"],
      "six.test": ["::1"],
      "nat.test": ["64:ff9b::7f00:1"],
      "none.test": [],
      "*": ["127.0.0.1"],
    };
    // Rules as wide as a run could ever get them: what refuses is the address.
    const hosts = [
      "*.test",
      "*.nip.test",
      "allowed.test",
      "localhost",
      "127.0.0.1",
      "[::1]",
      "*.0.0.1",
      "*.localdomain",
    ];
    const rules = hosts.flatMap((host) => [{ host }, { host, port: canary.port }]);
    const proxy = proxyWith({ ...none, rules }, { names });
    try {
      for (const host of LOCAL) {
        const at = `${host}:${canary.port}`;
        const ways: [string, (string | Uint8Array)[]][] = [
          ["CONNECT", [`CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\n`, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"]],
          ["absolute", [`GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`]],
          ["SOCKS", [socks(host, canary.port), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"]],
        ];
        for (const [way, pieces] of ways) {
          const answer = await proxy.say(pieces);
          assert.doesNotMatch(answer, /^HTTP\/1.1 2|\x05\x00\x05\x00/, `${way} ${JSON.stringify(host)}: ${answer}`);
        }
      }
      assert.deepEqual([canary.seen.touches, six?.seen.touches ?? 0], [0, 0]);
      assert.ok(proxy.told.every(({ verdict, address }) => verdict === "refused" && address === undefined));
    } finally {
      await proxy.close();
      await canary.close();
      await six?.close();
    }
  },
});

/** A SOCKS 5 greeting and a request with `host` as a name. */
function socks(host: string, port: number): Uint8Array {
  const name = Buffer.from(host, "latin1").subarray(0, 255);
  return Uint8Array.from([5, 1, 0, 5, 1, 0, 3, name.length, ...name, port >> 8, port & 255]);
}

Deno.test("SOCKS by address, other commands, logins and broken requests reach nothing", async () => {
  const canary = listening("127.0.0.1");
  const [high, low] = [canary.port >> 8, canary.port & 255];
  const rules = [{ host: "127.0.0.1", port: canary.port }, { host: "[::1]", port: canary.port }];
  const proxy = proxyWith({ ...none, rules }, { names: { "*": ["127.0.0.1"] } });
  const forms: number[][] = [
    [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, high, low],
    [5, 1, 0, 5, 1, 0, 1, 0, 0, 0, 0, high, low],
    [5, 1, 0, 5, 1, 0, 4, ...Array(15).fill(0), 1, high, low],
    [5, 1, 0, 5, 1, 0, 4, ...Array(10).fill(0), 255, 255, 127, 0, 0, 1, high, low],
    [5, 1, 0, 5, 2, 0, 1, 127, 0, 0, 1, high, low],
    [5, 1, 0, 5, 3, 0, 1, 127, 0, 0, 1, high, low],
    [5, 1, 0, 5, 1, 1, 1, 127, 0, 0, 1, high, low],
    [5, 1, 0, 4, 1, 0, 1, 127, 0, 0, 1, high, low],
    [5, 1, 2, 5, 1, 0, 1, 127, 0, 0, 1, high, low],
    [5, 0, 5, 1, 0, 1, 127, 0, 0, 1, high, low],
    [4, 1, high, low, 127, 0, 0, 1, 0],
    [5, 1, 0, 5, 1, 0, 3, 0, high, low],
    [5, 1, 0, 5, 1, 0, 9, 127, 0, 0, 1, high, low],
    [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 0],
    [5, 1, 0, 5, 1, 0, 1, 127],
    [5, 255],
    [5],
  ];
  try {
    for (const form of forms) {
      const answer = await proxy.say([Uint8Array.from(form), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"]);
      assert.doesNotMatch(answer, /hi|\x05\x00\x05\x00/, `${form}: ${answer}`);
    }
    assert.equal(canary.seen.touches, 0);
  } finally {
    await proxy.close();
    await canary.close();
  }
});

Deno.test("ports are plain numbers of the rule, and every other form of one is refused", async () => {
  const canary = listening("127.0.0.1");
  const proxy = proxyWith({ ...none, rules: [{ host: "open.test" }] }, {
    named: ["127.0.0.1"],
    names: { "open.test": ["127.0.0.1"] },
  });
  const { port } = canary;
  const forms = [`${port}`, `0${port}`, `+${port}`, ` ${port}`, `${port} `, `${port}x`, `0x${port.toString(16)}`]
    .concat([
      `${port + 65_536}`,
      "0",
      "-1",
      "",
      "65536",
      "99999",
      "80:80",
      `80@open.test:${port}`,
      `${port}/`,
      `${port}#`,
    ])
    .concat([`${port}\t`, `${port}%20`, "\xb2\xb2", `443,${port}`]);
  try {
    for (const form of forms) {
      for (
        const text of [
          `CONNECT open.test:${form} HTTP/1.1\r\nHost: open.test:${form}\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n`,
          ...(form === "" ? [] : [`GET http://open.test:${form}/ HTTP/1.1\r\nHost: open.test:${form}\r\n\r\n`]),
        ]
      ) assert.doesNotMatch(await proxy.say([text]), /^HTTP\/1.1 2/, text);
    }
    assert.equal(canary.seen.touches, 0);
  } finally {
    await proxy.close();
    await canary.close();
  }
});

Deno.test("requests that two servers could read differently are refused before anything is dialled", async () => {
  const good = listening("127.0.0.1");
  const at = `open.test:${good.port}`;
  const proxy = proxyWith({ ...none, rules: [{ host: "open.test", port: good.port }] }, {
    named: [at],
    names: { "open.test": ["127.0.0.1"] },
  });
  const start = `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n`;
  const forms: Record<string, string> = {
    "length and chunks": `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "chunks and length": `${start}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
    "two lengths": `${start}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
    "two equal lengths": `${start}Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd`,
    "a list of lengths": `${start}Content-Length: 4, 4\r\n\r\nabcd`,
    "a signed length": `${start}Content-Length: +4\r\n\r\nabcd`,
    "a hexadecimal length": `${start}Content-Length: 0x4\r\n\r\nabcd`,
    "a length with a space": `${start}Content-Length: 4 0\r\n\r\nabcd`,
    "an endless length": `${start}Content-Length: 99999999999999999999\r\n\r\nabcd`,
    "another coding": `${start}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    "chunked twice": `${start}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "chunked, identity": `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    "xchunked": `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    "a vertical tab before chunked": `${start}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`,
    "a space before the colon": `${start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    "a folded line": `${start}X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "a bare line feed": `${start}X-A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "a bare carriage return": `${start}X-A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "a NUL in a value": `${start}X-A: b\0c\r\n\r\n`,
    "a name of no token": `${start}X(A): b\r\n\r\n`,
    "a line without a colon": `${start}nothing\r\n\r\n`,
    "an empty name": `${start}: b\r\n\r\n`,
    "two hosts": `${start}Host: evil.test\r\n\r\n`,
    "no host": `GET http://${at}/ HTTP/1.1\r\n\r\n`,
    "another host": `GET http://${at}/ HTTP/1.1\r\nHost: evil.test\r\n\r\n`,
    "another port": `GET http://${at}/ HTTP/1.1\r\nHost: open.test:1\r\n\r\n`,
    "chunks in HTTP/1.0": `POST http://${at}/ HTTP/1.0\r\nHost: ${at}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "HTTP/0.9": `GET http://${at}/\r\n\r\n`,
    "HTTP/2.0": `GET http://${at}/ HTTP/2.0\r\nHost: ${at}\r\n\r\n`,
    "a preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "two spaces": `GET  http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "a tab for a space": `GET\thttp://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "lower case": `get http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "TRACE": `TRACE http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "a fragment": `GET http://${at}/#x HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "a backslash": `GET http://${at}\\@evil.test/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "https in the clear": `GET https://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "ftp": `GET ftp://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "file": `GET file:///etc/passwd HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "a path alone": `GET / HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "no host in the URL": `GET http:///x HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "an upgrade": `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n`,
    "a body of CONNECT": `CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 4\r\n\r\nabcd`,
    "CONNECT for another host": `CONNECT ${at} HTTP/1.1\r\nHost: evil.test:443\r\n\r\n`,
    "CONNECT of a URL": `CONNECT http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "CONNECT without a port": `CONNECT open.test HTTP/1.1\r\nHost: open.test\r\n\r\n`,
    "a packed body": `${start}Content-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd`,
    "a body that is not gzip": `${start}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd`,
    "a thousand fields": `${start}${"X-A: b\r\n".repeat(1000)}\r\n`,
    "a long field": `${start}X-A: ${"b".repeat(70_000)}\r\n\r\n`,
    "a long URL": `GET http://${at}/${"b".repeat(9000)} HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    "an endless head": `${start}${"X-A: b\r\n".repeat(100)}`,
    "nothing but line ends": "\r\n\r\n\r\n\r\n",
    "binary": "\x80\x81\x82\x83\r\n\r\n",
  };
  try {
    for (const [name, form] of Object.entries(forms)) {
      const answer = await proxy.say([form]);
      assert.match(answer, /^HTTP\/1.1 (?:4|5)/, `${name}: ${JSON.stringify(answer)}`);
    }
    assert.equal(good.seen.touches, 0);
  } finally {
    await proxy.close();
    await good.close();
  }
});

Deno.test("chunks that are not plain end the request, and the server hears no second one", async () => {
  const good = listening("127.0.0.1");
  const at = `open.test:${good.port}`;
  const proxy = proxyWith({ ...none, rules: [{ host: "open.test", port: good.port }] }, {
    named: [at],
    names: { "open.test": ["127.0.0.1"] },
  });
  const inner = `GET /smuggled HTTP/1.1\r\nHost: ${at}\r\n\r\n`;
  const bodies = [
    `5;a=b\r\nabcde\r\n0\r\n\r\n${inner}`,
    `5 \r\nabcde\r\n0\r\n\r\n${inner}`,
    `0x5\r\nabcde\r\n0\r\n\r\n${inner}`,
    `-5\r\nabcde\r\n0\r\n\r\n${inner}`,
    `5\nabcde\r\n0\r\n\r\n${inner}`,
    `5\r\nabcdef\r\n0\r\n\r\n${inner}`,
    `5\r\nabcde0\r\n\r\n${inner}`,
    `ffffffffff\r\nabcde\r\n0\r\n\r\n${inner}`,
    `5\r\nabcde\r\n0\r\nX-Trailer: y\r\n\r\n${inner}`,
    `\r\n5\r\nabcde\r\n0\r\n\r\n${inner}`,
    `g\r\nabcde\r\n0\r\n\r\n${inner}`,
  ];
  try {
    for (const body of bodies) {
      const head = `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      await proxy.say([head, body]);
      assert.doesNotMatch(good.seen.text, /smuggled/, body);
    }
  } finally {
    await proxy.close();
    await good.close();
  }
});

Deno.test("a second request on one connection is judged by itself, and a tunnel asks its own host alone", async () => {
  const [good, canary] = [listening("127.0.0.1"), listening("127.0.0.1")];
  const at = `open.test:${good.port}`;
  const proxy = proxyWith({ ...none, rules: [{ host: "open.test", port: good.port }] }, {
    named: [at, `evil.test:${canary.port}`],
    names: { "open.test": ["127.0.0.1"], "evil.test": ["127.0.0.1"] },
  });
  const evil = `evil.test:${canary.port}`;
  const first = `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`;
  const tunnel = `CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\n\r\n`;
  try {
    for (
      const forms of [
        [`${first}GET http://${evil}/ HTTP/1.1\r\nHost: ${evil}\r\n\r\n`],
        [`${tunnel}GET / HTTP/1.1\r\nHost: ${evil}\r\n\r\n`],
        [`${tunnel}GET http://${evil}/ HTTP/1.1\r\nHost: ${evil}\r\n\r\n`],
        [`${tunnel}GET / HTTP/1.1\r\nHost: open.test\r\nHost: ${evil}\r\n\r\n`],
        [`${tunnel}CONNECT ${evil} HTTP/1.1\r\nHost: ${evil}\r\n\r\n`],
      ]
    ) assert.match(await proxy.say(forms, 2), /HTTP\/1.1 200[^]*HTTP\/1.1 4/, forms.join());
    assert.equal(canary.seen.touches, 0);
    assert.doesNotMatch(good.seen.text, /evil/);
  } finally {
    await proxy.close();
    await Promise.all([good.close(), canary.close()]);
  }
});

Deno.test("a name is resolved once for a connection, and what was judged is what is dialled", async () => {
  const good = listening("127.0.0.1");
  const at = `turn.test:${good.port}`;
  const answers = [["127.0.0.1"], ["127.0.0.99"], ["169.254.169.254"]];
  const names = {
    get "turn.test"() {
      return answers.shift();
    },
  } as unknown as Record<string, string[]>;
  const proxy = proxyWith({ ...none, rules: [{ host: "turn.test", port: good.port }] }, {
    named: ["127.0.0.1"],
    names,
  });
  const text = `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`;
  try {
    assert.match(await proxy.say([text]), /^HTTP\/1.1 200/);
    assert.deepEqual(proxy.asked, ["turn.test"]);
    assert.match(await proxy.say([text]), /^HTTP\/1.1 403[^]*127.0.0.99/);
    assert.match(await proxy.say([text]), /^HTTP\/1.1 403[^]*169.254.169.254/);
    assert.deepEqual(proxy.told.map(({ verdict, address }) => [verdict, address]), [
      ["open", "127.0.0.1"],
      ["refused", undefined],
      ["refused", undefined],
    ]);
  } finally {
    await proxy.close();
    await good.close();
  }
});

Deno.test("an address of this machine's own network device counts as this machine", async () => {
  const proxy = proxyWith({ ...none, rules: [{ host: "mine.test" }] }, {
    own: ["1.1.1.1"],
    names: { "mine.test": ["1.1.1.1"] },
  });
  try {
    assert.match(
      await proxy.say(["GET http://mine.test/ HTTP/1.1\r\nHost: mine.test\r\n\r\n"]),
      /1.1.1.1 is a loopback/,
    );
  } finally {
    await proxy.close();
  }
});

/** Requests that are not what they seem: framing that two servers read differently, second requests, names that turn. */
import assert from "node:assert/strict";
import { listening, none, proxyWith } from "./egress_laboratory.ts";

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

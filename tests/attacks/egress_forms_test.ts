/**
 * Every way to write an address or a request that might lead a run's proxy to a place it was not sent to, each against
 * a canary that listens on this machine. What counts is that the canary is never touched.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { listening, none, proxyWith } from "./egress_laboratory.ts";

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

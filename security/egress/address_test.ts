import assert from "node:assert/strict";
import { addressKind } from "./address.ts";
import { FetchError } from "./request.ts";
import { chooseAddress, isNamed, parseTarget } from "./target.ts";

const KINDS: Record<string, string[]> = {
  public: [
    "1.1.1.1",
    "8.8.8.8",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
  ],
  loopback: ["127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
  private: [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.1.1",
    "fd00::1",
    "fc00::1",
    "fe80::1",
    "febf::1",
    "::ffff:192.168.0.1",
  ],
  never: [
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "168.63.129.16",
    "100.100.100.200",
    "fd00:ec2::254",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "2001:db8::1",
    "3fff::1",
    "::7f00:1",
    "::ffff:0:127.0.0.1",
    "fec0::1",
    "ff02::1",
    "5f00::1",
    "fe80::1%eth0",
    "localhost",
    "127.1",
    "",
  ],
};

Deno.test("every range of addresses is of its kind", () => {
  for (const [kind, list] of Object.entries(KINDS)) for (const ip of list) assert.equal(addressKind(ip), kind, ip);
});

Deno.test("a host is named with its port, letter by letter", () => {
  const hosts = ["box", "mirror:8080", "[fd00::1]:90", "10.0.0.7:81", "UPPER"];
  const rows: [string, number, boolean][] = [
    ["box", 80, true],
    ["box", 443, true],
    ["box", 22, false],
    ["mirror", 8080, true],
    ["mirror", 80, false],
    ["evil.box", 80, false],
    ["boxx", 80, false],
    ["fd00::1", 90, true],
    ["fd00::1", 80, false],
    ["10.0.0.7", 81, true],
    ["10.0.0.70", 81, false],
    ["upper", 80, true],
  ];
  for (const [host, port, expected] of rows) assert.equal(isNamed({ host, port }, hosts), expected, `${host}:${port}`);
});

Deno.test("one refused address among several refuses all, and a redirect cannot use a name of the owner's", () => {
  const at = (url: string, hosts: string[] = []) => parseTarget(url, hosts);
  const [out, own] = [at("https://example.org/"), at("http://box/", ["box"])];
  assert.equal(chooseAddress(out, { addresses: ["93.184.216.34"], from: null }), "93.184.216.34");
  assert.equal(chooseAddress(own, { addresses: ["192.168.0.2"], from: null }), "192.168.0.2");
  assert.equal(chooseAddress(own, { addresses: ["192.168.0.2"], from: own }), "192.168.0.2");
  const refused: [Parameters<typeof chooseAddress>, RegExp][] = [
    [[out, { addresses: ["93.184.216.34", "127.0.0.1"], from: null }], /127\.0\.0\.1 is a loopback address/],
    [[out, { addresses: ["10.0.0.1"], from: null }], /does not name this host/],
    [[own, { addresses: ["192.168.0.2"], from: out }], /a redirect leads to 192\.168\.0\.2/],
    [[own, { addresses: ["169.254.169.254"], from: null }], /is no address of a web server/],
    [[out, { addresses: [], from: null }], /its name has no address/],
  ];
  for (const [given, message] of refused) {
    assert.throws(() => chooseAddress(...given), (error) => error instanceof FetchError && message.test(error.message));
  }
});

import assert from "node:assert/strict";
import { FetchError } from "./request.ts";
import { chooseAddress, isNamed, parseTarget } from "./target.ts";

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

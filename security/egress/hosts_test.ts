import assert from "node:assert/strict";
import { covers, isHostOrRange, networkTarget, readHostRule, readHosts, touchesNetwork } from "./hosts.ts";
import { placesOf } from "./proxy/place.ts";
import { judgeHost, meansHost } from "./proxy/verdict.ts";

Deno.test("hosts of a call are plain names and addresses, and nothing that is read in two ways", () => {
  const good: [string, string][] = [
    ["github.com", "network github.com"],
    ["GitHub.com.", "network github.com"],
    ["*.github.com:8443", "network *.github.com:8443"],
    ["münchen.example", "network xn--mnchen-3ya.example"],
    ["10.0.0.1", "network 10.0.0.1"],
    ["[2001:db8::1]:80", "network [2001:db8::1]:80"],
    ["[::ffff:10.0.0.1]", "network 10.0.0.1"],
  ];
  for (const [text, target] of good) assert.deepEqual(readHosts(text).map(networkTarget), [target]);
  assert.deepEqual(readHosts("a.test, b.test a.test\n"), [{ host: "a.test" }, { host: "b.test" }]);
  const bad = [
    "https://a.test",
    "a.test/x",
    "u@a.test",
    "a.test:0",
    "a.test:99999",
    "a.test:080",
    "*",
    "*.com",
    "*.1.2.3.4",
  ]
    .concat([
      "a*.test",
      "a.*.test",
      "**.a.test",
      "0x7f.1",
      "127.1",
      "2130706433",
      "a..test",
      "a.test:",
      "[::1",
      "[::1%lo]",
      "::1",
    ])
    .concat(["①.0.0.1", "１２７.0.0.1", "a%2etest", "a.test#b", "a.test?b", "a\\b.test", "-", "a_b-.test"]);
  for (const text of bad) assert.throws(() => readHosts(text), TypeError, text);
  assert.throws(() => readHosts(Array.from({ length: 21 }, (_, i) => `h${i}.test`).join(" ")), /at most 20/);
});

Deno.test("domains are compared label by label", () => {
  const cases: [string, string, boolean][] = [
    ["*.github.com", "api.github.com", true],
    ["*.github.com", "a.b.github.com", true],
    ["*.github.com", "github.com", false],
    ["*.github.com", "evilgithub.com", false],
    ["*.github.com", "github.com.evil.com", false],
    ["*.github.com", ".github.com", false],
    ["github.com", "github.com", true],
    ["github.com", "www.github.com", false],
    ["github.com", "github.co", false],
    ["[::1]", "::1", true],
  ];
  for (const [pattern, host, expected] of cases) assert.equal(meansHost(pattern, host), expected, `${pattern} ${host}`);
});

Deno.test("a deny wins over every rule, also for what is below it, and a port is the rule's own", () => {
  const rules = [{ host: "*.a.test" }, { host: "b.test", port: 8443 }, { host: "c.test" }];
  const cases: [string, number, boolean][] = [
    ["x.a.test", 443, true],
    ["x.a.test", 80, true],
    ["x.a.test", 22, false],
    ["x.bad.a.test", 443, false],
    ["bad.a.test", 443, false],
    ["b.test", 8443, true],
    ["b.test", 443, false],
    ["c.test", 443, false],
    ["d.test", 443, false],
  ];
  for (const [host, port, open] of cases) {
    assert.equal(judgeHost({ host, port }, { rules, deny: ["bad.a.test", "c.test"] }).open, open, `${host}:${port}`);
  }
});

Deno.test("what the owner always allows covers a host by name, port, label and range, and no more", () => {
  const cases: [string, string, boolean][] = [
    ["github.com", "github.com", true],
    ["github.com", "github.com:443", true],
    ["github.com", "github.com:22", false],
    ["github.com:22", "github.com:22", true],
    ["github.com:22", "github.com", false],
    ["github.com", "*.github.com", false],
    ["*.github.com", "api.github.com", true],
    ["*.github.com", "*.github.com", true],
    ["*.github.com", "*.api.github.com", true],
    ["*.github.com", "github.com", false],
    ["*.api.github.com", "*.github.com", false],
    ["10.0.0.0/8", "10.1.2.3", true],
    ["10.0.0.0/8", "11.1.2.3", false],
    ["10.0.0.0/8", "ten.test", false],
    ["fd00::/32", "[fd00::1]", true],
    ["", "github.com", false],
  ];
  for (const [owner, asked, expected] of cases) {
    assert.equal(covers([owner], readHostRule(asked)!), expected, `${owner} ${asked}`);
  }
  assert.deepEqual(["0.0.0.0/0", "10.0.0.0/7", "::/0", "10.0.0.0/8/8", "10.0.0/8", "a/8"].filter(isHostOrRange), []);
});

Deno.test("a deny rule meets every host that it has in common with a call", () => {
  const cases: [string, string, boolean][] = [
    ["network evil.test", "network evil.test", true],
    ["network evil.test", "network a.evil.test:8443", true],
    ["network evil.test", "network *.evil.test", true],
    ["network a.evil.test", "network *.evil.test", true],
    ["network *.evil.test", "network a.evil.test", true],
    ["network evil.test", "network notevil.test", false],
    ["evil.test", "network evil.test", false],
  ];
  for (const [rule, target, expected] of cases) {
    assert.equal(touchesNetwork(rule, target), expected, `${rule} ${target}`);
  }
});

Deno.test("private places are dialled only where the owner named them, and metadata never", async () => {
  const cases: [string[], string, string[], boolean][] = [
    [[], "pub.test", ["1.1.1.1"], true],
    [[], "nas.lan", ["192.168.1.5"], false],
    [["nas.lan"], "nas.lan", ["192.168.1.5"], true],
    [["nas.lan:8443"], "nas.lan", ["192.168.1.5"], false],
    [["*.lan"], "nas.lan", ["192.168.1.5"], true],
    [["*.lan"], "nas.lan.evil.test", ["192.168.1.5"], false],
    [["192.168.0.0/16"], "nas.lan", ["192.168.1.5"], true],
    [["192.168.1.5"], "nas.lan", ["192.168.1.5"], true],
    [["192.168.0.0/16"], "nas.lan", ["192.168.1.5", "10.0.0.1"], false],
    [["169.254.0.0/16", "meta.lan"], "meta.lan", ["169.254.169.254"], false],
    [["meta.lan"], "meta.lan", ["fd00:ec2::254"], false],
    [["127.0.0.1"], "127.0.0.1", [], true],
    [["nat.lan"], "nat.lan", ["64:ff9b::7f00:1"], false],
    [["x.lan"], "x.lan", [], false],
  ];
  for (const [named, host, addresses, open] of cases) {
    const found = await placesOf({ host, port: 443 }, { named, own: [] }, () => Promise.resolve(addresses))
      .then(() => true, () => false);
    assert.equal(found, open, `${named} ${host} ${addresses}`);
  }
});

import assert from "node:assert/strict";
import { judge, type Nearness, nearness, parseEndpoint } from "./address.ts";

Deno.test("an address is near only if it is certainly near", () => {
  const cases: [string, Nearness][] = [
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
    ["0:0:0:0:0:0:0:1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["10.0.0.1", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.20", "private"],
    ["169.254.7.7", "private"],
    ["100.64.0.1", "private"],
    ["100.127.255.255", "private"],
    ["fd12::1", "private"],
    ["fe80::1", "private"],
    ["::ffff:192.168.1.1", "private"],
    ["8.8.8.8", "public"],
    ["172.15.255.255", "public"],
    ["172.32.0.1", "public"],
    ["192.169.0.1", "public"],
    ["100.63.255.255", "public"],
    ["100.128.0.1", "public"],
    ["126.255.255.255", "public"],
    ["128.0.0.1", "public"],
    ["0.0.0.0", "public"],
    ["::", "public"],
    ["224.0.0.251", "public"],
    ["255.255.255.255", "public"],
    ["198.18.0.1", "public"],
    ["192.0.0.170", "public"],
    ["169.254.169.254", "public"],
    ["::ffff:169.254.169.254", "public"],
    ["fd00:ec2::254", "public"],
    ["2606:4700::1111", "public"],
    ["::ffff:8.8.8.8", "public"],
    ["::ffff:808:808", "public"],
    ["64:ff9b::7f00:1", "public"],
    ["64:ff9b::127.0.0.1", "public"],
    ["64:ff9b:1::a00:1", "public"],
    ["2002:7f00:1::", "public"],
    ["2001:0:7f00:1::", "public"],
    ["::127.0.0.1", "public"],
    ["fec0::1", "public"],
    ["fe80::1%eth0", "public"],
    ["ff02::1", "public"],
    ["127.0.0.1.evil.com", "public"],
    ["0177.0.0.1", "public"],
    ["", "public"],
  ];
  for (const [ip, want] of cases) assert.equal(nearness(ip), want, ip);
});

Deno.test("every spelling of an address is taken apart to the address itself", () => {
  const cases: [string, { host: string; port: number; tls: boolean; path: string }][] = [
    ["http://2130706433/", { host: "127.0.0.1", port: 80, tls: false, path: "" }],
    ["http://0x7f.1:8000/v1/", { host: "127.0.0.1", port: 8000, tls: false, path: "/v1" }],
    ["http://0177.0.0.1", { host: "127.0.0.1", port: 80, tls: false, path: "" }],
    ["http://127.1:1", { host: "127.0.0.1", port: 1, tls: false, path: "" }],
    ["http://127.0.0.1.:9", { host: "127.0.0.1", port: 9, tls: false, path: "" }],
    ["http://１２７.0.0.1/", { host: "127.0.0.1", port: 80, tls: false, path: "" }],
    ["http://134744072/", { host: "8.8.8.8", port: 80, tls: false, path: "" }],
    ["http://[::ffff:127.0.0.1]:5/", { host: "::ffff:7f00:1", port: 5, tls: false, path: "" }],
    ["http://LOCALHOST.:11434", { host: "localhost", port: 11434, tls: false, path: "" }],
    ["http://localhost.evil.com", { host: "localhost.evil.com", port: 80, tls: false, path: "" }],
    ["https://münchen.de", { host: "xn--mnchen-3ya.de", port: 443, tls: true, path: "" }],
    ["HTTPS://nas.local/llm//", { host: "nas.local", port: 443, tls: true, path: "/llm" }],
    ["localhost:11434", { host: "localhost", port: 11434, tls: false, path: "" }],
    ["nas", { host: "nas", port: 11434, tls: false, path: "" }],
    ["[::1]:8080", { host: "::1", port: 8080, tls: false, path: "" }],
  ];
  for (const [base, want] of cases) {
    const { base: _, ...got } = parseEndpoint(base, 11434);
    assert.deepEqual(got, want, base);
  }
});

Deno.test("what is no plain http address is refused, and no credential is repeated", () => {
  const cases: [string, RegExp][] = [
    ["ftp://127.0.0.1", /only http and https/],
    ["file:///etc/passwd", /only http and https/],
    ["http://user:hunter2@127.0.0.1", /credentials/],
    ["http://127.0.0.1@8.8.8.8", /credentials/],
    ["user:hunter2@127.0.0.1", /credentials|not a URL/],
    ["http://[fe80::1%25eth0]/", /not a URL/],
    ["http://256.1.1.1", /not a URL/],
    ["http://127.0.0.1/?x=1", /query/],
    ["http://exa mple", /not a URL/],
    ["", /not a URL/],
    ["javascript:alert(1)", /not a URL|no plain/],
  ];
  for (const [base, want] of cases) {
    assert.throws(() => parseEndpoint(base), (e) => {
      assert(e instanceof TypeError, base);
      assert.match(e.message, want, base);
      assert.doesNotMatch(e.message, /hunter2/);
      return true;
    });
  }
});

Deno.test("one public address among a name's addresses makes it a cloud, in every privacy mode", () => {
  const endpoint = parseEndpoint("http://llm.example");
  const at = (addresses: string[], privacyMode: "local-only" | "hybrid" | "cloud-assisted") =>
    judge(endpoint, { addresses, privacyMode });
  assert.deepEqual(at(["127.0.0.1"], "local-only"), { allowed: true, address: "127.0.0.1", nearness: "loopback" });
  assert.deepEqual(at(["fd00::5", "10.0.0.5"], "local-only"), {
    allowed: true,
    address: "fd00::5",
    nearness: "private",
  });
  assert.deepEqual(at(["127.0.0.1", "8.8.8.8"], "local-only"), {
    allowed: false,
    reason: "Cannot use a model server: http://llm.example (8.8.8.8 is a public address, so this is a cloud; " +
      "privacy.mode is local-only. To allow clouds, set privacy.mode)",
  });
  for (const mode of ["hybrid", "cloud-assisted"] as const) {
    assert.deepEqual(at(["8.8.8.8"], mode), {
      allowed: false,
      reason: "Cannot use a model server: http://llm.example (8.8.8.8 is a public address, so this is a cloud; " +
        "unavailable: prompts for a cloud must pass a sanitiser, and this version has none)",
    });
  }
  assert.deepEqual(at([], "local-only"), {
    allowed: false,
    reason: "Cannot use a model server: http://llm.example (its name has no address)",
  });
  assert.deepEqual(at(["0.0.0.0"], "local-only"), {
    allowed: false,
    reason: "Cannot use a model server: http://llm.example (0.0.0.0 is for listening; write 127.0.0.1)",
  });
});

import assert from "node:assert/strict";
import { egressNames } from "./egress_names.ts";

Deno.test("a host is named label by label, with its port", () => {
  const rules = [{ host: "api.example.com" }, { host: "*.github.com", port: 8443 }, { host: "[::1]", port: 80 }];
  const rows: [string, boolean][] = [
    ["api.example.com:443", true],
    ["API.example.com:80", true],
    ["api.example.com.:443", true],
    ["api.example.com:8080", false],
    ["api.example.com", false],
    ["x.api.example.com:443", false],
    ["a.github.com:8443", true],
    ["a.b.github.com:8443", true],
    ["github.com:8443", false],
    [".github.com:8443", false],
    ["evilgithub.com:8443", false],
    ["a.github.com.evil.com:8443", false],
    ["a.github.com:443", false],
    ["[::1]:80", true],
    ["unix:/tmp/x", false],
    ["vsock:1:443", false],
    ["", false],
  ];
  for (const [value, expected] of rows) assert.deepEqual([value, egressNames(rules, value)], [value, expected]);
});

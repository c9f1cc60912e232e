import assert from "node:assert/strict";
import { alwaysPattern } from "./always.ts";
import type { RuleTexts } from "./config.ts";
import { decide } from "./policy.ts";
import { compileRules, kindOf, parseRule, type ToolKinds } from "./rules.ts";
import type { Risk } from "./tool.ts";

const KINDS: ToolKinds = new Map([["fetch_url", "url"], ["web_search", "url"]]);

function verdict(
  target: string,
  { rules, risk = "MEDIUM", tool = "fetch_url" }: { rules: Partial<RuleTexts>; risk?: Risk; tool?: string },
): string {
  const subject = { tool, kind: "url" as const, targets: [target], risk, reasons: [], grants: [] };
  return decide(subject, compileRules({ allow: [], ask: [], deny: [], ...rules }, KINDS)).verdict;
}

Deno.test("a tool that uses the network is about URLs", () => {
  assert.equal(kindOf({ needs: { files: "none", run: "none", net: true } }), "url");
});

const ALLOW: [pattern: string, allowed: string[], asked: string[]][] = [
  ["*.github.com", [
    "https://api.github.com/",
    "https://a.b.github.com/x?y#z",
    "HTTPS://API.GitHub.COM:443/x",
    "https://api.github.com/%2e%2e/x",
  ], [
    "https://github.com/",
    "https://evilgithub.com/",
    "https://github.com.evil.com/",
    "https://api.github.com.evil.com/",
    "https://evil.com/api.github.com",
    "https://evil.com/?.github.com",
    "https://evil.com#.github.com",
    "https://api.github.com@evil.com/",
    "https://user@api.github.com/",
    "https://api.github.com:8443/",
    "http://api.github.com/",
    "https://api.github.com./",
    "https://api.github.com\\@evil.com/",
    "https://api-github.com/",
    "https://apigithub.com/",
    "https://api.gіthub.com/",
    "https://evil.com\t.github.com/",
    "ftp://api.github.com/",
    "//api.github.com/",
    "api.github.com",
    "",
  ]],
  ["github.com", ["https://github.com/a/b", "https://GITHUB.com:443/"], [
    "https://www.github.com/",
    "https://github.com:444/",
    "http://github.com/",
    "https://github.com./",
    "https://githubXcom/",
  ]],
  ["http://box.lan:8080", ["http://box.lan:8080/x"], [
    "https://box.lan:8080/",
    "http://box.lan/",
    "http://box.lan:80/",
  ]],
  ["https://h.example/docs/*", ["https://h.example/docs/", "https://h.example/docs/a/b?c"], [
    "https://h.example/doc",
    "https://h.example/docs",
    "https://h.example/docs/../secret",
    "https://h.example/docs/%2e%2e/secret",
    "https://h.example/docs/..%2fsecret",
    "https://h.example/docs/%252e%252e/secret",
    "https://h.example/docs/..;/secret",
    "https://h.example/docs//secret",
    "https://h.example/docs\\..\\secret",
    "https://h.example/x?/docs/",
    "https://h.example/DOCS/x",
  ]],
  ["https://h.example/a", ["https://h.example/a", "https://h.example/a#x"], [
    "https://h.example/a?b",
    "https://h.example/a/",
  ]],
  ["münchen.example", ["https://xn--mnchen-3ya.example/", "https://MÜNCHEN.example/x"], ["https://munchen.example/"]],
  ["[fd00::1]", ["https://[fd00:0::1]/"], ["https://[fd00::2]/"]],
  ["127.0.0.1", ["https://127.0.0.1/", "https://2130706433/"], ["https://127.0.0.2/"]],
  ["*", ["https://a.example/", "http://b.example:8080/"], ["https://u:p@a.example/", "javascript:alert(1)"]],
];

Deno.test("an allowed URL pattern means its host label by label, and nothing that only looks like it", () => {
  for (const [pattern, allowed, asked] of ALLOW) {
    const rules = { allow: [`fetch_url:${pattern}`] };
    for (const url of allowed) assert.equal(verdict(url, { rules }), "allow", `${pattern} ${url}`);
    for (const url of asked) assert.equal(verdict(url, { rules }), "ask", `${pattern} ${url}`);
  }
});

const DENY: [pattern: string, denied: string[], others: string[]][] = [
  ["93.184.216.34", [
    "https://93.184.216.34/",
    "https://[::ffff:93.184.216.34]/",
    "https://[0:0:0:0:0:ffff:5db8:d822]:8443/x",
    "https://1572395042/",
  ], ["https://93.184.216.35/"]],
  ["[::ffff:93.184.216.34]", ["https://93.184.216.34/"], ["https://[2606:2800::1]/"]],
  ["evil.example", [
    "https://evil.example/",
    "http://evil.example:8080/x",
    "https://www.evil.example/",
    "https://EVIL.example./",
    "https://evil。example/",
    "https://ｅｖｉｌ.example/",
    "https://e%76il.example/",
    "https://user:pw@evil.example/",
    "https://evil.example\\x",
    "https:evil.example",
    "http://ev\til.example/",
  ], ["https://notevil.example/", "https://evil.example.org/", "https://good.example/"]],
  ["h.example/private/*", [
    "https://h.example/private/x",
    "https://h.example/PRIVATE/x",
    "https://h.example/%70rivate/x",
    "https://h.example/%2570rivate/x",
    "https://h.example//private/x",
    "https://h.example/a/../private/x",
    "https://h.example/a/%2e%2e/private/x",
    "https://h.example/%2fprivate/x",
  ], ["https://h.example/public/x"]],
  ["*.h.example", ["https://a.h.example/"], ["https://h.example/"]],
];

Deno.test("a denied URL is found however it is written", () => {
  for (const [pattern, denied, others] of DENY) {
    for (const tool of ["fetch_url", "*"]) {
      const rules = { allow: ["fetch_url:*"], deny: [`${tool}:${pattern}`] };
      for (const url of denied) assert.equal(verdict(url, { rules }), "deny", `${tool}:${pattern} ${url}`);
      // A rule for every tool is looked for as text too, so it denies more.
      for (const url of tool === "*" ? [] : others) assert.equal(verdict(url, { rules }), "allow", `${pattern} ${url}`);
    }
  }
});

Deno.test("what a search is told is text, and no URL rule allows it", () => {
  const say = (words: string, rules: Partial<RuleTexts>) => verdict(`search: ${words}`, { rules, tool: "web_search" });
  assert.equal(say("weather", { allow: ["web_search:*"] }), "allow");
  assert.equal(say("weather", { allow: ["web_search:search: weather*"] }), "allow");
  assert.equal(say("weather", { allow: ["web_search:example.org"] }), "ask");
  assert.equal(say("weather\nmore", { allow: ["web_search:search: weather*"] }), "ask");
  assert.equal(say("project X", { allow: ["web_search:*"], deny: ["web_search:search:*project X*"] }), "deny");
});

Deno.test("a pattern that is no URL pattern denies its tool whole", () => {
  const rows = [
    "a*.example",
    "*",
    "http://u@h",
    "h:99999x",
    "ftp://h",
    "h.example#x",
    "a.*.example",
    "[::1",
    "%65vil.example",
  ];
  const broken = rows.filter((pattern) => "reason" in parseRule(`fetch_url:${pattern}`, KINDS));
  assert.deepEqual(broken, rows.filter((pattern) => pattern !== "*"));
  assert.equal(
    verdict("https://x.example/", { rules: { allow: ["fetch_url:*"], deny: ["fetch_url:a*.example"] } }),
    "deny",
  );
});

Deno.test("always is offered for the host, for a HIGH call for that URL, for no host it is not", () => {
  const rows: [string, Risk, string | null][] = [
    ["https://Docs.Example/a?b", "MEDIUM", "fetch_url:https://docs.example/*"],
    ["http://h.example:8080/a", "MEDIUM", "fetch_url:http://h.example:8080/*"],
    ["https://h.example/a*b", "HIGH", "fetch_url:https://h.example/a\\*b"],
    ["https://h.example./", "MEDIUM", null],
    ["https://h.example/", "CRITICAL", null],
    ["search: a b", "MEDIUM", "fetch_url:search: a b"],
  ];
  for (const [target, risk, expected] of rows) {
    const pattern = alwaysPattern("fetch_url", "url", { targets: [target], risk });
    assert.equal(pattern, expected);
    if (pattern !== null) assert.equal(verdict(target, { rules: { allow: [pattern] }, risk }), "allow", pattern);
  }
});

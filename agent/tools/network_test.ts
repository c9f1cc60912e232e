import assert from "node:assert/strict";
import { decide } from "../../security/policy.ts";
import { compileRules, kindOf, toolKinds } from "../../security/rules.ts";
import type { AnyTool } from "../../security/tool.ts";
import { assessShell } from "../../security/risk/shell.ts";
import { runCode } from "./run_code.ts";
import { shellTool } from "./shell.ts";

type Lists = { allow?: string[]; ask?: string[]; deny?: string[]; always?: string[] };

function verdict(name: "shell" | "run_code", hosts: string, { allow = [], ask = [], deny = [], always = [] }: Lists) {
  const tools: AnyTool[] = [shellTool(assessShell, { allowed: always }), runCode({ allowed: always })];
  const tool = tools.find((one) => one.name === name)!;
  const args = tool.parameters.parse(
    name === "shell" ? { line: "ls", hosts } : { language: "bash", code: "ls", hosts },
  );
  const { risk, reasons } = tool.assess(args);
  const rules = compileRules({ allow, ask, deny }, toolKinds(tools));
  assert.deepEqual(rules.broken, []);
  return decide({ tool: name, kind: kindOf(tool), targets: tool.targets(args), risk, reasons, grants: [] }, rules)
    .verdict;
}

Deno.test("a run with a network is asked about unless each of its hosts is named, whatever else is allowed", () => {
  const cases: ["shell" | "run_code", string, Lists, string][] = [
    ["shell", "", {}, "allow"],
    ["shell", "github.com", {}, "ask"],
    ["shell", "github.com", { allow: ["shell:*"] }, "ask"],
    ["shell", "github.com", { allow: ["shell:**"] }, "ask"],
    ["shell", "github.com", { allow: ["shell:ls", "shell:network github.com"] }, "allow"],
    ["shell", "github.com", { allow: ["shell:network github.com"] }, "ask"],
    ["shell", "github.com a.test", { allow: ["shell:*", "shell:network github.com"] }, "ask"],
    ["shell", "evilgithub.com", { allow: ["shell:*", "shell:network *.github.com"] }, "ask"],
    ["shell", "api.github.com", { allow: ["shell:*", "shell:network *.github.com"] }, "allow"],
    ["shell", "github.com:22", { allow: ["shell:*", "shell:network github.com"] }, "ask"],
    ["shell", "github.com", { allow: ["shell:ls"], always: ["github.com"] }, "allow"],
    ["shell", "github.com", { always: ["github.com"] }, "ask"],
    [
      "shell",
      "github.com",
      { allow: ["shell:*", "shell:network github.com"], deny: ["shell:network github.com"] },
      "deny",
    ],
    ["shell", "*.github.com", { allow: ["shell:*"], deny: ["shell:network api.github.com"] }, "deny"],
    ["run_code", "github.com", { allow: ["run_code:*"] }, "ask"],
    ["run_code", "github.com", { allow: ["run_code:bash", "run_code:network github.com"] }, "allow"],
  ];
  for (const [name, hosts, lists, expected] of cases) {
    assert.equal(verdict(name, hosts, lists), expected, `${name} ${hosts} ${JSON.stringify(lists)}`);
  }
});

Deno.test("the hosts are shown below the program, and what is no host is told at once", async () => {
  const tool = shellTool(assessShell);
  const args = tool.parameters.parse({ line: "curl x", hosts: "GitHub.com, *.pypi.org:8443" });
  assert.deepEqual(await tool.preview!(args, {} as never, new AbortController().signal), {
    kind: "command",
    text: "curl x\n(with a network: github.com, *.pypi.org:8443)",
  });
  const wrong = tool.parameters.safeParse({ line: "curl x", hosts: "https://github.com/x" });
  assert.match(wrong.error!.issues[0].message, /write a host like github.com, without https/);
});

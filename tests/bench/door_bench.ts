/**
 * Calls through the whole door: schema, policy, durable intent, launcher, sandbox, scrubbing, durable outcome; 100 of
 * each. Prints milliseconds beside the same command started without any of it.
 */
import { join } from "node:path";
import { runCode } from "../../agent/tools/run_code.ts";
import { shellTool } from "../../agent/tools/shell.ts";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import { createGateway } from "../../security/gateway.ts";
import { assessShell } from "../../security/risk/shell.ts";
import { createLedger } from "../../security/provenance/ledger.ts";
import { compileRules, toolKinds } from "../../security/rules.ts";
import { launchedSandbox } from "../../security/sandbox/launched.ts";
import { createScrub } from "../../security/secrets/scrub.ts";
import { createSessionGrants } from "../../security/session_grants.ts";
import { laboratory } from "../attacks/launch_run.ts";

const COUNT = 100;
const none = new AbortController().signal;
const lab = await laboratory({ written: { "a.txt": "a" } });
const audit = openAudit(join(lab.root, "audit.db"), {
  key: openAuditKey(join(lab.root, "audit.key"), { create: true }),
  headPath: join(lab.root, "audit.head"),
  now: Date.now,
});
const tools = [shellTool(assessShell), runCode()];
const kinds = toolKinds(tools);
const callTool = createGateway({
  tools,
  rules: compileRules({ allow: ["shell:true", "run_code:*"], ask: [], deny: [] }, kinds),
  grants: createSessionGrants(kinds),
  approve: () => Promise.resolve(null),
  approvalMs: 1000,
  askUser: () => Promise.resolve(null),
  ledger: createLedger(() => Promise.resolve([])),
  audit,
  scrub: createScrub({ known: [] }),
  sandbox: launchedSandbox(lab.launcher, {} as never),
  now: () => performance.now(),
});

async function door(name: string, args: unknown): Promise<void> {
  const call = { id: crypto.randomUUID(), name, arguments: JSON.stringify(args) };
  const result = await callTool(call, { session: "bench", agent: "main", emit: () => {} }, none);
  if (result.isError) throw new Error(`Cannot measure ${name}: ${JSON.stringify(result.content)}`);
}

async function bare(args: string[]): Promise<void> {
  await new Deno.Command(args[0], { args: args.slice(1), stdout: "null", stderr: "null" }).output();
}

const script = join(lab.root, "one.ts");
await Deno.writeTextFile(script, "console.log(1+1)");
const rows: [string, () => Promise<void>][] = [
  ["sh -c true, bare", () => bare(["/bin/sh", "-c", "true"])],
  ["shell `true`, whole door", () => door("shell", { line: "true" })],
  ["deno run 1+1, bare", () => bare([Deno.execPath(), "run", "--no-config", script])],
  ["run_code 1+1, whole door", () => door("run_code", { language: "typescript", code: "console.log(1+1)" })],
];
const times = new Map<string, number[]>(rows.map(([name]) => [name, []]));
for (let i = 0; i < COUNT; i++) {
  for (const [name, run] of rows) {
    const began = performance.now();
    await run();
    times.get(name)!.push(performance.now() - began);
  }
}
for (const [name, list] of times) {
  list.sort((a, b) => a - b);
  console.log(`${name.padEnd(28)} p50 ${list[COUNT / 2].toFixed(1)} ms  p95 ${list[COUNT * 0.95].toFixed(1)} ms`);
}
audit.close();
await lab.close();

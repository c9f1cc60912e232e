import assert from "node:assert/strict";
import { openAuditKey } from "../../security/audit/key.ts";
import { openAudit } from "../../security/audit/log.ts";
import { readAudit } from "../../security/audit/query.ts";
import type { AuditEntry } from "../../security/audit/record.ts";
import { verifyAudit } from "../../security/audit/verify.ts";
import { runAudit } from "./audit.ts";

const never = new AbortController().signal;
const NOON = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;

const ENTRIES: AuditEntry[] = [
  {
    kind: "intent",
    callId: "c1",
    session: "s1",
    agent: "main",
    tool: "read_file",
    args: { path: "a\u001b[2J.md" },
    risk: "LOW",
    verdict: "allow",
    reasons: ["reads"],
    by: "risk LOW",
  },
  {
    kind: "outcome",
    callId: "c1",
    session: "s1",
    tool: "read_file",
    ok: true,
    ms: 12,
    resultSha256: "ab",
    summary: '=HYPERLINK("http://x","y")\nsecond line',
  },
  {
    kind: "refusal",
    callId: "c2",
    session: "s2",
    agent: "main",
    tool: "shell",
    args: { line: "rm -rf /" },
    reasons: ["deletes", "outside the workspace"],
    by: "rule deny shell:rm *",
  },
  {
    kind: "intent",
    callId: "c3",
    session: "s2",
    agent: "main",
    tool: "shell",
    args: { line: "ls" },
    risk: "MEDIUM",
    verdict: "approved",
    reasons: [],
    by: "person at terminal",
  },
];

async function commands() {
  const dir = await Deno.makeTempDir();
  const clock = { now: NOON };
  const options = { key: openAuditKey(`${dir}/key`, { create: true }), headPath: `${dir}/head`, now: () => clock.now };
  const log = openAudit(`${dir}/audit.db`, options);
  for (const entry of ENTRIES) {
    await log.append(entry, never);
    clock.now += HOUR;
  }
  log.close();
  const audit = readAudit(`${dir}/audit.db`);
  const deps = {
    audit,
    verify: (signal: AbortSignal) => verifyAudit(`${dir}/audit.db`, options, signal),
    printable: (text: string) => text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ""),
    now: () => clock.now,
  };
  return {
    dir,
    run: (verb: string, args: unknown = {}) => runAudit(verb, args, deps, never),
    [Symbol.asyncDispose]() {
      audit.close();
      return Deno.remove(dir, { recursive: true });
    },
  };
}

Deno.test("audit list shows a line each, filtered, without control characters", async (t) => {
  await using at = await commands();
  const first = '     1  2026-11-20 12:00:00  intent   read_file  allow LOW by risk LOW: {"path":"a\\u001b[2J.md"}';
  const second = '     2  2026-11-20 13:00:00  outcome  read_file  ok in 12 ms: =HYPERLINK("http://x","y") second line';
  const third =
    "     3  2026-11-20 14:00:00  refusal  shell  refused by rule deny shell:rm *: deletes; outside the workspace";
  const fourth = '     4  2026-11-20 15:00:00  intent   shell  approved MEDIUM by person at terminal: {"line":"ls"}';
  const cases: [name: string, args: object, lines: string[]][] = [
    ["all", {}, [first, second, third, fourth]],
    ["session", { session: "s1" }, [first, second]],
    ["call", { call: "c2" }, [third]],
    ["tool and kind", { tool: "shell", kind: "intent" }, [fourth]],
    ["since a span", { since: "150m" }, [third, fourth]],
    ["since a time", { since: "2026-11-20T15:00" }, [fourth]],
    ["newest", { limit: "1" }, [fourth]],
    ["none", { tool: "nothing" }, ["No audit records."]],
  ];
  for (const [name, args, lines] of cases) {
    await t.step(name, async () => {
      assert.deepEqual(await at.run("list", args), { out: lines.join("\n"), err: "", code: 0 });
    });
  }
});

Deno.test("audit show finds by number and by call, whole", async () => {
  await using at = await commands();
  const { out } = await at.run("show", { id: "c1", json: true });
  assert.deepEqual(JSON.parse(out).map(({ entry }: { entry: AuditEntry }) => entry), ENTRIES.slice(0, 2));
  const page = await at.run("show", { id: "3" });
  assert.match(page.out, /^record 3, 2026-11-20 14:00:00 UTC\nkind {10}refusal\n/);
  assert.match(page.out, /"line": "rm -rf \/"/);
  assert.deepEqual(await at.run("show", { id: "nine" }), {
    out: "",
    err: 'Cannot show audit record "nine": there is none',
    code: 1,
  });
});

Deno.test("audit stats counts per tool and per verdict", async () => {
  await using at = await commands();
  const { out } = await at.run("stats");
  assert.deepEqual(out.split("\n"), [
    "4 records, 2026-11-20 12:00:00 to 2026-11-20 15:00:00 UTC",
    "allowed by rule or risk 1, approved by a person 1, refused 1",
    "",
    "tool       calls  refused  ok  failed  mean ms",
    "read_file      1        0   1       0     12.0",
    "shell          1        1   0       0        -",
  ]);
  const json = JSON.parse((await at.run("stats", { json: true, tool: "shell" })).out);
  assert.deepEqual(json, {
    records: 2,
    from: NOON + 2 * HOUR,
    to: NOON + 3 * HOUR,
    verdicts: { allow: 0, approved: 1, refused: 1 },
    tools: [{ tool: "shell", calls: 1, refused: 1, ok: 0, failed: 0, meanMs: null }],
  });
});

Deno.test("audit export writes JSON lines, and CSV that no spreadsheet runs", async () => {
  await using at = await commands();
  const lines = (await at.run("export")).out.split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ seq, entry }) => [seq, entry]), ENTRIES.map((entry, i) => [i + 1, entry]));
  const csv = (await at.run("export", { format: "csv" })).out.split("\n");
  assert.equal(csv.length, 5);
  assert.match(
    csv[2],
    /^2,"2026-11-20T13:00:00.000Z","outcome",.*,"'=HYPERLINK\(""http:\/\/x"",""y""\) second line","ab",/,
  );
});

Deno.test("audit verify says whole, or names the fault and exits 1", async () => {
  await using at = await commands();
  assert.deepEqual(await at.run("verify"), {
    out: "The audit log is whole.\n4 records read, the last is 4, the signed head says 4",
    err: "",
    code: 0,
  });
  Deno.removeSync(`${at.dir}/head`);
  assert.deepEqual(await at.run("verify"), {
    out:
      "The audit log is NOT whole:\n- the head file is missing\n4 records read, the last is 4, the signed head says nothing",
    err: "",
    code: 1,
  });
  const json = await at.run("verify", { json: true });
  assert.deepEqual([json.code, JSON.parse(json.out).ok, JSON.parse(json.out).said], [1, false, [
    "the head file is missing",
  ]]);
});

Deno.test("wrong arguments are one clear line and exit code 2", async (t) => {
  await using at = await commands();
  const cases: [verb: string, args: unknown, err: RegExp][] = [
    ["frobnicate", {}, /^Cannot run audit "frobnicate": the verbs are list, show/],
    ["list", { since: "yesterday" }, /^Cannot read the time "yesterday"/],
    ["list", { since: "2026-13-45" }, /^Cannot read the time/],
    ["list", { limit: "-1" }, /^Cannot run audit list: limit: /],
    ["list", { limit: "many" }, /^Cannot run audit list: limit: /],
    ["list", { kind: "rumour" }, /^Cannot run audit list: kind: /],
    ["list", { colour: "red" }, /^Cannot run audit list: /],
    ["show", {}, /^Cannot show an audit record: give its number/],
    ["export", { format: "xls" }, /^Cannot run audit export: format: /],
  ];
  for (const [verb, args, err] of cases) {
    await t.step(`${verb} ${JSON.stringify(args)}`, async () => {
      const outcome = await at.run(verb, args);
      assert.deepEqual([outcome.out, outcome.code], ["", 2]);
      assert.match(outcome.err, err);
      assert.ok(!outcome.err.includes("\n"));
    });
  }
});

import assert from "node:assert/strict";
import { laboratory } from "../tests/attacks/launch_run.ts";
import { CLOSED } from "../tests/fakes/closed.ts";
import type { ApprovalAnswer } from "./approval.ts";
import type { RuleTexts } from "./config.ts";
import { type Answer, door, said, tool } from "./gateway_fixture_test.ts";
import { launchedSandbox } from "./sandbox/launched.ts";
import { openFolder } from "./sandbox/files/open_folder.ts";
import { DEFAULT_LIMITS } from "./sandbox/grant.ts";
import { text } from "../node/chat.ts";

const probe = await laboratory();
const missing = probe.powers.brokered ? null : "bubblewrap or the system-call filter is not to be had here";
await probe.close();

/** Code of the call's argument, with the whole folder. */
const runCode = tool("run_code", async ({ x }: { x: string }, { sandbox }, signal) => {
  const heard: string[] = [];
  const grant = { program: "deno", source: x, folder: "rw", cwd: "", env: {}, limits: DEFAULT_LIMITS } as const;
  await sandbox.run(grant, ({ text }) => void heard.push(text), signal);
  return { content: text(heard.join("")) };
}, {
  needs: { files: "write", run: "code" },
  assess: () => ({ risk: "MEDIUM", reasons: [] }),
  targets: () => ["typescript"],
});

/** One call of `run_code` through the door, over real runs: what it said, what was asked, what was recorded. */
async function called(source: string, { rules, answers }: { rules?: Partial<RuleTexts>; answers: Answer[] }) {
  const lab = await laboratory({ written: { ".env": "inside", "notes/a": "note", "private/b": "no", "c": "free" } });
  try {
    const sandbox = launchedSandbox(lab.launcher, {
      files: openFolder(lab.folder, { writable: true, protectedPaths: [] }),
      fetching: CLOSED.fetch,
    });
    await using at = await door({
      rules: { allow: ["run_code:*"], ...rules },
      answers,
      tools: [runCode],
      parts: { sandbox },
    });
    const result = await at.call("run_code", { x: source });
    const edges = at.log.flatMap((entry) =>
      entry.kind === "edge" && entry.event.kind === "permission"
        ? [[entry.event.permission, entry.event.value, entry.event.verdict, entry.event.reason]]
        : []
    );
    return { text: said(result), asked: at.asked, edges, kinds: at.kinds() };
  } finally {
    await lab.close();
  }
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: missing === null ? name : `${name} (ignored: ${missing})`, ignore: missing !== null, fn });
}

const read = (path: string) =>
  `try { console.log(Deno.readTextFileSync("${path}")) } catch (e) { console.log(e.name, e.message) }`;
const once: ApprovalAnswer = { answer: "once" };

test("a file that tells of secrets is asked about while the code runs, with the call's own approval before it", async () => {
  const { text, asked, edges, kinds } = await called(read(".env"), { answers: [once] });
  assert.match(text, /inside/);
  assert.deepEqual(
    asked.map(({ tool, callId, args, risk, reasons, always }) => ({ tool, callId, args, risk, reasons, always })),
    [{
      tool: "run_code",
      callId: "c1#1",
      args: { read: ".env" },
      risk: "HIGH",
      reasons: [
        "the running code wants to read .env for the first time",
        "environment files hold passwords and keys",
      ],
      always: null,
    }],
  );
  assert.deepEqual(edges, [["read", ".env", "allow", "the person said yes"]]);
  assert.deepEqual(kinds, ["intent", "decision", "edge", "outcome"]);
});

test("no, silence, an edit and an always that was not offered are all no, and the code hears why", async () => {
  const rows: [Answer, RegExp][] = [
    [{ answer: "no", message: "never that" }, /NotCapable the person said no: never that/],
    [null, /NotCapable nobody is here to ask, and silence is no/],
    [{ answer: "always" }, /NotCapable always was not offered for this call, and silence is no/],
    [{ answer: "edit", arguments: "{}" }, /NotCapable the answer was neither yes nor no/],
  ];
  for (const [answer, expected] of rows) {
    const { text, edges } = await called(read(".env"), { answers: [answer] });
    assert.match(text, expected);
    assert.deepEqual(edges.map(([, , verdict]) => verdict), ["deny"]);
  }
});

test("the owner's rules settle what code touches: deny, ask, and allow for the file tools", async () => {
  const rules = { deny: ["*:private/**"], ask: ["read_file:notes/**"], allow: ["run_code:*", "read_file:.env"] };
  const source = ["private/b", "notes/a", ".env", "c"].map(read).join("\n");
  const { text, asked, edges } = await called(source, { rules, answers: [once] });
  assert.match(text, /the rule deny \*:private\/\*\* forbids it\nnote\ninside\nfree/);
  assert.deepEqual(asked.map(({ args }) => args), [{ read: "notes/a" }]);
  assert.deepEqual(edges, [
    ["read", "private/b", "deny", "the rule deny *:private/** forbids it"],
    ["read", "notes/a", "allow", "the person said yes"],
    ["read", ".env", "allow", "rule allow read_file:.env"],
    ["read", "c", "allow", "the call was granted the folder (rw)"],
  ]);
});

test("an allow for all code does not settle a first touch", async () => {
  const { asked } = await called(read(".env"), { rules: { allow: ["run_code:*", "run_code:**"] }, answers: [null] });
  assert.equal(asked.length, 1);
});

test("a program asks eight times and no more", async () => {
  const source = `for (let i = 0; i < 12; i++) { try { Deno.statSync(i + ".env") } catch { /**/ } }`;
  const { asked, edges } = await called(source, { answers: Array.from({ length: 12 }, () => once) });
  assert.equal(asked.length, 8);
  assert.equal(edges.filter(([, , , reason]) => reason === "this run has asked for too many things already").length, 4);
});
